import type { Asset } from '../model/Asset.ts'
import type { Address } from '../model/Hex.ts'
import type { PositionFacts } from '../model/Position.ts'
import type { PositionInMarket } from '../model/PositionChange.ts'
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
  /**
   * Share of the repaid debt asset that the protocol lets one pay back at once, WAD, rounded down; 1e18: all of it. What is
   * {@link repaid} may be less, by choice or because the collateral ends before.
   */
  readonly closeFactor: bigint
  /** What the liquidator pays back, base units of the debt asset; what the protocol itself takes over (Comet) likewise. */
  readonly repaid: readonly { readonly asset: Asset; readonly amount: bigint }[]
  readonly seized: readonly Seized[]
  /** What the liquidator gets: the assets themselves, or the protocol's tokens for them, which need no liquidity. */
  readonly paidIn: 'asset' | 'collateral-token'
  /** What the protocol writes off because nothing backs it any more, base units. */
  readonly badDebt: readonly { readonly asset: Asset; readonly amount: bigint }[]
  /** What remains, to the last unit. */
  readonly after: PositionFacts
  /**
   * Value seized less debt forgiven (repaid and written off) and what is left for it as a supply (Comet), WAD in the market's unit,
   * rounded up; below zero where the owner gains. `liquidationCost` computes it.
   */
  readonly cost: bigint
}

/** What became of it. */
export type LiquidationResult =
  | Liquidation
  /**
   * `by` names why: `healthy`, `no-debt`, `not-collateral`, `inactive`, `paused`, `sequencer`, `grace-period`, `liquidity`,
   * `price`, `dust` (too little would be left), `amount` (too little or too much is to be repaid), …
   */
  | { readonly status: 'refused'; readonly by: readonly string[] }
  | Unknown

/**
 * What a liquidator chooses. What is left open is chosen for the most that the protocol takes: where it refuses the largest debt
 * against the most valuable collateral, the next ones are tried. Protocols that take a whole account (Comet) ignore the choice.
 */
export type LiquidationChoice = {
  /** Debt asset to repay; the largest debt unless given. */
  readonly debt?: Address | undefined
  /** Collateral asset to seize; the most valuable unless given. */
  readonly collateral?: Address | undefined
  /** Base units of the debt to repay at most; as much as the protocol lets one unless given. */
  readonly repay?: bigint | undefined
  /** Base units of the collateral to seize, in place of `repay`, where a liquidator may name that (Morpho Blue). */
  readonly seize?: bigint | undefined
  /** What to be paid in; unless given, the asset where the market holds enough of it, and its token otherwise. */
  readonly paidIn?: Liquidation['paidIn'] | undefined
}

/**
 * A protocol's own way to liquidate, as a pure function: in the block that was read, by somebody who is not the owner and has
 * what it takes.
 */
export type LiquidationModel = {
  readonly simulate: (where: PositionInMarket, choice?: LiquidationChoice) => LiquidationResult
}
