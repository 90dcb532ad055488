import * as z from 'zod/mini'
import type { JournaledMove } from '../../journal/JournalRecord.ts'
import { assertIntended } from '../assertIntended.ts'
import { trailOf } from '../direct/trailOf.ts'
import type { PreparedMove, TrackedMove } from '../MoveIntent.ts'
import * as Schemas from '../moveSchemas.ts'
import { InvalidMoveError, parseMove, parsePreparedMove } from '../parseMove.ts'
import type { KeptTransaction } from '../send/noted.ts'
import type { MoveStep } from '../send/Sender.ts'
import { trackedMove } from '../trackedMove.ts'

/** What a journal has of a move, checked and put together: all that is needed to go on with it. */
export type KeptMove = {
  readonly move: TrackedMove
  /** Absent where only what is needed to find it was recorded: such a move can be followed, and not be sent. */
  readonly prepared: PreparedMove | undefined
  /** The last transaction of each step that was signed or sent. */
  readonly steps: KeptSteps
  /** What a wallet calls the batch that it was handed. */
  readonly batch: string | undefined
  /** Whether what was authorised for it was taken back, or had not to be. */
  readonly isRevoked: boolean
}

export type KeptSteps = Readonly<Partial<Record<MoveStep, KeptTransaction & { readonly isMined: boolean }>>>

/**
 * Reads what `sendMove` and `watchMove` have written.
 *
 * @throws InvalidMoveError, CalldataMismatchError for what they never write.
 */
export function of({ id, intent, records }: JournaledMove): KeptMove {
  const prepared = preparedIn(intent)
  const steps: { -readonly [step in MoveStep]?: KeptSteps[step] } = {}
  let move = trackedMove(parseMove(intent))
  let batch: string | undefined
  if (move.id.toLowerCase() !== id) throw new InvalidMoveError('id', 'not that of the record')
  for (const { state, data } of records.slice(1)) {
    const { raw, received, batch: given, ...learnt } = learntIn(data)
    batch = given ?? batch
    const direct = trailOf(move, { ...learnt, received })
    const { hash, transaction } = learnt
    const step = stepOf(state)
    if (hash !== undefined) {
      const before = steps[step]?.hash === hash ? steps[step] : undefined
      const isMined = state === `${step}-mined`
      steps[step] = { ...before, hash, ...(transaction && { transaction }), ...(raw && { raw }), isMined }
    }
    // What was known of another transaction does not hold for this one.
    if (step === 'send') {
      const known = hash === undefined ? {} : { transaction: steps.send?.transaction }
      move = { ...move, ...known, ...learnt, ...(direct && { direct }) }
    }
  }
  return { move, prepared, steps, batch, isRevoked: isRevoked(records) }
}

/** Whether records tell that what was authorised was taken back. */
export function isRevoked(records: JournaledMove['records']): boolean {
  return records.some(({ state }) => state === 'revoke-mined' || state === 'revoke-needless')
}

function preparedIn(intent: unknown): PreparedMove | undefined {
  const { prepared, ...rest }: Readonly<Record<string, unknown>> = Object(intent)
  if (prepared === undefined) return undefined
  const parsed = parsePreparedMove({ ...Object(prepared), intent: rest })
  assertIntended(parsed)
  return parsed
}

/** What is not of an approval or a revocation is of the move itself. */
function stepOf(state: string): MoveStep {
  return (['approve', 'revoke'] as const).find((step) => state.startsWith(`${step}-`)) ?? 'send'
}

function learntIn(data: unknown) {
  const parsed = z.safeParse(Schemas.learnt(), data ?? {})
  if (!parsed.success) throw new InvalidMoveError('records', 'data of another form')
  return parsed.data
}
