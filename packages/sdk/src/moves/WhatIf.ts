import type { KnownHealth } from '../model/Health.ts'
import type { KnownLegs } from '../model/Leg.ts'
import type { Reserve } from '../model/Market.ts'
import type { ReadPosition } from '../model/Position.ts'
import { issuesOf } from '../model/Quantity.ts'
import type { LiquidationRule } from '../risk/LiquidationRule.ts'
import * as Wad from '../units/Wad.ts'
import { UnknownHealthError } from './PlanErrors.ts'

const YEAR = 365n * 24n * 3600n
/** Above e^32 no debt is worth a plan; it keeps a nonsensical rate from growing without bound. */
const MOST_GROWTH_EXPONENT = 32n * Wad.WAD

/**
 * The legs of a position with every number known. A leg that backs nothing and whose numbers are unknown is left out: it
 * cannot change the health.
 *
 * @throws UnknownHealthError when a number that counts is unknown.
 */
export function knownLegs(position: ReadPosition): KnownLegs {
  const { collateral, debt } = position
  return {
    collateral: collateral.flatMap((leg) => {
      const { amount, price, value } = leg
      if (typeof amount === 'bigint' && typeof price === 'bigint') {
        return [{ ...leg, amount, price, value: typeof value === 'bigint' ? value : 0n }]
      }
      if (!leg.isCollateral) return []
      throw new UnknownHealthError(position.id, 'collateral', [...issuesOf(amount), ...issuesOf(price)])
    }),
    debt: debt.map((leg) => {
      const { amount, price, value } = leg
      if (typeof amount === 'bigint' && typeof price === 'bigint') {
        return { ...leg, amount, price, value: typeof value === 'bigint' ? value : 0n }
      }
      throw new UnknownHealthError(position.id, 'debt', [...issuesOf(amount), ...issuesOf(price)])
    }),
  }
}

/** The legs after an amount of one asset was taken out; at most all of it. */
export function withdrawn(legs: KnownLegs, reserve: Reserve, amount: bigint): KnownLegs {
  return {
    ...legs,
    collateral: legs.collateral.flatMap((leg) => {
      if (!isSame(leg.asset.address, reserve.asset.address)) return [leg]
      return leg.amount > amount ? [{ ...leg, amount: leg.amount - amount }] : []
    }),
  }
}

/** The legs after an amount of one asset was supplied; a new leg gets the reserve's own parameters. */
export function supplied(legs: KnownLegs, reserve: Reserve & { readonly price: bigint }, amount: bigint): KnownLegs {
  if (amount <= 0n) return legs
  if (legs.collateral.some((leg) => isSame(leg.asset.address, reserve.asset.address))) {
    return {
      ...legs,
      collateral: legs.collateral.map((leg) =>
        isSame(leg.asset.address, reserve.asset.address) ? { ...leg, amount: leg.amount + amount } : leg,
      ),
    }
  }
  const { asset, price, liquidationThreshold, loanToValue } = reserve
  const leg = { asset, amount, price, value: 0n, isCollateral: true, liquidationThreshold, loanToValue }
  return { ...legs, collateral: [...legs.collateral, leg] }
}

/**
 * The legs after some seconds of interest on every debt, rounded up; collateral earns nothing meanwhile. Interest is
 * bounded from above: 1 + x + x² is more than what compounding makes of x = rate · time.
 *
 * @throws UnknownHealthError when a debt's reserve is not among the market's, or its rate is unknown.
 */
export function accrued(position: string, legs: KnownLegs, reserves: readonly Reserve[], seconds: bigint): KnownLegs {
  return {
    ...legs,
    debt: legs.debt.map((leg) => {
      const reserve = reserves.find(({ asset }) => isSame(asset.address, leg.asset.address))
      if (reserve === undefined) throw new UnknownHealthError(position, `borrow rate of ${leg.asset.symbol}`, [])
      const { borrowRate } = reserve
      if (typeof borrowRate !== 'bigint') {
        throw new UnknownHealthError(position, `borrow rate of ${leg.asset.symbol}`, issuesOf(borrowRate))
      }
      return { ...leg, amount: Wad.mulUp(leg.amount, growth((borrowRate * seconds) / YEAR + 1n)) }
    }),
  }
}

function growth(exponent: bigint): bigint {
  const x = exponent < MOST_GROWTH_EXPONENT ? exponent : MOST_GROWTH_EXPONENT
  if (x <= Wad.WAD) return Wad.WAD + x + Wad.mulUp(x, x)
  const half = growth(x / 2n + 1n)
  return Wad.mulUp(half, half)
}

/** What the rule says, or that the target is met when nothing is owed. */
export function reaches(rule: LiquidationRule, legs: KnownLegs, target: bigint): boolean {
  return isAtLeast(rule.assess(legs).health, target)
}

/** Whether a health is at least a factor; a position without debt always is. */
export function isAtLeast(health: KnownHealth, factor: bigint): boolean {
  return health.status === 'no-debt' || health.factor >= factor
}

export function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
