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
  const unit = rule.thresholdUnit
  const [first, last] = [backingOf(rule, from.legs), backingOf(rule, to.legs)]
  const bounds = first.map(({ value, threshold }, index) => {
    const other = last[index]?.value ?? value
    return { threshold, value: least(value, other), most: most(value, other) }
  })
  const [known] = [to, from].filter(({ legs }) => areEqual(legs, worst))
  const { weightedDebt, health } = known?.assessment ?? rule.assess(worst)
  const anywhere = averageBetween(bounds, unit)
  // Where no average is lower than that of the worst nothing at all is worse, and the rule itself says how it rounds.
  if (anywhere === averageOf(bounds, unit) && isAtLeast(health, factor)) return true
  const doubt = StraightWay.doubtOf(rule, from.legs, to.legs)
  if (doubt === undefined) return false
  const average = isStraight
    ? most(anywhere, least(averageOf(first, unit, doubt.collateral), averageOf(last, unit, doubt.collateral)))
    : anywhere
  const weigh = (backing: readonly Backing[]) => (worthOf(backing) * average * unit) / WAD - doubt.rounding
  if (weigh(bounds) * WAD >= weightedDebt * factor) return true
  return isStraight && StraightWay.isSafe([from, to], { doubt, factor }, (end) => weigh(end === from ? first : last))
}

type Backing = { readonly value: bigint; readonly threshold: bigint }

/** Of legs that a search comes back to. */
const backings = new WeakMap<KnownLegs, readonly Backing[]>()

/** What backs a debt, leg by leg, WAD. */
function backingOf(rule: LiquidationRule, legs: KnownLegs): readonly Backing[] {
  const known = backings.get(legs)
  if (known !== undefined) return known
  const backing = legs.collateral
    .filter(({ isCollateral }) => isCollateral)
    .map(({ amount, price, exactPrice, shares, asset, liquidationThreshold }) => ({
      value: rule.valueOf({ amount, price, exactPrice, shares, decimals: asset.decimals, side: 'collateral' }),
      threshold: liquidationThreshold,
    }))
  backings.set(legs, backing)
  return backing
}

/** The least whole average of values from `value` to `most`: low thresholds at their most, high ones at their least. */
function averageBetween(bounds: readonly (Backing & { readonly most: bigint })[], unit: bigint): bigint {
  let lowest = averageOf(bounds, unit)
  for (const { threshold: highest } of bounds) {
    const mixed = bounds.map((leg) => (leg.threshold <= highest ? { ...leg, value: leg.most } : leg))
    lowest = least(lowest, averageOf(mixed, unit))
  }
  return lowest
}

/** The whole average, or what remains of it though values are off by `doubt` together. */
function averageOf(backing: readonly Backing[], unit: bigint, doubt = 0n): bigint {
  const value = worthOf(backing) + doubt
  const weighted = backing.reduce((sum, leg) => sum + leg.value * leg.threshold, 0n) - doubt * WAD
  return value <= 0n || weighted <= 0n ? 0n : weighted / (value * unit)
}

function worthOf(backing: readonly Backing[]): bigint {
  return backing.reduce((sum, { value }) => sum + value, 0n)
}
