import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Journal } from '../journal/createJournal.ts'
import { sleep } from '../reads/sleep.ts'
import { whenAborted } from '../reads/whenAborted.ts'
import { assertDeadline, assertMilliseconds } from '../reads/withDeadline.ts'
import { getMoveStatus } from './getMoveStatus.ts'
import { ChainUnavailableError } from './MoveErrors.ts'
import type { TrackedMove } from './MoveIntent.ts'
import type { MoveStatus } from './MoveStatus.ts'
import { noteStatus } from './send/noted.ts'
import { isTerminal, type MoveState } from './track/MoveState.ts'
import * as Progress from './track/Progress.ts'

export type WatchMoveParameters = {
  readonly move: TrackedMove
  /**
   * Called for each state that the move comes to, in order; what was passed between two looks is filled in. A state comes again
   * only when a reorganisation took the move back.
   */
  readonly onState: (state: MoveState, status: MoveStatus) => void
  /** Where each state is written down before it is told, with what was learnt of the move. */
  readonly journal?: Journal | undefined
  /** Called when a chain cannot be read (once per reason), the journal cannot be written, or something throws. Watching goes on. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Milliseconds between two looks. Defaults to the source client's own. */
  readonly pollingInterval?: number | undefined
  /** Milliseconds that one look may take. */
  readonly timeout?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Watches a move until nothing more happens by itself: it is credited, parked, claimed, refunded, refused or failed. Gives a
 * function that stops watching; after it, or after the last state, no timer and no request is left.
 *
 * @throws UnknownChainError when the client does not know one of the chains.
 * @throws InvalidTimeoutError when `timeout` is not within 1 to 2147483647 milliseconds.
 *
 * @example
 * import { type MarginContext, type TrackedMove, watchMove } from '@unimargin/sdk'
 *
 * export function show(client: MarginContext, move: TrackedMove): () => void {
 *   return watchMove(client, { move, onState: (state) => console.log(state) })
 * }
 */
export function watchMove(client: MarginContext, parameters: WatchMoveParameters): () => void {
  const { sourceChainId, destinationChainId } = parameters.move
  const { pollingInterval } = client.getClient(sourceChainId)
  client.getClient(destinationChainId)
  assertDeadline({ timeout: parameters.timeout })
  const run = { ...parameters, pollingInterval: parameters.pollingInterval ?? pollingInterval }
  assertMilliseconds('pollingInterval', run.pollingInterval)
  const controller = new AbortController()
  const ends = [parameters.signal, client.closing]
  const stop = () => {
    for (const forget of forgets) forget()
    controller.abort()
  }
  const forgets = ends.map((end) => whenAborted(end, stop))
  if (ends.some((end) => end?.aborted === true)) stop()
  void watch(client, run, controller.signal).finally(stop)
  return stop
}

async function watch(
  client: MarginContext,
  parameters: WatchMoveParameters & { readonly pollingInterval: number },
  signal: AbortSignal,
): Promise<void> {
  const { onState, onError, timeout, pollingInterval } = parameters
  let progress: Progress.Progress | undefined
  let move = parameters.move
  let noted: Progress.Progress | undefined
  let unwritten: unknown
  let troubles = ''
  const tell = (error: unknown) => {
    try {
      if (!signal.aborted) onError?.(error)
    } catch {
      // Who listens to errors failed itself: nobody is left to tell.
    }
  }
  while (!signal.aborted) {
    try {
      const status = await getMoveStatus(client, { move, timeout, signal })
      // A GUID that was seen once is kept, so that a node that falls behind does not take the move back.
      move = status.move
      const { journal } = parameters
      if (journal !== undefined) {
        try {
          noted = await noteStatus(journal, noted, status)
          unwritten = undefined
        } catch (error) {
          const name: unknown = Reflect.get(Object(error), 'name')
          if (name !== unwritten) tell(error)
          unwritten = name
        }
      }
      const step = Progress.follow(progress, status)
      progress = step.progress
      for (const state of step.states) {
        if (signal.aborted) return
        guarded(() => onState(state, { ...status, state }), tell)
      }
      if (isTerminal(progress.state)) return
      const now = status.issues.map(({ path, reason }) => `${path}: ${reason}`).join('; ')
      const [issue] = status.issues
      if (issue !== undefined && now !== troubles) tell(new ChainUnavailableError(issue.chainId, now))
      troubles = now
    } catch (error) {
      tell(error)
    }
    try {
      await sleep(pollingInterval, signal)
    } catch {
      return
    }
  }
}

/** A listener that throws must not end the watch. */
function guarded(listen: () => void, tell: (error: unknown) => void): void {
  try {
    listen()
  } catch (error) {
    tell(error)
  }
}
