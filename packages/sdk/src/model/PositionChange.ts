import type { Address } from './Hex.ts'
import type { MarketState } from './Market.ts'
import type { PositionFacts } from './Position.ts'

/** One asset of a position, as a view has them: state and position are of the same market and block. */
export type PositionAsset = {
  readonly state: MarketState
  readonly position: PositionFacts
  readonly asset: Address
}

/** What an owner may do with an asset in a market. */
export type LendingAction = 'supply' | 'withdraw' | 'borrow' | 'repay'

/** One thing that an owner does. */
export type PositionChange = {
  readonly action: LendingAction
  readonly asset: Address
  /** Base units. */
  readonly amount: bigint
}
