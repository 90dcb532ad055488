import type { DataIssue } from './DataIssue.ts'

/** A number that could not be read. It is a type of its own, so that it cannot enter arithmetic, and it is never zero. */
export type Unknown = {
  readonly status: 'unknown'
  /** Why it is unknown; at least one. */
  readonly issues: readonly DataIssue[]
}

/** An integer that is known, or {@link Unknown}. `typeof quantity === 'bigint'` tells them apart. */
export type Quantity = bigint | Unknown

/**
 * Makes an {@link Unknown} for the given reasons.
 *
 * @example
 * import { type Quantity, unknown } from '@unimargin/sdk'
 *
 * const price: Quantity = unknown({ kind: 'unavailable', chainId: 8453, path: 'price', reason: 'no answer' })
 */
export function unknown(...issues: readonly DataIssue[]): Unknown {
  return { status: 'unknown', issues }
}

/**
 * The issues of a quantity: none when it is known.
 *
 * @example
 * import { type DataIssue, issuesOf, type ReadPosition } from '@unimargin/sdk'
 *
 * export function doubtsAbout(position: ReadPosition): readonly DataIssue[] {
 *   return position.debt.flatMap(({ amount }) => issuesOf(amount))
 * }
 */
export function issuesOf(quantity: Quantity): readonly DataIssue[] {
  return typeof quantity === 'bigint' ? [] : quantity.issues
}
