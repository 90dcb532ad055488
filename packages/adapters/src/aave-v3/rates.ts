import { Bps, type MarketState, type PositionChange, Ray, type ReserveRates } from '@unimargin/sdk'
import { missing, numbersOf, reserveOf, versionOf } from './Facts.ts'
import * as Scaling from './Scaling.ts'

const { RAY, mulHalfUp, divHalfUp } = Ray
const RAY_PER_WAD = 10n ** 9n

/**
 * The asset's rates right after a change, by the formula of Aave's interest rate strategies: up to 3.1 the supply rate is that
 * of all debts together, stable ones included; since then debts are variable. More than there is to take or to repay is all of
 * it.
 *
 * @throws UnknownReserveError when the pool does not list the asset.
 */
export function ratesAfter(state: MarketState, { action, asset, amount }: PositionChange): ReserveRates {
  const reserve = reserveOf(state, asset)
  const version = versionOf(state)
  if (version === undefined) {
    const unread = missing(state, 'version')
    return { supplyRate: unread, borrowRate: unread }
  }
  const numbers = numbersOf(
    state,
    reserve,
    'borrowIndex',
    'scaledDebt',
    'stableDebt',
    'averageStableRate',
    'unbacked',
    'reserveFactor',
    'optimalUsage',
    'baseRate',
    'slope1',
    'slope2',
  )
  if ('status' in numbers) return { supplyRate: numbers, borrowRate: numbers }
  if (typeof reserve.availableLiquidity !== 'bigint') {
    return { supplyRate: reserve.availableLiquidity, borrowRate: reserve.availableLiquidity }
  }
  const { borrowIndex, stableDebt, optimalUsage, slope1 } = numbers
  const { owed, borrow, repay } = Scaling.of(version)
  const isTaken = action === 'borrow' || action === 'withdraw'
  const most = isTaken ? reserve.availableLiquidity : owed(numbers.scaledDebt, borrowIndex)
  const moved = action !== 'supply' && amount > most ? most : amount
  const borrowed = action === 'borrow' ? borrow(moved, borrowIndex) : 0n
  const repaid = action === 'repay' ? repay(moved, borrowIndex) : 0n
  const variableDebt = owed(numbers.scaledDebt + borrowed - repaid, borrowIndex)
  const debt = variableDebt + stableDebt
  if (debt === 0n) return { supplyRate: 0n, borrowRate: Ray.toWadUp(numbers.baseRate) }

  const all = reserve.availableLiquidity + (isTaken ? -moved : moved) + debt
  const usage = divHalfUp(debt, all)
  const variableRate =
    numbers.baseRate +
    (usage > optimalUsage
      ? slope1 + mulHalfUp(numbers.slope2, divHalfUp(usage - optimalUsage, RAY - optimalUsage))
      : divHalfUp(mulHalfUp(slope1, usage), optimalUsage))
  const rate =
    version >= '3.2'
      ? variableRate
      : divHalfUp(
          mulHalfUp(variableDebt * RAY_PER_WAD, variableRate) +
            mulHalfUp(stableDebt * RAY_PER_WAD, numbers.averageStableRate),
          debt * RAY_PER_WAD,
        )
  const supplyRate = Bps.mulHalfUp(
    mulHalfUp(rate, divHalfUp(debt, all + numbers.unbacked)),
    Bps.BPS - numbers.reserveFactor,
  )
  return { supplyRate: Ray.toWadDown(supplyRate), borrowRate: Ray.toWadUp(variableRate) }
}
