import type { TrackedMove } from '../MoveIntent.ts'
import type { DirectCall } from './DirectCalls.ts'
import type { DirectPlan } from './DirectPlan.ts'
import type { ArrivalStep, DirectArrival, DirectTrail } from './DirectTrail.ts'

/** A direct move: tracked like any other. */
export type DirectMove = TrackedMove & { readonly direct: DirectTrail }

/** A direct move whose calls are ready to be signed, in their order; nothing was sent. A plain value. */
export type PreparedDirectMove = {
  readonly intent: DirectMove
  readonly plan: DirectPlan
  readonly calls: readonly DirectCall[]
  /** Wei for the message, the surplus of which comes back. */
  readonly value: bigint
  /** Whether the node ran all of it beforehand; otherwise only its first call was. */
  readonly isSimulated: boolean
}

/** The second step of a direct move, ready to be signed. */
export type PreparedArrival = {
  readonly move: DirectMove
  readonly calls: readonly DirectCall<ArrivalStep>[]
  /** How far it was brought before, as was written down. */
  readonly before?: DirectArrival | undefined
  /** Base units that have arrived. */
  readonly amount: bigint
  readonly isSimulated: boolean
}

/** A move before another transaction carries it: what was known of one does not hold for the next. */
export function withoutTransaction({ transaction: _, minedIn: __, hash: ___, ...move }: DirectMove): DirectMove {
  return move
}

/** What was not known of a direct move when it was intended: written down again and again. */
export function learntOf({ hash, minedIn, guid, nonce, direct }: DirectMove): object {
  const known = Object.entries({ hash, minedIn, guid, nonce }).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(known), direct: withoutGaps(direct) }
}

/** A plain value without what is there and undefined: not every store can tell that from what is not there. */
export function withoutGaps<value>(value: value): value {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, of]) => of !== undefined)
  return Object.fromEntries(entries.map(([key, of]) => [key, withoutGaps(of)])) as value
}
