import {
  Bps,
  type CollateralLeg,
  Decimal,
  type KnownHealth,
  type KnownLegs,
  type LiquidationRule,
  MulDiv,
  Wad,
} from '@unimargin/sdk'
import type { AaveV3Version } from './version.ts'

/** WAD per unit of the base currency: Aave counts USD with 8 decimals. */
export const WAD_PER_BASE = 10n ** 10n

const WAD_PER_BPS = Bps.toWad(1n)

/**
 * The rule of Aave V3 up to 3.4, exact to the wei: values are floored to 8 decimals per reserve, the average threshold is
 * floored to whole basis points, the weighted collateral and the health factor are rounded half up.
 *
 * The floored average has teeth: a little more collateral with a threshold below the average can lower the health factor
 * by up to one basis point of the threshold. `healthAtLeast` knows of them.
 */
export const ruleUpTo34: LiquidationRule = {
  key: 'aave-v3/3.0',
  withdrawal: 'zero-loan-to-value-first',
  priceDecimals,
  rounding,
  thresholdUnit: WAD_PER_BPS,
  valueOf: ({ amount, price, decimals }) => baseValueOf(amount, price, decimals, false) * WAD_PER_BASE,
  assess: (legs) => {
    const { supplied, backing, weighted, owed } = sumsOf(legs)
    const weightedCollateral = Bps.mulHalfUp(backing, averageOf(weighted, backing))
    return {
      collateralValue: supplied * WAD_PER_BASE,
      debtValue: owed * WAD_PER_BASE,
      weightedCollateral: weightedCollateral * WAD_PER_BASE,
      weightedDebt: owed * WAD_PER_BASE,
      health: healthOf(weightedCollateral, owed),
    }
  },
  healthAtLeast: (legs, unread) => {
    const { backing, weighted, owed } = sumsOf(legs)
    const least = leastWeight({ backing, weighted }, lowestThreshold(unread))
    return healthOf(MulDiv.halfUp(least, 1n, Bps.BPS), owed)
  },
}

/**
 * The rule of Aave V3 from 3.5 on, exact to the wei: what is supplied is worth its value rounded down, what is owed its value
 * rounded up, and the health factor comes of the sums themselves, rounded half up in basis points and down to a whole one. More
 * collateral never lowers it.
 */
export const ruleSince35: LiquidationRule = {
  key: 'aave-v3/3.5',
  withdrawal: 'zero-loan-to-value-first',
  priceDecimals,
  rounding,
  valueOf: ({ amount, price, decimals, side }) => baseValueOf(amount, price, decimals, side === 'debt') * WAD_PER_BASE,
  assess: (legs) => {
    const { supplied, weighted, owed } = sumsOf(legs, true)
    return {
      collateralValue: supplied * WAD_PER_BASE,
      debtValue: owed * WAD_PER_BASE,
      weightedCollateral: weighted * (WAD_PER_BASE / Bps.BPS),
      weightedDebt: owed * WAD_PER_BASE,
      health:
        owed === 0n ? { status: 'no-debt' } : { status: 'known', factor: Wad.divHalfUp(weighted, owed) / Bps.BPS },
    }
  },
}

/** Of every asset, whatever its own. */
function priceDecimals(): number {
  return 8
}

/** Each value by a unit of the base currency, and the weighted sum by half of one. */
function rounding({ collateral, debt }: KnownLegs): bigint {
  return BigInt(collateral.length + debt.length + 1) * WAD_PER_BASE
}

/** The rule of a version. */
export function ruleOf(version: AaveV3Version): LiquidationRule {
  return version < '3.5' ? ruleUpTo34 : ruleSince35
}

type Sums = { readonly supplied: bigint; readonly backing: bigint; readonly weighted: bigint; readonly owed: bigint }

/** Values in the base currency; `weighted` in basis points of it. */
function sumsOf({ collateral, debt }: KnownLegs, isDebtCeiled = false): Sums {
  let supplied = 0n
  let backing = 0n
  let weighted = 0n
  for (const { amount, price, asset, isCollateral, liquidationThreshold } of collateral) {
    const value = baseValueOf(amount, price, asset.decimals, false)
    supplied += value
    if (!isCollateral) continue
    backing += value
    weighted += value * Bps.fromWadDown(liquidationThreshold)
  }
  let owed = 0n
  for (const { amount, price, asset } of debt) {
    owed += baseValueOf(amount, price, asset.decimals, isDebtCeiled)
  }
  return { supplied, backing, weighted, owed }
}

/**
 * The lowest that `value · average` can become, in basis points, when any value with a threshold of at least `lowest` joins.
 *
 * With B the known value, W its weight, q = ⌊W / B⌋ and r = W − qB, what joins is a v ≥ 0 with the threshold t = `lowest`:
 * any other mixture of the same value weighs more. The product is then (B + v) · ⌊(W + vt) / (B + v)⌋.
 * - t ≥ q: the average never falls below q, and the product never below qB.
 * - t = 0: a v beyond W floors it to nothing.
 * - otherwise it falls to q − 1 just above v = r / (q − t), to (B + v)(q − 1); each further step down begins no lower.
 *
 * It is the infimum over all real v, so that it cannot rise when one more leg becomes unknown.
 */
function leastWeight({ backing, weighted }: Pick<Sums, 'backing' | 'weighted'>, lowest: bigint): bigint {
  const average = averageOf(weighted, backing)
  const whole = backing * average
  if (lowest >= average) return whole
  if (lowest === 0n) return 0n
  const fall = average - lowest
  const rest = weighted - whole
  const fallen = ((backing * fall + rest) * (average - 1n)) / fall
  return fallen < whole ? fallen : whole
}

function averageOf(weighted: bigint, backing: bigint): bigint {
  return backing === 0n ? 0n : weighted / backing
}

/** Basis points; all of it where nothing is unread. */
function lowestThreshold(unread: readonly CollateralLeg[]): bigint {
  let lowest = Bps.BPS
  for (const { liquidationThreshold } of unread) {
    const threshold = Bps.fromWadDown(liquidationThreshold)
    if (threshold < lowest) lowest = threshold
  }
  return lowest
}

function healthOf(weightedCollateral: bigint, owed: bigint): KnownHealth {
  return owed === 0n ? { status: 'no-debt' } : { status: 'known', factor: Wad.divHalfUp(weightedCollateral, owed) }
}

/** A price that 8 decimals can hold gives Aave's own number; a finer one (a what-if) is not rounded before the value is. */
function baseValueOf(amount: bigint, price: bigint, decimals: number, isCeiled: boolean): bigint {
  return (isCeiled ? MulDiv.up : MulDiv.down)(amount, price, Decimal.unit(decimals) * WAD_PER_BASE)
}
