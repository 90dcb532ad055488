import { WAD } from '../units/Wad.ts'
import { assertWithin, LOSS, SHARE, TARGET, VALUE } from './assertWithin.ts'

/**
 * What it takes to bring a position to a health, in closed form: values and ratios are WAD, a value is what the market counts in,
 * and each result is rounded so that the target is met. No protocol's own rounding is in it: `leverUp`, `deleverage` and plans start
 * here, and ask the rule.
 *
 * `W` is the weighted collateral, `D` the weighted debt, `h` the target.
 */

/** A position by its weights, and the health to reach. */
export type HealthGoal = {
  readonly weightedCollateral: bigint
  readonly weightedDebt: bigint
  /** The health factor to reach, at least 1. */
  readonly target: bigint
}

/**
 * The value of collateral to add, at least: `(h·D − W) / LT`.
 *
 * It is `h / LT` times what {@link repay} takes: with an LT of 0.8 and a target of 1.5 a repayment does with 0.5333 of it.
 *
 * @throws InvalidParameterError for a threshold that is not above 0 or above 1, and for a target below 1.
 *
 * @example
 * import { ToHealth, Wad } from '@unimargin/sdk'
 *
 * ToHealth.topUp({
 *   weightedCollateral: Wad.fromDecimal('8000'),
 *   weightedDebt: Wad.fromDecimal('7900'),
 *   liquidationThreshold: Wad.fromDecimal('0.8'),
 *   target: Wad.fromDecimal('1.5'),
 * }) // 4,812.50e18
 */
export function topUp(goal: HealthGoal & { readonly liquidationThreshold: bigint }): bigint {
  const { liquidationThreshold } = goal
  assertWithin([1n, WAD], { liquidationThreshold })
  return divUp(missing(goal), liquidationThreshold)
}

/**
 * The weighted debt to pay back, at least: `(h·D − W) / h`. Never more than all of it.
 *
 * @throws InvalidParameterError for a target below 1.
 *
 * @example
 * import { ToHealth, Wad } from '@unimargin/sdk'
 *
 * ToHealth.repay({
 *   weightedCollateral: Wad.fromDecimal('8000'),
 *   weightedDebt: Wad.fromDecimal('7900'),
 *   target: Wad.fromDecimal('1.5'),
 * }) // 2,566.67e18
 */
export function repay(goal: HealthGoal): bigint {
  return divUp(missing(goal), goal.target)
}

/**
 * The debt that a liquidator repays so that the position is left with the target, who takes `1 + bonus` of it in collateral:
 * `(h·D − W) / (h − (1 + bonus) · LT)`, at least. Aave V4 calls `h` its target health factor, and limits liquidators to it.
 *
 * `undefined` where no repayment gets there: each one takes more health than it gives.
 *
 * @throws InvalidParameterError for a threshold above 1, and for a target below 1.
 *
 * @example
 * import { ToHealth, Wad } from '@unimargin/sdk'
 *
 * ToHealth.liquidation({
 *   weightedCollateral: Wad.fromDecimal('7500'),
 *   weightedDebt: Wad.fromDecimal('7900'),
 *   liquidationThreshold: Wad.fromDecimal('0.8'),
 *   liquidationBonus: Wad.fromDecimal('0.05'),
 *   target: Wad.fromDecimal('1.05'),
 * }) // 3,785.714e18
 */
export function liquidation(
  goal: HealthGoal & { readonly liquidationThreshold: bigint; readonly liquidationBonus: bigint },
): bigint | undefined {
  const { target, liquidationThreshold, liquidationBonus } = goal
  assertWithin(SHARE, { liquidationThreshold })
  assertWithin(VALUE, { liquidationBonus })
  return gained(missing(goal), target * WAD - (WAD + liquidationBonus) * liquidationThreshold)
}

/**
 * The debt that can be taken on at most when it is exchanged for collateral, of which `cost` is lost on the way:
 * `(W − h·D) / (h − (1 − cost) · LT)`, rounded down. Zero below the target. `undefined` where nothing bounds it.
 *
 * @throws InvalidParameterError for a threshold above 1, a cost of 1 or more, and a target below 1.
 *
 * @example
 * import { ToHealth, Wad } from '@unimargin/sdk'
 *
 * ToHealth.leverUp({
 *   weightedCollateral: Wad.fromDecimal('8000'),
 *   weightedDebt: Wad.fromDecimal('2000'),
 *   liquidationThreshold: Wad.fromDecimal('0.8'),
 *   target: Wad.fromDecimal('1.5'),
 *   cost: Wad.fromDecimal('0.003'),
 * }) // 7,118.45e18
 */
export function leverUp(
  goal: HealthGoal & { readonly liquidationThreshold: bigint; readonly cost?: bigint | undefined },
): bigint | undefined {
  const { weightedCollateral, weightedDebt, target, liquidationThreshold, cost = 0n } = goal
  assertGoal(goal)
  assertWithin(SHARE, { liquidationThreshold })
  assertWithin(LOSS, { cost })
  const surplus = weightedCollateral * WAD - weightedDebt * target
  if (surplus <= 0n) return 0n
  const taken = target * WAD - (WAD - cost) * liquidationThreshold
  return taken <= 0n ? undefined : (surplus * WAD) / taken
}

/**
 * The value of collateral to sell, at least, when what is left of it after `cost` pays debt back:
 * `(h·D − W) / (h · (1 − cost) − LT)`. `undefined` where each sale takes more health than it gives.
 *
 * @throws InvalidParameterError for a threshold above 1, a cost of 1 or more, and a target below 1.
 *
 * @example
 * import { ToHealth, Wad } from '@unimargin/sdk'
 *
 * ToHealth.deleverage({
 *   weightedCollateral: Wad.fromDecimal('8000'),
 *   weightedDebt: Wad.fromDecimal('7900'),
 *   liquidationThreshold: Wad.fromDecimal('0.8'),
 *   target: Wad.fromDecimal('1.5'),
 *   cost: Wad.fromDecimal('0.003'),
 * }) // 5,535.59e18
 */
export function deleverage(
  goal: HealthGoal & { readonly liquidationThreshold: bigint; readonly cost?: bigint | undefined },
): bigint | undefined {
  const { target, liquidationThreshold, cost = 0n } = goal
  assertWithin(SHARE, { liquidationThreshold })
  assertWithin(LOSS, { cost })
  return gained(missing(goal), target * (WAD - cost) - liquidationThreshold * WAD)
}

/** `h·D − W`, of two WADs multiplied; zero where nothing is missing. */
function missing(goal: HealthGoal): bigint {
  assertGoal(goal)
  const { weightedCollateral, weightedDebt, target } = goal
  const value = weightedDebt * target - weightedCollateral * WAD
  return value > 0n ? value : 0n
}

function assertGoal({ weightedCollateral, weightedDebt, target }: HealthGoal): void {
  assertWithin(VALUE, { weightedCollateral, weightedDebt })
  assertWithin(TARGET, { target })
}

/** What is missing over what each unit gains, of two WADs multiplied. */
function gained(lack: bigint, gain: bigint): bigint | undefined {
  if (lack === 0n) return 0n
  return gain <= 0n ? undefined : divUp(lack * WAD, gain)
}

function divUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor
}
