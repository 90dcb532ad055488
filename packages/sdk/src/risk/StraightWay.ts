import type { KnownLegs } from '../model/Leg.ts'
import * as Decimal from '../units/Decimal.ts'
import { WAD } from '../units/Wad.ts'
import { least, most } from './Extremes.ts'
import { type AnyLeg, isEqual, type Judged } from './Judged.ts'
import type { LiquidationRule } from './LiquidationRule.ts'

/**
 * What is certain of weights between two sets of legs when prices alone change, each straight from one to the other: but for rounding
 * both weights are straight lines, and no line has its lowest point between its ends.
 */

/** How far weights may be from a line, WAD. */
export type Doubt = {
  /** By what the rule rounds once. */
  readonly rounding: bigint
  readonly collateral: bigint
  readonly debt: bigint
}

/** Both ends and what lies between are rounded, and so is every price; `undefined` where the rule does not say how it rounds. */
export function doubtOf(rule: LiquidationRule, from: KnownLegs, to: KnownLegs): Doubt | undefined {
  if (rule.rounding === undefined) return undefined
  const rounding = most(rule.rounding(from), rule.rounding(to))
  const moved = (legs: readonly AnyLeg[], others: readonly AnyLeg[]) =>
    legs.reduce(
      (sum, leg, index) => (isEqual(leg, others[index]) ? sum : sum + worthOfUnit(rule, leg, from)),
      3n * rounding,
    )
  const backing = ({ collateral }: KnownLegs) => collateral.filter(({ isCollateral }) => isCollateral)
  return { rounding, collateral: moved(backing(from), backing(to)), debt: moved(from.debt, to.debt) }
}

/** Whether the health is at least `factor` (WAD) all along, with the weight of the collateral by `weightedOf` at both ends. */
export function isSafe(
  ends: readonly [Judged, Judged],
  { doubt, factor }: { readonly doubt: Doubt; readonly factor: bigint },
  weightedOf: (end: Judged) => bigint = ({ assessment }) => assessment.weightedCollateral,
): boolean {
  const surplus = (end: Judged) => weightedOf(end) * WAD - end.assessment.weightedDebt * factor
  return least(surplus(ends[0]), surplus(ends[1])) >= doubt.collateral * WAD + doubt.debt * factor
}

/** What one unit more of a leg's price is worth, WAD, rounded up. */
function worthOfUnit({ priceDecimals }: LiquidationRule, leg: AnyLeg, legs: KnownLegs): bigint {
  const { amount, asset, exactPrice } = leg
  const decimals = priceDecimals?.({ decimals: asset.decimals, exactPrice }, legs) ?? 18
  const unit = decimals < 18 ? Decimal.unit(18 - decimals) : 1n
  return (amount * unit) / Decimal.unit(asset.decimals) + 1n
}
