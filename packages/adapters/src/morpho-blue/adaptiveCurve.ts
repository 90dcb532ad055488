import { Read, Wad } from '@unimargin/sdk'
import { readerOf } from '../shared/readerOf.ts'
import { YEAR } from './Accrual.ts'
import { adaptiveCurveAbi } from './abi.ts'
import type { InterestRateModel } from './InterestRateModel.ts'

/**
 * Morpho's Adaptive Curve: a kinked curve through a rate at 90 % utilisation, and that rate itself grows or shrinks
 * exponentially while the market is above or below. All numbers are WAD, all rates per second, and signed division rounds
 * towards zero, in Solidity as here.
 */
const { WAD } = Wad
const TARGET = (WAD * 9n) / 10n
const STEEPNESS = 4n
const SPEED = (50n * WAD) / YEAR
const INITIAL_RATE = (WAD * 4n) / 100n / YEAR
const LOWEST_RATE = WAD / 1_000n / YEAR
const HIGHEST_RATE = (2n * WAD) / YEAR

const LN_2 = 693_147_180_559_945_309n
/** Below its logarithm, an exponential rounds to zero. */
const LN_WEI = -41_446_531_673_892_822_312n
/** From here on `wExp` stays what it is, so that it fits 256 bits; the rate is at its bound long before. */
const EXP_BOUND = 93_859_467_695_000_404_319n

/** The Adaptive Curve model, of which every chain with Morpho Blue has one contract. */
export const adaptiveCurve: InterestRateModel = {
  name: 'adaptive curve',
  readState: (model, marketId) =>
    Read.andThen(readerOf(model, adaptiveCurveAbi)('rateAtTarget', marketId), (rate) =>
      rate >= 0n && rate <= HIGHEST_RATE
        ? Read.succeed(rate)
        : Read.fail({ status: 'unavailable', reason: `${rate} is no rate that the model can have` }),
    ),
  borrowRate: ({ supply, borrow }, rateAtTarget, elapsed) => {
    const utilization = supply.assets === 0n ? 0n : Wad.divDown(borrow.assets, supply.assets)
    const error = ((utilization - TARGET) * WAD) / (utilization > TARGET ? WAD - TARGET : TARGET)
    if (rateAtTarget === 0n) return { average: onCurve(INITIAL_RATE, error), state: INITIAL_RATE }
    const adaptation = ((SPEED * error) / WAD) * elapsed
    const end = adapted(rateAtTarget, adaptation)
    // The integral over the time by the trapezoidal rule, in two steps.
    const average = (rateAtTarget + end + 2n * adapted(rateAtTarget, adaptation / 2n)) / 4n
    // Without any adaptation the rate stays as it is, even outside of its bounds.
    return adaptation === 0n
      ? { average: onCurve(rateAtTarget, error), state: rateAtTarget }
      : { average: onCurve(average, error), state: end }
  },
}

/** The rate at a distance from the target, from −1 (nobody borrows) to 1 (all is lent). */
function onCurve(rateAtTarget: bigint, error: bigint): bigint {
  const slope = error < 0n ? WAD - WAD / STEEPNESS : (STEEPNESS - 1n) * WAD
  return (((slope * error) / WAD + WAD) * rateAtTarget) / WAD
}

function adapted(rateAtTarget: bigint, adaptation: bigint): bigint {
  const rate = (rateAtTarget * wExp(adaptation)) / WAD
  return rate > HIGHEST_RATE ? HIGHEST_RATE : rate < LOWEST_RATE ? LOWEST_RATE : rate
}

/** e^x as the contract approximates it: a power of two times a Taylor polynomial of the second order. */
export function wExp(x: bigint): bigint {
  if (x < LN_WEI) return 0n
  if (x > EXP_BOUND) return wExp(EXP_BOUND)
  const half = LN_2 / 2n
  const power = (x + (x < 0n ? -half : half)) / LN_2
  const rest = x - power * LN_2
  const factor = WAD + rest + (rest * rest) / WAD / 2n
  return power >= 0n ? factor << power : factor >> -power
}
