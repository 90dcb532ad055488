import type { KnownHealth } from '../model/Health.ts'
import type { CollateralLeg, ExactPrice, KnownLegs, Shares } from '../model/Leg.ts'

/** What a liquidation rule says of a position. Values are WAD in the unit of account. */
export type Assessment = {
  /** Over all supplied legs, collateral or not. */
  readonly collateralValue: bigint
  readonly debtValue: bigint
  readonly weightedCollateral: bigint
  readonly weightedDebt: bigint
  /** What the protocol itself would say, to the last wei. */
  readonly health: KnownHealth
}

/** What a value is made of. */
export type ValuedLeg = {
  readonly amount: bigint
  readonly price: bigint
  readonly decimals: number
  readonly exactPrice?: ExactPrice | undefined
  readonly shares?: Shares | undefined
  /** Some protocols round what is owed another way; collateral unless told. */
  readonly side?: 'collateral' | 'debt' | undefined
}

/**
 * A protocol's own liquidation arithmetic as a pure function: for the health of today and for every what-if.
 *
 * It reads `amount`, `price`, thresholds and `isCollateral` of the legs, never their `value`: change an amount or a price
 * and assess again. `exactPrice` and `shares` count only where they agree with `price` and `amount` (see `Exact`).
 */
export type LiquidationRule = {
  /** E.g. `aave-v3/3.0`. */
  readonly key: string
  /** Value of an amount (base units) at a price (WAD per whole token), WAD, rounded as the protocol rounds. */
  readonly valueOf: (leg: ValuedLeg) => bigint
  readonly assess: (legs: KnownLegs) => Assessment
  /**
   * Decimals of the protocol's own price of a leg, per whole token: one unit of the last is the least that a price can move.
   * 18 unless told.
   */
  readonly priceDecimals?: ((leg: Pick<ValuedLeg, 'decimals' | 'exactPrice'>, legs: KnownLegs) => number) | undefined
  /**
   * By how much (WAD) `weightedCollateral` or `weightedDebt` of these legs may be off from arithmetic that never rounds, in either
   * direction. A search then knows what lies between two prices without trying each of them; without it, it tries more.
   */
  readonly rounding?: ((legs: KnownLegs) => bigint) | undefined
  /**
   * Set where the protocol floors the average threshold of all collateral to whole units of this (WAD): then a better price may
   * lower the health, and what is searched for is the first price that is too bad, with a better one perhaps beyond. Such a rule
   * says its `rounding` as well.
   */
  readonly thresholdUnit?: bigint | undefined
  /**
   * Set where the protocol multiplies what is owed by each leg's `liabilityWeight`: only there can a what-if change one. Elsewhere the
   * weight is 1, or 0 for a debt that does not count.
   */
  readonly weighsDebts?: true | undefined
  /**
   * The health that the position has at least, when besides these legs there is collateral of unknown value (`unread`; it
   * may be worth nothing, or any amount). It must never rise when one more leg becomes unread. A rule leaves it out where
   * more collateral never lowers the health: then unknown collateral counts as zero.
   */
  readonly healthAtLeast?: ((legs: KnownLegs, unread: readonly CollateralLeg[]) => KnownHealth) | undefined
  /**
   * What the protocol asks of who owes and takes out what backs it, besides a health of 1; nothing unless told. `loan-to-value`: what
   * is left has to cover the debt by its loan-to-values too. `zero-loan-to-value-first`: nothing that has a loan-to-value leaves
   * while something without one backs the debt.
   */
  readonly withdrawal?: 'loan-to-value' | 'zero-loan-to-value-first' | undefined
}
