import type { KnownLegs } from '../../model/Leg.ts'
import { least, most } from '../../risk/Extremes.ts'
import type { LiquidationRule } from '../../risk/LiquidationRule.ts'
import { WAD } from '../../units/Wad.ts'
import * as Program from './Program.ts'

/** Averages that are looked at: what gives or gets crosses one or two of them where that matters. */
const MOST = 64n

/**
 * Counts of one option between two others, lowest first, at which who gives or gets by it may begin to meet what is asked of it:
 * where an average threshold is floored to whole units, less of something may do though a little more of it does not. None where
 * both rules do without. They are told from straight lines, and are to be tried.
 */
export function teeth(
  program: Program.Program,
  units: Program.Units,
  place: number,
  { from, to }: { readonly from: bigint; readonly to: bigint },
): readonly bigint[] {
  const option = program.options[place]
  const { donor, receiver } = program.ends[place] ?? { donor: -1, receiver: -1 }
  if (option === undefined || to - from < 2n) return []
  const rounded = 2n + (option.rounding.donor + option.rounding.receiver) / least(option.unit, option.receivedUnit)
  const found = new Set<bigint>()
  for (const party of [receiver, donor]) {
    const { rule } = program.parties[party] ?? {}
    if (rule?.thresholdUnit === undefined) continue
    const flooring = { ...rule, thresholdUnit: rule.thresholdUnit }
    for (const { legsAt, factor } of asked(program, party, units, place)) {
      const [first, last] = [legsAt(from), legsAt(to)]
      const line = { first: pointAt(rule, first, from), last: pointAt(rule, last, to) }
      const wanted = (rule.assess(last).weightedDebt * factor) / WAD
      for (const count of beginnings(flooring, line, wanted, rounded)) if (count > from && count < to) found.add(count)
    }
  }
  return [...found].sort((left, right) => (left < right ? -1 : 1))
}

/** What is asked of a party, and its legs by the count of an option. */
type Asked = { readonly legsAt: (count: bigint) => KnownLegs; readonly factor: bigint }

function asked(program: Program.Program, index: number, units: Program.Units, place: number): readonly Asked[] {
  const party = program.parties[index]
  if (party === undefined) return []
  const { scenes, flight, floor } = party
  const wanted = [
    ...scenes.flatMap(({ target, holdings }) =>
      target === undefined ? [] : [{ holdings, factor: target, isArrived: true }],
    ),
    ...(floor !== undefined && Program.gives(program, index, units)
      ? [{ holdings: flight, factor: floor, isArrived: false }]
      : []),
  ]
  return wanted.map(({ holdings, factor, isArrived }) => ({
    factor,
    legsAt: (count) => {
      const counts = units.map((other, option) => (option === place ? count : other))
      return Program.after(program, index, counts, holdings, { isArrived, isSlack: false })
    },
  }))
}

/** What backs a debt at some count: its value, and what it weighs before the average is floored. WAD. */
type Point = { readonly count: bigint; readonly value: bigint; readonly weight: bigint; readonly doubt: bigint }

function pointAt(rule: LiquidationRule, legs: KnownLegs, count: bigint): Point {
  let [value, weight] = [0n, 0n]
  for (const { amount, price, exactPrice, shares, asset, isCollateral, liquidationThreshold } of legs.collateral) {
    if (!isCollateral) continue
    const worth = rule.valueOf({ amount, price, exactPrice, shares, decimals: asset.decimals, side: 'collateral' })
    value += worth
    weight += (worth * liquidationThreshold) / WAD
  }
  return { count, value, weight, doubt: rule.rounding?.(legs) ?? 0n }
}

/** On a line: where the value is enough at a whole average, and where that average begins, both as far as values are rounded. */
function beginnings(
  { thresholdUnit }: { readonly thresholdUnit: bigint },
  { first, last }: { readonly first: Point; readonly last: Point },
  wanted: bigint,
  rounded: bigint,
): readonly bigint[] {
  const span = last.count - first.count
  const [value, weight] = [last.value - first.value, last.weight - first.weight]
  if (value === 0n || weight === 0n) return []
  /** Where a line of such a start and such a rise over the span comes to some height. */
  const crossing = (start: bigint, rise: bigint, height: bigint) => first.count + ((height - start) * span) / rise
  const about = rounded + (4n * last.doubt * span) / most(value, -value)
  // On one side nothing that is floored is enough, on the other everything is.
  const tooth = (thresholdUnit * most(first.value, last.value)) / WAD
  const ends = [crossing(first.weight, weight, wanted), crossing(first.weight, weight, wanted + tooth)] as const
  const low = most(least(...ends), first.count)
  const high = least(most(...ends), last.count)
  if (low > high) return []
  const averageAt = (count: bigint) => {
    const done = count - first.count
    const all = first.value * span + value * done
    return all <= 0n ? 0n : ((first.weight * span + weight * done) * WAD) / (all * thresholdUnit)
  }
  const averages = [averageAt(low), averageAt(high)] as const
  const [lowest, highest] = [most(least(...averages) - 1n, 1n), most(...averages) + 1n]
  if (highest - lowest > MOST) return []
  const found = [high]
  for (let average = lowest; average <= highest; average += 1n) {
    const share = average * thresholdUnit
    found.push(crossing(first.value, value, (wanted * WAD) / share))
    const rise = weight - (value * share) / WAD
    if (rise !== 0n) found.push(crossing(first.weight - (first.value * share) / WAD, rise, 0n))
  }
  return found
    .filter((count) => count >= low - about && count <= high + about)
    .flatMap((count) => [count, count + 1n, count + about])
}
