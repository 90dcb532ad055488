import type { Position } from '../model/Position.ts'
import { issuesOf, type Quantity, unknown } from '../model/Quantity.ts'
import * as Dollars from './Dollars.ts'
import { distinctIssues } from './distinctIssues.ts'

/** What lies between a position and liquidation, as money. WAD, with a sign: below zero it is missing. */
export type MarginBuffer = {
  /** In the unit that the market counts in. */
  readonly value: Quantity
  /** In US dollars, rounded down. */
  readonly dollars: Quantity
}

/**
 * Weighted collateral less weighted debt: what the weighted collateral may lose, or the weighted debt may gain, until both are equal.
 * WAD. Unknown as soon as either is; in US dollars also where the price of the market's unit is.
 *
 * @example
 * import { bufferOf, type MarginView } from '@unimargin/sdk'
 *
 * export function thinnest(view: MarginView) {
 *   return view.positions.map((position) => ({ id: position.id, ...bufferOf(position) }))
 * }
 */
export function bufferOf(position: Position): MarginBuffer {
  if (position.status === 'unread') {
    const value = unknown(...position.issues)
    return { value, dollars: value }
  }
  const { weightedCollateral, weightedDebt, unit } = position
  if (typeof weightedCollateral !== 'bigint' || typeof weightedDebt !== 'bigint') {
    const value = unknown(...distinctIssues([issuesOf(weightedCollateral), issuesOf(weightedDebt)]))
    return { value, dollars: value }
  }
  const value = weightedCollateral - weightedDebt
  if (value >= 0n) return { value, dollars: Dollars.valueDown(value, unit) }
  const missing = Dollars.valueUp(-value, unit)
  return { value, dollars: typeof missing === 'bigint' ? -missing : missing }
}
