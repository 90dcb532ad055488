import type { Address } from '../model/Hex.ts'
import type { MarketState } from '../model/Market.ts'
import type { Quantity } from '../model/Quantity.ts'
import * as Dollars from './Dollars.ts'

/**
 * What markets say that an asset is worth in US dollars, WAD per whole token. Those that count in dollars come first: the
 * others' prices hold between two assets, and anybody may have made such a market.
 */
export function dollarPrices(states: readonly MarketState[], asset: Address): readonly Quantity[] {
  const inDollars = states.filter(({ unit }) => unit === undefined)
  const inOther = states.filter(({ unit }) => unit !== undefined)
  return [...inDollars, ...inOther].flatMap(({ reserves, unit }) =>
    reserves
      .filter((reserve) => reserve.asset.address.toLowerCase() === asset.toLowerCase())
      .map(({ price }) => Dollars.valueDown(price, unit)),
  )
}
