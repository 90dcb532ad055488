import type { MarginContext } from '../../adapter/MarginContext.ts'
import { AbortedError } from '../../errors/AbortedError.ts'
import { JournalClosedError, JournalLockLostError, JournalStorageError } from '../../journal/JournalErrors.ts'
import type { JournaledMove } from '../../journal/JournalRecord.ts'
import type { Hex } from '../../model/Hex.ts'
import { AuthorizationLeftError } from '../AuthorizationLeftError.ts'
import { assertKnownMove } from '../direct/assertKnownMove.ts'
import { getMoveStatus } from '../getMoveStatus.ts'
import { ChainUnavailableError, ForeignMoveError } from '../MoveErrors.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import type { MoveStatus } from '../MoveStatus.ts'
import { InvalidMoveError } from '../parseMove.ts'
import { NoWalletError, PendingBatchError, PendingTransactionsError } from '../ResumeErrors.ts'
import { CalldataMismatchError, NotIncludedError, WrongAccountError, WrongChainError } from '../SigningErrors.ts'
import { busy, isBusy } from '../send/busy.ts'
import { lastState, noteStatus, UNSENT } from '../send/noted.ts'
import { ENDS } from '../track/Transitions.ts'
import { endOfBatch } from './endOfBatch.ts'
import * as KeptMove from './KeptMove.ts'
import type { ResumedMove, WaitingReason } from './ResumedMove.ts'
import type { ResumeMovesParameters } from './ResumeMovesParameters.ts'
import { sendAgain } from './sendAgain.ts'
import { takeBack } from './takeBack.ts'

/** Whether anything can be left to do for a move: it is not over, or what was authorised for it may still be. */
export function isUnfinished(move: JournaledMove): boolean {
  const mayBeAuthorised = move.records.some(({ state }) => state.startsWith('approve-'))
  return !isOver(move) || (mayBeAuthorised && !KeptMove.isRevoked(move.records))
}

function isOver(move: JournaledMove): boolean {
  const state = lastState(move)
  return state !== undefined && ENDS.includes(state)
}

/** Goes on with one move, from whatever the journal has of it by now. Nothing where nothing is left to do. */
export async function resumeMove(
  client: MarginContext,
  id: Hex,
  parameters: ResumeMovesParameters,
): Promise<ResumedMove | undefined> {
  const { journal } = parameters
  if (journal.lost.aborted) throw new JournalLockLostError()
  if (isBusy(journal, id)) return { kind: 'waiting', id, reason: 'busy' }
  return busy(journal, id, async () => {
    const journaled = journal.get(id)
    if (journaled === undefined || !isUnfinished(journaled)) return undefined
    try {
      return await resume(client, journaled, parameters)
    } catch (error) {
      if (CONCERN_ALL.some((one) => error instanceof one)) throw error
      return { kind: 'waiting', id, reason: reasonFor(error), error }
    }
  })
}

async function resume(
  client: MarginContext,
  journaled: JournaledMove,
  parameters: ResumeMovesParameters,
): Promise<ResumedMove | undefined> {
  const { journal, timeout, signal } = parameters
  const { id } = journaled
  const kept = KeptMove.of(journaled)
  const { prepared, steps, batch } = kept
  const { direct } = kept.move
  // Nothing but its own contracts tells where a direct move is: they have to be the client's.
  if (direct !== undefined) assertKnownMove(client, { ...kept.move, direct })
  const look = async (move: TrackedMove, here: 'intended' | 'signed' | 'submitted'): Promise<MoveStatus> => {
    // How far a direct move was brought its trail says.
    const local = move.direct === undefined ? here : undefined
    const status = await getMoveStatus(client, { move, local, timeout, signal })
    await noteStatus(journal, undefined, status)
    return status
  }
  if (isOver(journaled)) {
    // It needs no look any more; what was authorised for it may.
    if (!(await takeBack(client, kept, parameters))) return undefined
    return {
      kind: 'found',
      id,
      move: kept.move,
      status: await getMoveStatus(client, { move: kept.move, timeout, signal }),
    }
  }
  const status = await look(kept.move, localOf(journaled))
  const { move } = status
  const isUnsent = UNSENT.includes(status.state)
  if (isUnsent) {
    const [issue] = status.issues
    if (issue !== undefined) throw new ChainUnavailableError(issue.chainId, issue.reason)
  }
  if (!isUnsent || prepared === undefined) {
    await takeBack(client, kept, parameters)
    return { kind: 'found', id, move, status }
  }
  // The wallet is the one to ask also where the transaction that it told is not seen.
  if (batch !== undefined) {
    const ended = await endOfBatch(client, { intent: prepared.intent, batch }, parameters)
    if ('error' in ended) return { kind: 'given-up', id, error: ended.error }
    const found = await look({ ...move, hash: ended.hash }, 'submitted')
    return { kind: 'found', id, move: found.move, status: found }
  }
  const isOut = steps.send !== undefined && status.state !== 'replaced'
  const sent = await sendAgain(client, { prepared, steps, isOut }, parameters)
  if ('error' in sent) return { kind: 'given-up', id, error: sent.error }
  const { handle, isNew } = sent
  return { kind: isNew ? 'sent' : 'found', id, move: handle, status: await look(handle, 'submitted') }
}

/** How far this side had brought it. */
function localOf(journaled: JournaledMove): 'intended' | 'signed' | 'submitted' {
  const state = lastState(journaled)
  return state === undefined || state === 'intended' ? 'intended' : state === 'signed' ? 'signed' : 'submitted'
}

/** After these nothing may be sent any more, whatever move it is of. */
const CONCERN_ALL = [JournalLockLostError, JournalStorageError, JournalClosedError, AbortedError] as const

function reasonFor(error: unknown): WaitingReason {
  const is = (...kinds: readonly (abstract new (...args: never[]) => Error)[]) =>
    kinds.some((kind) => error instanceof kind)
  if (is(NoWalletError, WrongAccountError, WrongChainError)) return 'no-wallet'
  if (is(PendingTransactionsError, PendingBatchError, NotIncludedError, AuthorizationLeftError)) return 'pending'
  return is(InvalidMoveError, CalldataMismatchError, ForeignMoveError) ? 'unreadable' : 'unavailable'
}
