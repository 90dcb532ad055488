import { issuesOf, type Quantity, unknown } from '../model/Quantity.ts'
import type { UnitOfAccount } from '../model/UnitOfAccount.ts'
import * as Wad from '../units/Wad.ts'
import { distinctIssues } from './distinctIssues.ts'

/**
 * A value or a price (WAD in a market's unit of account) in US dollars, WAD, rounded down: for what one has. Without a unit it
 * is in dollars already; nothing is worth nothing in any unit.
 *
 * @example
 * import { Dollars, type MarketState } from '@unimargin/sdk'
 *
 * export function dollarPrices({ reserves, unit }: MarketState) {
 *   return reserves.map(({ price }) => Dollars.valueDown(price, unit))
 * }
 */
export function valueDown(value: Quantity, unit: UnitOfAccount | undefined): Quantity {
  return converted(value, unit, Wad.mulDown)
}

/**
 * As {@link valueDown}, rounded up: for what one owes.
 *
 * @example
 * import { Dollars, type ReadPosition } from '@unimargin/sdk'
 *
 * export function debtInDollars({ debtValue, unit }: ReadPosition) {
 *   return Dollars.valueUp(debtValue, unit)
 * }
 */
export function valueUp(value: Quantity, unit: UnitOfAccount | undefined): Quantity {
  return converted(value, unit, Wad.mulUp)
}

function converted(
  value: Quantity,
  unit: UnitOfAccount | undefined,
  multiply: (value: bigint, price: bigint) => bigint,
): Quantity {
  if (unit === undefined || value === 0n) return value
  const { price } = unit
  if (typeof value === 'bigint' && typeof price === 'bigint') return multiply(value, price)
  return unknown(...distinctIssues([issuesOf(value), issuesOf(price)]))
}
