import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Journal } from '../journal/createJournal.ts'
import type { JournaledMove } from '../journal/JournalRecord.ts'
import type { Hex } from '../model/Hex.ts'
import { assertMilliseconds, childOf } from '../reads/withDeadline.ts'
import type { ResumedMove } from './resume/ResumedMove.ts'
import type { ResumeMovesParameters } from './resume/ResumeMovesParameters.ts'
import { isUnfinished, resumeMove } from './resume/resumeMove.ts'
import { DEFAULT_INCLUSION_TIMEOUT } from './send/included.ts'

const PAGE = 1_000

/**
 * Goes on with every move that a journal has as unfinished, e.g. after a crash. The chains are asked first, by owner and id. Only
 * a move that its source chain does not know, and still would take, is sent: by the very bytes that were signed before, or, where
 * none of those can be included any more, signed anew with the same id, which the router takes once. After its deadline nothing
 * is sent.
 *
 * Calls and signed bytes are held against the intent, and the intent against the configuration of the client and `recovery`. Keep
 * a journal where others cannot write all the same: amounts and limits of a move that is signed anew are those it has. What is found is written down. Gives a result for each move, oldest first; follow those that are
 * found or sent with `watchMove`. Moves of one owner and chain are taken one after the other.
 *
 * @throws JournalLockLostError, JournalStorageError, JournalClosedError: nothing is sent from then on.
 * @throws InvalidTimeoutError
 * @throws AbortedError when `signal` fires or the client is closed.
 *
 * @example
 * import { type Journal, type MarginContext, resumeMoves, watchMove } from '@unimargin/sdk'
 * import type { WalletClient } from 'viem'
 *
 * export async function start(client: MarginContext, journal: Journal, walletClient: WalletClient): Promise<void> {
 *   for (const resumed of await resumeMoves(client, { journal, walletClient })) {
 *     if (resumed.kind === 'found' || resumed.kind === 'sent') {
 *       watchMove(client, { move: resumed.move, journal, onState: (state) => console.log(resumed.id, state) })
 *     } else {
 *       console.log(resumed.id, resumed.kind, resumed.error)
 *     }
 *   }
 * }
 */
export async function resumeMoves(
  client: MarginContext,
  parameters: ResumeMovesParameters,
): Promise<readonly ResumedMove[]> {
  const { journal, where = () => true, inclusionTimeout = DEFAULT_INCLUSION_TIMEOUT } = parameters
  assertMilliseconds('inclusionTimeout', inclusionTimeout)
  const { signal, end } = childOf(parameters.signal, client.closing)
  try {
    const moves = allOf(journal, (move) => isUnfinished(move) && where(move))
    // One owner's transactions have an order; those of others do not wait for them.
    const queues = new Map<string, Promise<unknown>>()
    const results = moves.map(({ id, intent }) => {
      const { owner, sourceChainId } = Object(intent)
      const key = `${sourceChainId} ${String(owner).toLowerCase()}`
      const turn = Promise.resolve(queues.get(key)).then(() => resumeMove(client, id, { ...parameters, signal }))
      queues.set(key, turn)
      return turn
    })
    await Promise.allSettled(results)
    return (await Promise.all(results)).filter((result) => result !== undefined)
  } finally {
    end()
  }
}

/** Oldest first. */
function allOf(journal: Journal, where: (move: JournaledMove) => boolean): readonly JournaledMove[] {
  const found: JournaledMove[] = []
  let before: Hex | undefined
  do {
    const { moves, next } = journal.moves({ limit: PAGE, before, where })
    found.push(...moves)
    before = next
  } while (before !== undefined)
  return found.reverse()
}
