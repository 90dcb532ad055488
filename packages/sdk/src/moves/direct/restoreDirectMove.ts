import * as z from 'zod/mini'
import type { JournaledMove } from '../../journal/JournalRecord.ts'
import type { Hex } from '../../model/Hex.ts'
import * as Schemas from '../moveSchemas.ts'
import { InvalidMoveError } from '../parseMove.ts'
import { type DirectMove, type PreparedDirectMove, withoutGaps, withoutTransaction } from './PreparedDirect.ts'
import { trailOf } from './trailOf.ts'

/** The first record of a direct move: what has to be known of it to go on. */
export function firstRecord(prepared: PreparedDirectMove): { readonly id: Hex; readonly preparedDirect: object } {
  const { intent, ...preparedDirect } = prepared
  return { ...intent, preparedDirect }
}

/**
 * What a journal has of a direct move: as it was prepared, and how far it was brought, for `sendDirectMove`, `getMoveStatus` and
 * `prepareArrival`. Pure.
 *
 * @throws InvalidMoveError for what `sendDirectMove` never writes.
 *
 * @example
 * import { type Hex, type Journal, restoreDirectMove } from '@unimargin/sdk'
 *
 * export function howFar(journal: Journal, id: Hex) {
 *   const kept = journal.get(id)
 *   return kept === undefined ? undefined : restoreDirectMove(kept).move.direct
 * }
 */
export function restoreDirectMove({ intent, records }: JournaledMove): {
  readonly prepared: PreparedDirectMove
  readonly move: DirectMove
} {
  const { preparedDirect, ...rest }: Readonly<Record<string, unknown>> = Object(intent)
  const parsed = z.safeParse(Schemas.preparedDirect(), { ...Object(preparedDirect), intent: rest })
  if (!parsed.success) throw new InvalidMoveError('intent', 'not that of a direct move')
  const prepared: PreparedDirectMove = parsed.data
  let move: DirectMove = prepared.intent
  for (const { data } of records.slice(1)) {
    const learnt = z.safeParse(Schemas.learnt(), data ?? {})
    if (!learnt.success) throw new InvalidMoveError('records', 'data of another form')
    const { hash, transaction, minedIn, guid, nonce } = learnt.data
    const facts = withoutGaps({ hash, transaction, minedIn, guid, nonce })
    const direct = trailOf(move, learnt.data) ?? move.direct
    const isAnother = facts.hash !== undefined && facts.hash !== move.hash
    move = { ...(isAnother ? withoutTransaction(move) : move), ...facts, direct }
  }
  return { prepared, move }
}
