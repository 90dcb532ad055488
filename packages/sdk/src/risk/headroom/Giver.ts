import type { Address } from '../../model/Hex.ts'
import type { MarketState, Reserve } from '../../model/Market.ts'
import type { ReadPosition } from '../../model/Position.ts'
import type { Quantity } from '../../model/Quantity.ts'
import { isSame } from '../Legs.ts'
import { sumOf } from '../sumOf.ts'

/** An asset of a position, and the market that it is in. */
export type Giver = { readonly position: ReadPosition; readonly state: MarketState; readonly asset: Address }

/** What it has of the asset, base units. */
export function balanceOf({ position, asset }: Giver): Quantity {
  return sumOf(position.collateral.filter((leg) => isSame(leg.asset.address, asset)).map(({ amount }) => amount))
}

/** What the market says of the asset. */
export function reserveOf({ state, asset }: Pick<Giver, 'state' | 'asset'>): Reserve | undefined {
  return state.reserves.find((reserve) => isSame(reserve.asset.address, asset))
}
