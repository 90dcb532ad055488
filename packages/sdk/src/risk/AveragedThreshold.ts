import type { KnownLegs } from '../model/Leg.ts'
import { WAD } from '../units/Wad.ts'
import { least, most } from './Extremes.ts'
import { areEqual, isAtLeast, type Judged } from './Judged.ts'
import type { LiquidationRule } from './LiquidationRule.ts'
import * as StraightWay from './StraightWay.ts'

/**
 * Whether the health is at least `factor` (WAD) everywhere between two sets of legs, for a rule that floors the average threshold to
 * whole units. `worst` has the least of what is supplied and the most of what is owed.
 *
 * With the least that the average can be between them, the weight is again so much of a value, and the value is what it is at least.
 * On a straight way the value is a line, and the average has no low point between its ends either: both are lines divided.
 */
export function isSafe(
  rule: LiquidationRule & { readonly thresholdUnit: bigint },
  {
    from,
    to,
    worst,
    factor,
    isStraight,
  }: {
    readonly from: Judged
    readonly to: Judged
    readonly worst: KnownLegs
    readonly factor: bigint
    readonly isStraight: boolean
  },
): boolean {
  if (areEqual(from.legs, to.legs)) return isAtLeast(from.assessment.health, factor)
  const doubt = StraightWay.doubtOf(rule, from.legs, to.legs)
  if (doubt === undefined) return false
  const unit = rule.thresholdUnit
  const [first, last] = [backingOf(rule, from.legs), backingOf(rule, to.legs)]
  const bounds = first.map(({ value, threshold }, index) => {
    const other = last[index]?.value ?? value
    return { threshold, least: least(value, other), most: most(value, other) }
  })
  const { weightedDebt, health } = rule.assess(worst)
  const anywhere = averageBetween(bounds, unit)
  // No average is lower than that of the worst: then nothing at all is worse, and the rule itself says how it rounds.
  const isWorst =
    anywhere ===
    averageAbout(
      bounds.map((bound) => ({ ...bound, value: bound.least })),
      0n,
      unit,
    )
  if (isWorst && isAtLeast(health, factor)) return true
  const average = isStraight
    ? most(anywhere, least(averageAbout(first, doubt.collateral, unit), averageAbout(last, doubt.collateral, unit)))
    : anywhere
  const weigh = (value: bigint) => (value * average * unit) / WAD - doubt.rounding
  const lowest = weigh(sum(bounds.map((bound) => bound.least)))
  if (lowest * WAD >= weightedDebt * factor) return true
  const weightedOf = (end: Judged) => weigh(sum((end === from ? first : last).map(({ value }) => value)))
  return isStraight && StraightWay.isSafe([from, to], { doubt, factor }, weightedOf)
}

type Backing = { readonly value: bigint; readonly threshold: bigint }

/** What backs a debt, leg by leg, WAD. */
function backingOf(rule: LiquidationRule, { collateral }: KnownLegs): readonly Backing[] {
  return collateral
    .filter(({ isCollateral }) => isCollateral)
    .map(({ amount, price, exactPrice, shares, asset, liquidationThreshold }) => ({
      value: rule.valueOf({ amount, price, exactPrice, shares, decimals: asset.decimals, side: 'collateral' }),
      threshold: liquidationThreshold,
    }))
}

/** The least whole average of values anywhere within their bounds: low thresholds at their most, high ones at their least. */
function averageBetween(
  bounds: readonly { readonly threshold: bigint; readonly least: bigint; readonly most: bigint }[],
  unit: bigint,
): bigint {
  return [-1n, ...bounds.map(({ threshold }) => threshold)]
    .map((highest) =>
      averageAbout(
        bounds.map((bound) => ({ ...bound, value: bound.threshold <= highest ? bound.most : bound.least })),
        0n,
        unit,
      ),
    )
    .reduce(least)
}

/** The whole average that remains though values are off by `doubt` together. */
function averageAbout(backing: readonly Backing[], doubt: bigint, unit: bigint): bigint {
  const value = sum(backing.map((leg) => leg.value)) + doubt
  const weighted = sum(backing.map((leg) => leg.value * leg.threshold)) - doubt * WAD
  return value <= 0n || weighted <= 0n ? 0n : weighted / (value * unit)
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n)
}
