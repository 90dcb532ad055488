import { JournalLockedError } from '../JournalErrors.ts'
import type { JournalLockOptions } from '../JournalStorage.ts'
import { pause } from './pause.ts'

/** What one look at a lock shows. */
export type LockSight =
  | { readonly status: 'free' }
  | {
      readonly status: 'held'
      readonly holder: string
      /** Changes as long as the holder lives. */
      readonly beat: string
      /** Whether the holder is known to live without having been watched. */
      readonly isAlive?: boolean | undefined
    }

const MAX_PAUSE = 200

/**
 * Waits until nobody who is alive holds a lock; gives what was seen then.
 *
 * Whether a holder lives is not told by a time that it wrote, since clocks jump: its beat is watched, and who does not move for
 * `staleAfter` milliseconds of our own steady clock is taken for dead. Should it live all the same, it is told so when it writes.
 *
 * @throws JournalLockedError when the holder lives and `wait` is over.
 * @throws AbortedError
 */
export async function untilFree<sight extends LockSight>(
  look: () => Promise<sight>,
  { wait, signal, staleAfter }: JournalLockOptions & { readonly staleAfter: number },
): Promise<sight> {
  const begin = performance.now()
  let since = begin
  let isAlive = false
  let last: string | undefined
  for (;;) {
    const sight: LockSight & sight = await look()
    if (sight.status === 'free') return sight
    const now = performance.now()
    if (sight.isAlive === true || (last !== undefined && last !== sight.beat)) {
      isAlive = true
      since = now
    }
    last = sight.beat
    if (isAlive && now - begin >= wait) throw new JournalLockedError(sight.holder)
    if (now - since >= staleAfter) return sight
    await pause(Math.min(MAX_PAUSE, staleAfter / 4), signal)
  }
}
