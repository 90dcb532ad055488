import type { KnownLegs } from '../model/Leg.ts'
import { WAD } from '../units/Wad.ts'
import { areEqual, isAtLeast, type Judged } from './Judged.ts'
import type { LiquidationRule } from './LiquidationRule.ts'
import { neverBelow } from './neverBelow.ts'

/** Where a health first falls below a factor. */
export type FirstBelow =
  | { readonly status: 'found'; readonly at: bigint }
  /** Nowhere. */
  | { readonly status: 'none' }
  /** Nowhere up to and including `after`; what is beyond flickers so closely about the factor that nobody counted it out. */
  | { readonly status: 'undecided'; readonly after: bigint }

/** Parameters of {@link firstBelow}. */
export type FirstBelowParameters = {
  readonly rule: LiquidationRule
  /**
   * The legs after so many steps, always the same ones in the same order. Each amount and each price goes one way only: up, down
   * or nowhere.
   */
  readonly at: (steps: bigint) => KnownLegs
  /** The last step that counts. */
  readonly most: bigint
  /** WAD; the boundary of liquidation unless given. */
  readonly factor?: bigint | undefined
  /** Whether prices alone change, each along a straight line but for less than one unit of its own. */
  readonly isStraight?: boolean | undefined
}

/** Legs that are judged before a search gives up. Only what stands within a few units of the factor all along needs so many. */
const MOST_JUDGED = 20_000

/** Where more steps than this are between two points, the boundary is guessed before it is halved. */
const WIDE = 1n << 12n

/** Where to look next: beside the guess, or half way, so that a bad guess costs no more than three looks for one. */
type Side = 'below' | 'above' | 'half'

const TURN: Readonly<Record<Side, Side>> = { below: 'above', above: 'half', half: 'below' }

type Point = Judged & { readonly steps: bigint; readonly isBelow: boolean; readonly surplus: bigint }

/**
 * The first of 1 to `most` steps after which the health is below a factor, with the health before any step at least that: not
 * just any step beside which it changes. Rules round, some floor an average, and what falls on both sides of a position may
 * cross a boundary more than once.
 *
 * It halves what is left and never looks where {@link neverBelow} says that there is nothing, so that a rule that is monotonic along
 * the way costs a bisection and no more.
 */
export function firstBelow({ rule, at, most, factor = WAD, isStraight = false }: FirstBelowParameters): FirstBelow {
  let judged = 0
  let after = 0n
  let isGivenUp = false

  const pointAt = (steps: bigint, ...near: readonly Point[]): Point => {
    const legs = at(steps)
    const same = near.find((point) => areEqual(legs, point.legs))
    if (same !== undefined) return { ...same, steps }
    judged += 1
    const assessment = rule.assess(legs)
    const surplus = assessment.weightedCollateral * WAD - assessment.weightedDebt * factor
    return { steps, legs, assessment, surplus, isBelow: !isAtLeast(assessment.health, factor) }
  }

  /** Above `low`, which is not below the factor, up to `high`. */
  const search = (low: Point, high: Point, side: Side): bigint | undefined => {
    if (!high.isBelow) {
      judged += 1
      if (neverBelow(rule, { from: low, to: high, factor, isStraight })) {
        after = high.steps
        return undefined
      }
    }
    if (high.steps - low.steps === 1n) {
      if (high.isBelow) return high.steps
      after = high.steps
      return undefined
    }
    if (judged > MOST_JUDGED) {
      isGivenUp = true
      return undefined
    }
    const middle = pointAt(split(low, high, side), low, high)
    const next = TURN[side]
    const first = search(low, middle, next)
    return first !== undefined || isGivenUp ? first : search(middle, high, next)
  }

  if (most < 1n) return { status: 'none' }
  const start = pointAt(0n)
  const found = search(start, pointAt(most, start), 'below')
  if (found !== undefined) return { status: 'found', at: found }
  return isGivenUp ? { status: 'undecided', after } : { status: 'none' }
}

/** Beside where a straight line from one point to the other would cross the factor, now on this side, now on that; or half way. */
function split(low: Point, high: Point, side: Side): bigint {
  const span = high.steps - low.steps
  const half = low.steps + span / 2n
  if (side === 'half' || span < WIDE || !high.isBelow || low.surplus <= 0n || high.surplus >= 0n) return half
  const beside = side === 'below' ? -(span >> 20n) : span >> 20n
  const guess = low.steps + (span * low.surplus) / (low.surplus - high.surplus) + beside
  return guess > low.steps && guess < high.steps ? guess : half
}
