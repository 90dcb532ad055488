import type { Asset } from '../model/Asset.ts'
import type { Address } from '../model/Hex.ts'
import type { MarketState } from '../model/Market.ts'
import type { PositionFacts } from '../model/Position.ts'
import type { Unknown } from '../model/Quantity.ts'

/** What a liquidator takes of one asset, base units. */
export type Seized = {
  readonly asset: Asset
  /** What leaves the position, fees included. */
  readonly amount: bigint
  /** What of it the protocol keeps. */
  readonly protocolFee: bigint
}

/** One liquidation, as the protocol would carry it out now. */
export type Liquidation = {
  readonly status: 'liquidated'
  /** What the liquidator pays back, base units of the debt asset; what the protocol itself takes over (Comet) likewise. */
  readonly repaid: readonly { readonly asset: Asset; readonly amount: bigint }[]
  readonly seized: readonly Seized[]
  /** What the protocol writes off because nothing backs it any more, base units. */
  readonly badDebt: readonly { readonly asset: Asset; readonly amount: bigint }[]
  /** What remains, to the last unit. */
  readonly after: PositionFacts
  /** Value seized less debt forgiven (repaid and written off), WAD in the market's unit, rounded up; below zero where the owner gains. */
  readonly cost: bigint
}

/** What became of it. */
export type LiquidationResult =
  | Liquidation
  /** `by` names why: `healthy`, `no-debt`, `not-collateral`, `paused`, `grace-period`, `price`, `dust`, `amount`, … */
  | { readonly status: 'refused'; readonly by: readonly string[] }
  | Unknown

/** What a liquidator chooses. Protocols that take a whole account (Comet) ignore the choice. */
export type LiquidationChoice = {
  /** Debt asset to repay; the largest debt unless given. */
  readonly debt?: Address | undefined
  /** Collateral asset to seize; the most valuable unless given. */
  readonly collateral?: Address | undefined
  /** Base units of the debt to repay at most; as much as the protocol lets one unless given. */
  readonly repay?: bigint | undefined
}

/** A protocol's own way to liquidate, as a pure function. */
export type LiquidationModel = {
  readonly simulate: (
    where: { readonly state: MarketState; readonly position: PositionFacts },
    choice?: LiquidationChoice,
  ) => LiquidationResult
}
