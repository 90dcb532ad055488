import type { KnownLegs } from '../model/Leg.ts'
import * as AveragedThreshold from './AveragedThreshold.ts'
import { type AnyLeg, areEqual, areSameLegs, isAtLeast, type Judged } from './Judged.ts'
import type { LiquidationRule } from './LiquidationRule.ts'
import * as StraightWay from './StraightWay.ts'

/**
 * Whether the health is sure to be at least `factor` (WAD) wherever every amount and every price is one that lies between those of
 * `from` and `to`: the same legs in the same order. `false` promises nothing.
 *
 * The worst of all that lies between settles most cases. Where collateral and debt rise and fall together, that is far from what
 * can be, and on a straight way (prices alone change, each straight from one to the other but for less than one of its own units)
 * the ends say more.
 */
export function neverBelow(
  rule: LiquidationRule,
  parameters: {
    readonly from: Judged
    readonly to: Judged
    readonly factor: bigint
    readonly isStraight: boolean
  },
): boolean {
  const { from, to, factor, isStraight } = parameters
  if (!areSameLegs(from.legs, to.legs)) return false
  const worst = worstOf(from.legs, to.legs)
  const { thresholdUnit } = rule
  if (thresholdUnit !== undefined) return AveragedThreshold.isSafe({ ...rule, thresholdUnit }, { ...parameters, worst })
  if (areEqual(worst, to.legs)) return isAtLeast(to.assessment.health, factor)
  if (areEqual(worst, from.legs)) return isAtLeast(from.assessment.health, factor)
  if (isAtLeast(rule.assess(worst).health, factor)) return true
  const doubt = isStraight ? StraightWay.doubtOf(rule, from.legs, to.legs) : undefined
  return doubt !== undefined && StraightWay.isSafe([from, to], { doubt, factor })
}

/** The least of what is supplied and the most of what is owed, each leg for itself. */
function worstOf(from: KnownLegs, to: KnownLegs): KnownLegs {
  return {
    collateral: from.collateral.map((leg, index) => mixed(leg, to.collateral[index] ?? leg, (a, b) => a < b)),
    debt: from.debt.map((leg, index) => mixed(leg, to.debt[index] ?? leg, (a, b) => a > b)),
  }
}

function mixed<leg extends AnyLeg>(one: leg, other: leg, isWorse: (a: bigint, b: bigint) => boolean): leg {
  const sized = isWorse(other.amount, one.amount) ? other : one
  const isOtherWorse =
    one.price === other.price ? isWorse(digitsOf(other), digitsOf(one)) : isWorse(other.price, one.price)
  const priced = isOtherWorse ? other : one
  if (sized.price === priced.price && digitsOf(sized) === digitsOf(priced)) return sized
  return { ...sized, price: priced.price, exactPrice: priced.exactPrice }
}

/** What tells apart two prices whose WADs are equal: a rule reads a price without more digits as the lowest of them. */
function digitsOf({ exactPrice }: AnyLeg): bigint {
  return exactPrice?.value ?? 0n
}
