import type { DataIssue } from '../model/DataIssue.ts'
import type { MarketState } from '../model/Market.ts'
import { issuesOf } from '../model/Quantity.ts'

/** Everything that is unknown of a market. */
export function marketIssues({ reserves, unit }: MarketState): readonly DataIssue[] {
  const quantities = reserves.flatMap(
    ({ price, supplyRoom, borrowRoom, availableLiquidity, supplyRate, borrowRate }) => [
      price,
      supplyRoom,
      borrowRoom,
      availableLiquidity,
      supplyRate,
      borrowRate,
    ],
  )
  return [...quantities, unit?.price].flatMap((quantity) => (quantity === undefined ? [] : issuesOf(quantity)))
}
