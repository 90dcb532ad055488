import type { Journal } from '../../journal/createJournal.ts'
import type { JournaledMove } from '../../journal/JournalRecord.ts'
import type { Block } from '../../model/Block.ts'
import type { Hex } from '../../model/Hex.ts'
import type { MoveIntent, PreparedMove, TrackedMove } from '../MoveIntent.ts'
import type { MoveStatus } from '../MoveStatus.ts'
import { MOVE_STATES, type MoveState } from '../track/MoveState.ts'
import * as Progress from '../track/Progress.ts'
import * as Transitions from '../track/Transitions.ts'
import type { MoveStep } from './Sender.ts'

/** What is written down of a move: names of states, and the data that they come with. */

/** What is kept of a transaction. What was signed can be handed to a node again. */
export type KeptTransaction = Pick<TrackedMove, 'transaction'> & {
  readonly hash: Hex
  /** The signed bytes, where the account signs by itself. */
  readonly raw?: Hex | undefined
}

/** How far a transaction has come. */
export type StepProgress = 'signed' | 'submitted' | 'mined' | 'failed'

/** The first record: the intent, with the calls that were prepared for it. */
export function firstRecord(prepared: PreparedMove): MoveIntent & { readonly prepared: object } {
  const { intent, ...calls } = prepared
  return { ...intent, prepared: calls }
}

/** The state that a transaction brings a move to: its own one alone is the move's, those around it are told apart by name. */
export function stateOfStep(step: MoveStep, progress: StepProgress): string {
  return step === 'send' ? progress : `${step}-${progress}`
}

/** States of a move that its source chain does not know, as far as it was asked. */
export const UNSENT: readonly MoveState[] = ['intended', 'signed', 'submitted', 'replaced', 'reorged']

/** The last state of the move itself that a journal has of it. */
export function lastState({ records }: JournaledMove): MoveState | undefined {
  return records.reduce<MoveState | undefined>((last, { state }) => moveState(state) ?? last, undefined)
}

function moveState(state: string): MoveState | undefined {
  return MOVE_STATES.find((known) => known === state)
}

/** Whether a state is further than what a journal has of a move. */
export function isAhead(journal: Journal, id: Hex, state: MoveState): boolean {
  const known = journal.get(id)
  const last = known === undefined ? undefined : lastState(known)
  const steps = last === undefined ? [] : (Transitions.between(last, state) ?? [])
  return steps.length > 0 && steps.every(({ kind }) => kind === 'forward')
}

/** Writes down the states that a move came through, from what the journal has of it; records it where it is not there yet. */
export async function noteStatus(
  journal: Journal,
  before: Progress.Progress | undefined,
  status: MoveStatus,
): Promise<Progress.Progress> {
  const { move } = status
  const { progress, states } = Progress.follow(before ?? progressIn(journal, move.id), status)
  if (journal.get(move.id) === undefined) await journal.record(move, states[0] ?? status.state)
  const data = dataOf(status)
  for (const state of states) {
    const known = journal.get(move.id)
    if (known !== undefined && lastState(known) === state) continue
    await journal.append(move.id, { state, data: state === status.state ? data : null })
  }
  // Whose transaction it is can be asked only while a node has it.
  const known = journal.get(move.id)?.records.some((record) => isOf(record.data, move)) ?? true
  const isPaid =
    move.direct?.received === undefined || journal.get(move.id)?.records.some(({ data }) => isReceived(data))
  if (!known || isPaid === false) await journal.append(move.id, { state: progress.state, data })
  return progress
}

/** Whether data tells what was paid out of a direct move. */
function isReceived(data: unknown): boolean {
  const { received, direct } = Object(data)
  return received !== undefined || Object(direct).received !== undefined
}

/** Whether data has the transaction that a move has. */
function isOf(data: unknown, { hash, transaction }: TrackedMove): boolean {
  const known = Object(data)
  return transaction === undefined || (known.hash === hash && known.transaction !== undefined)
}

/** How far a journal has seen a move come, and in which blocks: a node that lags behind takes nothing of it back. */
function progressIn(journal: Journal, id: Hex): Progress.Progress | undefined {
  const known = journal.get(id)
  const state = known === undefined ? undefined : lastState(known)
  if (known === undefined || state === undefined) return undefined
  const blocks: MoveStatus['blocks'] = Object.assign({}, ...known.records.map(({ data }) => blocksIn(data)))
  return { state, blocks }
}

function blocksIn(data: unknown): MoveStatus['blocks'] {
  const { source, destination }: Readonly<Record<string, unknown>> = Object(Object(data).blocks)
  return { ...(isBlock(source) && { source }), ...(isBlock(destination) && { destination }) }
}

function isBlock(value: unknown): value is Block {
  const { chainId, number, timestamp } = Object(value)
  return typeof chainId === 'number' && typeof number === 'bigint' && typeof timestamp === 'bigint'
}

/** What a look has taught: it is merged into the move when it is read again. */
function dataOf({ move, blocks, amount, reason, removal }: MoveStatus): object {
  // The rest of a direct move's trail is for those who bring it further to write: a look may have an old one.
  const received = move.direct?.received
  return { ...learnt(move), ...defined({ received, blocks: defined(blocks), amount, reason, removal }) }
}

/** What was not known of a move when it was intended. */
export function learnt({ hash, transaction, minedIn, guid, nonce }: Partial<TrackedMove>): Partial<TrackedMove> {
  return defined({ hash, transaction, minedIn, guid, nonce })
}

function defined<record extends object>(record: record): Partial<record> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<record>
}
