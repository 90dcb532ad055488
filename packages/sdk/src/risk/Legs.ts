import type { CollateralLeg, DebtLeg, KnownLegs } from '../model/Leg.ts'
import type { Reserve } from '../model/Market.ts'
import type { PositionFacts } from '../model/Position.ts'
import { issuesOf, type Unknown, unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import { distinctIssues } from './distinctIssues.ts'

/**
 * The legs of one position as plain numbers, and what becomes of them. Every function gives new legs; amounts are base units,
 * and no `value` is kept: a rule reads none.
 */

const YEAR = 365n * 24n * 3600n
/** Above e^32 no debt is worth a plan; it keeps a nonsensical rate from growing without bound. */
const MOST_GROWTH_EXPONENT = 32n * Wad.WAD

/**
 * The legs with every number known, or why they are not. A leg that backs nothing and whose numbers are unknown is left out: it
 * cannot change the health.
 */
export function known({ collateral, debt }: Pick<PositionFacts, 'collateral' | 'debt'>): KnownLegs | Unknown {
  const missing = [...collateral.filter(({ isCollateral }) => isCollateral), ...debt].flatMap((leg) =>
    leg.amount === 0n ? [] : [...issuesOf(leg.amount), ...issuesOf(leg.price)],
  )
  if (missing.length > 0) return unknown(...distinctIssues([missing]))
  return { collateral: collateral.flatMap(knownLeg), debt: debt.flatMap(knownLeg) }
}

function knownLeg<leg extends CollateralLeg | DebtLeg>(leg: leg) {
  const { amount, price, value } = leg
  if (typeof amount !== 'bigint' || typeof price !== 'bigint') return []
  return [{ ...leg, amount, price, value: typeof value === 'bigint' ? value : 0n }]
}

/** The legs after an amount of one asset was taken out; at most all of it. */
export function withdrawn(legs: KnownLegs, asset: string, amount: bigint): KnownLegs {
  return { ...legs, collateral: less(legs.collateral, asset, amount) }
}

/** The legs after an amount of one debt was paid back; at most all of it. */
export function repaid(legs: KnownLegs, asset: string, amount: bigint): KnownLegs {
  return { ...legs, debt: less(legs.debt, asset, amount) }
}

/** The legs after an amount was supplied; `first` is the leg that it becomes where the asset is not held. */
export function supplied(legs: KnownLegs, first: CollateralLeg<bigint>, amount: bigint): KnownLegs {
  return amount <= 0n ? legs : { ...legs, collateral: more(legs.collateral, first, amount) }
}

/** The legs after an amount was borrowed; `first` is the leg that it becomes where none of the asset is owed. */
export function borrowed(legs: KnownLegs, first: DebtLeg<bigint>, amount: bigint): KnownLegs {
  return amount <= 0n ? legs : { ...legs, debt: more(legs.debt, first, amount) }
}

/**
 * The legs after some seconds of interest on every debt, rounded up; collateral earns nothing meanwhile. Interest is bounded
 * from above: 1 + x + x² is more than what compounding makes of x = rate · time. Unknown where a debt's rate is.
 */
export function accruedAtMost(legs: KnownLegs, reserves: readonly Reserve[], seconds: bigint): KnownLegs | Unknown {
  if (seconds === 0n) return legs
  const rates = legs.debt.map((leg) => rateOf(leg, reserves))
  const missing = rates.flatMap((rate) => (typeof rate === 'bigint' ? [] : [rate.issues]))
  if (missing.length > 0) return unknown(...distinctIssues(missing))
  return {
    ...legs,
    debt: legs.debt.map((leg, index) => {
      const rate = rates[index]
      return typeof rate === 'bigint'
        ? { ...leg, amount: Wad.mulUp(leg.amount, growth((rate * seconds) / YEAR + 1n)) }
        : leg
    }),
  }
}

function rateOf({ asset }: DebtLeg, reserves: readonly Reserve[]) {
  const reserve = reserves.find((candidate) => isSame(candidate.asset.address, asset.address))
  if (reserve !== undefined) return reserve.borrowRate
  const { chainId, symbol } = asset
  return unknown({ kind: 'unavailable', chainId, path: `reserves.${symbol}.borrowRate`, reason: 'not in the market' })
}

function growth(exponent: bigint): bigint {
  const x = exponent < MOST_GROWTH_EXPONENT ? exponent : MOST_GROWTH_EXPONENT
  if (x <= Wad.WAD) return Wad.WAD + x + Wad.mulUp(x, x)
  const half = growth(x / 2n + 1n)
  return Wad.mulUp(half, half)
}

type SizedLeg = { readonly asset: { readonly address: string }; readonly amount: bigint }

function less<leg extends SizedLeg>(legs: readonly leg[], asset: string, amount: bigint): readonly leg[] {
  return legs.flatMap((leg) => {
    if (!isSame(leg.asset.address, asset)) return [leg]
    return leg.amount > amount ? [{ ...leg, amount: leg.amount - amount }] : []
  })
}

function more<leg extends SizedLeg>(legs: readonly leg[], first: leg, amount: bigint): readonly leg[] {
  const isHeld = legs.some((leg) => isSame(leg.asset.address, first.asset.address))
  if (!isHeld) return [...legs, { ...first, amount }]
  return legs.map((leg) =>
    isSame(leg.asset.address, first.asset.address) ? { ...leg, amount: leg.amount + amount } : leg,
  )
}

/** Whether two addresses are one. */
export function isSame(left: string, right: string): boolean {
  return left === right || left.toLowerCase() === right.toLowerCase()
}
