import type { Asset } from '../model/Asset.ts'
import type { DataIssue } from '../model/DataIssue.ts'
import type { CollateralLeg, DebtLeg, KnownLegs } from '../model/Leg.ts'
import type { Reserve } from '../model/Market.ts'
import type { PositionFacts } from '../model/Position.ts'
import { issuesOf, type Quantity, type Unknown, unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import { distinctIssues } from './distinctIssues.ts'
import { least } from './Extremes.ts'

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

/** Legs, known or not: an unknown amount stays unknown whatever is taken or added. */
type AnyLegs = { readonly collateral: readonly CollateralLeg[]; readonly debt: readonly DebtLeg[] }

/** The legs after an amount of one asset was taken out; at most all of it. */
export function withdrawn<legs extends AnyLegs>(legs: legs, asset: string, amount: bigint): legs {
  return { ...legs, collateral: less(legs.collateral, asset, amount) }
}

/** The legs after an amount of one debt was paid back; at most all of it. */
export function repaid<legs extends AnyLegs>(legs: legs, asset: string, amount: bigint): legs {
  return { ...legs, debt: less(legs.debt, asset, amount) }
}

/** The legs after an amount was supplied; `first` is the leg that it becomes where the asset is not held. */
export function supplied<legs extends AnyLegs>(legs: legs, first: legs['collateral'][number], amount: bigint): legs {
  return amount <= 0n ? legs : { ...legs, collateral: more(legs.collateral, first, amount) }
}

/** The legs after an amount was borrowed; `first` is the leg that it becomes where none of the asset is owed. */
export function borrowed<legs extends AnyLegs>(legs: legs, first: legs['debt'][number], amount: bigint): legs {
  return amount <= 0n ? legs : { ...legs, debt: more(legs.debt, first, amount) }
}

/**
 * The legs after some seconds of interest on every debt, rounded up; collateral earns nothing meanwhile. Interest is bounded
 * from above: 1 + x + x² is more than what compounding makes of x = rate · time. Unknown where a debt's rate is.
 */
export function accruedAtMost(legs: KnownLegs, reserves: readonly Reserve[], seconds: bigint): KnownLegs | Unknown {
  const debt: DebtLeg<bigint>[] = []
  const missing: (readonly DataIssue[])[] = []
  for (const leg of legs.debt) {
    const amount = owedAtMost(leg, reserves, seconds)
    if (typeof amount === 'bigint') debt.push({ ...leg, amount })
    else missing.push(amount.issues)
  }
  return missing.length > 0 ? unknown(...distinctIssues(missing)) : { ...legs, debt }
}

/** What is owed of one debt after some seconds, at most: as {@link accruedAtMost}. */
export function owedAtMost({ amount, asset }: DebtLeg, reserves: readonly Reserve[], seconds: bigint): Quantity {
  if (typeof amount !== 'bigint' || seconds === 0n) return amount
  const rate = rateOf(asset, reserves)
  return typeof rate === 'bigint' ? Wad.mulUp(amount, growth((rate * seconds) / YEAR + 1n)) : rate
}

function rateOf({ address, chainId, symbol }: Asset, reserves: readonly Reserve[]): Quantity {
  const reserve = reserves.find(({ asset }) => isSame(asset.address, address))
  if (reserve !== undefined) return reserve.borrowRate
  return unknown({ kind: 'unavailable', chainId, path: `reserves.${symbol}.borrowRate`, reason: 'not in the market' })
}

function growth(exponent: bigint): bigint {
  const x = exponent < MOST_GROWTH_EXPONENT ? exponent : MOST_GROWTH_EXPONENT
  if (x <= Wad.WAD) return Wad.WAD + x + Wad.mulUp(x, x)
  const half = growth(x / 2n + 1n)
  return Wad.mulUp(half, half)
}

type SizedLeg = {
  readonly asset: { readonly address: string }
  readonly amount: Quantity
  readonly isCollateral?: boolean
}

/** Where an asset has two legs, because a part of it backs nothing, what backs goes first. */
function less<leg extends SizedLeg>(legs: readonly leg[], asset: string, amount: bigint): readonly leg[] {
  const same = legs.filter((leg) => isSame(leg.asset.address, asset))
  let left = amount
  const rests = new Map<leg, bigint>()
  for (const leg of same.length > 1 ? same.sort((a, b) => Number(backs(b)) - Number(backs(a))) : same) {
    const before: Quantity = leg.amount
    if (typeof before !== 'bigint') continue
    const taken = least(before, left)
    left -= taken
    rests.set(leg, before - taken)
  }
  return legs.flatMap((leg) => {
    const rest = rests.get(leg)
    return rest === undefined ? [leg] : rest > 0n ? [{ ...leg, amount: rest }] : []
  })
}

/** Into one leg: of two of an asset into the one that is like the first. */
function more<leg extends SizedLeg>(legs: readonly leg[], first: leg, amount: bigint): readonly leg[] {
  const same = legs.filter((leg) => isSame(leg.asset.address, first.asset.address))
  const into = same.find((leg) => backs(leg) === backs(first)) ?? same[0]
  if (into === undefined) return [...legs, { ...first, amount }]
  return legs.map((leg) => {
    const before: Quantity = leg.amount
    return leg === into && typeof before === 'bigint' ? { ...leg, amount: before + amount } : leg
  })
}

function backs({ isCollateral }: SizedLeg): boolean {
  return isCollateral === true
}

/** Whether two addresses are one. */
export function isSame(left: string, right: string): boolean {
  return left === right || left.toLowerCase() === right.toLowerCase()
}
