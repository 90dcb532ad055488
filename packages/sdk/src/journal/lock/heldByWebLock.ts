import { AbortedError } from '../../errors/AbortedError.ts'
import { JournalLockedError, JournalStorageError } from '../JournalErrors.ts'
import type { JournalLockOptions } from '../JournalStorage.ts'

/** The part of `navigator.locks` that is used. */
export type WebLocks = {
  readonly request: (
    name: string,
    options: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
    held: (lock: unknown) => Promise<void> | undefined,
  ) => Promise<unknown>
}

/**
 * Gets a Web Lock, which the browser takes back when the tab dies.
 *
 * @throws JournalLockedError
 * @throws JournalStorageError where the browser gives no locks to this page.
 * @throws AbortedError
 */
export function heldByWebLock(
  locks: WebLocks,
  name: string,
  { wait, signal }: JournalLockOptions,
): Promise<{ readonly release: () => void; readonly lost: AbortSignal }> {
  const lost = new AbortController()
  const giveUp = new AbortController()
  const locked = () => new JournalLockedError('another tab or worker')
  return new Promise((resolve, reject) => {
    let isOver = false
    const stop = (): void => {
      reject(new AbortedError(signal?.reason))
      giveUp.abort()
    }
    const timer = wait === 0 ? undefined : setTimeout(() => giveUp.abort(), wait)
    const settle = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    }
    signal?.addEventListener('abort', stop, { once: true })
    const asked = locks.request(name, wait === 0 ? { ifAvailable: true } : { signal: giveUp.signal }, (lock) => {
      settle()
      if (lock === null || signal?.aborted === true) {
        reject(locked())
        return undefined
      }
      return new Promise<void>((free) => {
        const release = (): void => {
          isOver = true
          free()
        }
        resolve({ release, lost: lost.signal })
      })
    })
    asked.catch((cause: unknown) => {
      settle()
      // A held lock is only lost to who steals it. Whatever comes after the first settling of the promise changes nothing.
      if (!isOver) lost.abort()
      reject(giveUp.signal.aborted ? locked() : new JournalStorageError('lock', 'no-access', cause))
    })
  })
}
