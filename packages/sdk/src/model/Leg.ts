import type { Asset } from './Asset.ts'
import type { Quantity } from './Quantity.ts'

/**
 * A price in the protocol's own unit, where that holds digits that a WAD cannot. A rule believes it for as long as it rounds
 * down to `price`: a what-if changes `price` alone.
 */
export type ExactPrice = {
  /** Unit of account per whole token. */
  readonly value: bigint
  /** Decimals of `value`. */
  readonly decimals: number
}

/**
 * What a protocol keeps of an amount that earns or owes interest: shares, and what they are worth, in its own units. A rule
 * believes them for as long as they come to `amount`: a what-if changes `amount` alone.
 */
export type Shares = { readonly balance: bigint; readonly rate: bigint }

/** One supplied asset of a position. Amounts are base units; prices, values and ratios are WAD. */
export type CollateralLeg<quantity extends Quantity = Quantity> = {
  readonly asset: Asset
  /** Base units of the asset, interest included up to the block that was read. */
  readonly amount: quantity
  /** What the protocol itself uses to liquidate: unit of account per whole token, WAD. */
  readonly price: quantity
  readonly exactPrice?: ExactPrice | undefined
  readonly shares?: Shares | undefined
  /** Value in the unit of account, WAD, rounded as the protocol rounds. */
  readonly value: quantity
  /** Whether the protocol counts it as collateral. When false it backs nothing. */
  readonly isCollateral: boolean
  /** The threshold that applies to this owner (e-mode included), WAD. */
  readonly liquidationThreshold: bigint
  /** The loan-to-value that applies to this owner (e-mode included), WAD. */
  readonly loanToValue: bigint
}

/** One borrowed asset of a position. */
export type DebtLeg<quantity extends Quantity = Quantity> = {
  readonly asset: Asset
  /** Base units owed, interest included up to the block that was read. */
  readonly amount: quantity
  readonly price: quantity
  readonly exactPrice?: ExactPrice | undefined
  readonly shares?: Shares | undefined
  readonly value: quantity
  /** What one unit of this debt weighs, WAD; 1e18 where the protocol has no such weight. */
  readonly liabilityWeight: bigint
}

/** The legs of one position with every number known: what a liquidation rule judges. */
export type KnownLegs = {
  readonly collateral: readonly CollateralLeg<bigint>[]
  readonly debt: readonly DebtLeg<bigint>[]
}
