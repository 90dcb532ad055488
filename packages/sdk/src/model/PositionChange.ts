import type { Address } from './Hex.ts'
import type { MarketState } from './Market.ts'
import type { PositionFacts } from './Position.ts'

/** A position and its market, as a view has them: both are of the same block. */
export type PositionInMarket = {
  readonly state: MarketState
  readonly position: PositionFacts
}

/** A position and its market, some time later. */
export type AccruedPosition = PositionInMarket & {
  /**
   * Debts are the most that they can be, and may be less by a unit or two, because the protocol does not tell what they are
   * counted from; or blocks had to be guessed from seconds.
   */
  readonly isBound?: boolean | undefined
}

/** One asset of a position. */
export type PositionAsset = PositionInMarket & { readonly asset: Address }

/** What an owner may do with an asset in a market. */
export type LendingAction = 'supply' | 'withdraw' | 'borrow' | 'repay'

/** One thing that an owner does. */
export type PositionChange = {
  readonly action: LendingAction
  readonly asset: Address
  /** Base units. */
  readonly amount: bigint
}
