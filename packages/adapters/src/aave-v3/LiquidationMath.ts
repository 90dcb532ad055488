import { Bps, type CollateralLeg, type DebtLeg, Decimal, MulDiv } from '@unimargin/sdk'
import { baseValueOf } from './Account.ts'
import { firstWhere } from './firstWhere.ts'
import { WAD_PER_BASE } from './rule.ts'
import type { AaveV3Version } from './version.ts'

/**
 * The numbers of `LiquidationLogic` and `ValidationLogic`. Up to 3.2 (aave/aave-v3-core 1.19.3, `_calculateDebt`) the close factor
 * counts for the one debt; from 3.3 on (aave-dao/aave-v3-origin, docs/3.3) for the whole position, small ones are liquidated
 * whole, and nothing small may be left. 3.5 rounds what is owed up, and 3.7 every step against the liquidator
 * (docs/3.5/Aave-v3.5-features.md, docs/3.7/liquidation-rounding.md).
 */
const CLOSE_FACTOR = 5_000n
/** Up to this health, WAD, all may be repaid at once; below it no sentinel is asked. */
export const WHOLE_AT_HEALTH: bigint = 95n * 10n ** 16n
/** Of both the debt and the collateral, in the base currency: with less of either, all may be repaid. */
const WHOLE_BELOW = 2_000n * 10n ** 8n
/** Of both, where neither is gone. */
const LEAST_LEFT = 1_000n * 10n ** 8n

/** One debt and one collateral of a position, and by what they are liquidated. Ratios are basis points. */
export type Pair = {
  readonly version: AaveV3Version
  /** At the prices that the pool liquidates at, WAD; what is owed besides at a stable rate is in the amount. */
  readonly debt: Side<DebtLeg>
  readonly collateral: Side<CollateralLeg>
  /** Of the whole position. */
  readonly health: bigint
  /** In the base currency. */
  readonly owed: bigint
  /** What a liquidator gets for 100 %. */
  readonly bonus: bigint
  /** The protocol's share of what is above 100 %. */
  readonly protocolFee: bigint
}

type Side<leg extends CollateralLeg | DebtLeg> = {
  readonly leg: leg
  readonly amount: bigint
  readonly price: bigint
}

/** What is repaid, and what is seized for it: by the liquidator, and by the protocol. Base units. */
export type Trade = { readonly repaid: bigint; readonly seized: bigint; readonly fee: bigint }

/** As much of the debt as the pool lets one repay at once. */
export function mostRepaid({ version, debt, collateral, health, owed }: Pair): bigint {
  if (version < '3.3') {
    return health > WHOLE_AT_HEALTH ? Bps.mulHalfUp(debt.amount, CLOSE_FACTOR) : debt.amount
  }
  const value = worthOf(debt, debt.amount, version >= '3.5')
  const most = Bps.mulHalfUp(owed, CLOSE_FACTOR)
  const isWhole =
    worthOf(collateral, collateral.amount) < WHOLE_BELOW || value < WHOLE_BELOW || health <= WHOLE_AT_HEALTH
  return isWhole || value <= most ? debt.amount : MulDiv.down(most * WAD_PER_BASE, unitOf(debt), debt.price)
}

/** What is seized for an amount that is repaid, or why there is no telling; less is repaid where the collateral ends before. */
export function tradeOf(pair: Pair, repaying: bigint): Trade | 'price' | 'bonus' {
  const { version, debt, collateral, bonus, protocolFee } = pair
  if (collateral.price === 0n) return 'price'
  const isDirected = version >= '3.7'
  const worth = (repaying * debt.price * unitOf(collateral)) / (collateral.price * unitOf(debt))
  const wanted = (isDirected ? Bps.mulDown : Bps.mulHalfUp)(worth, bonus)
  const isAll = wanted > collateral.amount
  const amount = isAll ? collateral.amount : wanted
  if (bonus === 0n && (isAll || protocolFee > 0n)) return 'bonus'
  const covered = isAll ? (collateral.price * amount * unitOf(debt)) / (debt.price * unitOf(collateral)) : 0n
  const repaid = isAll ? (version >= '3.5' ? MulDiv.up : MulDiv.halfUp)(covered, Bps.BPS, bonus) : repaying
  if (protocolFee === 0n) return { repaid, seized: amount, fee: 0n }
  const base = (isDirected ? MulDiv.down : MulDiv.halfUp)(amount, Bps.BPS, bonus)
  if (base > amount) return 'bonus'
  const fee = (isDirected ? Bps.mulUp : Bps.mulHalfUp)(amount - base, protocolFee)
  return { repaid, seized: amount - fee, fee }
}

/** Whether a trade leaves too little: from 3.3 on one takes all of either, or leaves something worth a liquidation of both. */
export function leavesDust({ version, debt, collateral }: Pair, { repaid, seized, fee }: Trade): boolean {
  const owing = debt.amount - repaid
  const left = collateral.amount - seized - fee
  if (version < '3.3' || owing <= 0n || left <= 0n) return false
  return worthOf(debt, owing, version >= '3.5') < LEAST_LEFT || worthOf(collateral, left) < LEAST_LEFT
}

/** The most up to an amount that leaves enough of both; 0 where nothing does. */
export function mostWithoutDust(pair: Pair, most: bigint): bigint {
  const isDusty = (repaying: bigint) => {
    const trade = tradeOf(pair, repaying)
    return typeof trade === 'string' || leavesDust(pair, trade)
  }
  return firstWhere(1n, most, isDusty) - 1n
}

/** In the base currency. */
function worthOf({ leg, price }: Side<CollateralLeg> | Side<DebtLeg>, amount: bigint, isUp = false): bigint {
  return baseValueOf({ ...leg, price }, amount, isUp)
}

function unitOf({ leg }: Side<CollateralLeg> | Side<DebtLeg>): bigint {
  return Decimal.unit(leg.asset.decimals)
}
