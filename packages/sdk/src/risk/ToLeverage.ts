import { WAD } from '../units/Wad.ts'
import { assertWithin, LOSS, TARGET, VALUE } from './assertWithin.ts'

/**
 * What it takes to bring a position to a gross leverage, in closed form, as `ToHealth` does for a health.
 *
 * `V` is the value of all collateral, `E` what is left of it without the debt, `L` the target.
 */

/** A position by its values, and the leverage to reach. */
export type LeverageGoal = {
  readonly collateralValue: bigint
  readonly debtValue: bigint
  /** The gross leverage to reach, at least 1. */
  readonly target: bigint
  /** Share that is lost when one asset is exchanged for the other; nothing unless given. */
  readonly cost?: bigint | undefined
}

/**
 * The debt that can be taken on at most when it is exchanged for collateral: `(L·E − V) / (1 − cost + L·cost)`, rounded down. Zero
 * where the leverage is reached already, or where nothing is left without the debt.
 *
 * @throws InvalidParameterError for a cost of 1 or more, and for a target below 1.
 *
 * @example
 * import { ToLeverage, Wad } from '@unimargin/sdk'
 *
 * ToLeverage.leverUp({ collateralValue: Wad.fromDecimal('10000'), debtValue: 0n, target: 3n * Wad.WAD }) // 20,000e18
 */
export function leverUp(goal: LeverageGoal): bigint {
  const surplus = -excess(goal)
  const { target, cost = 0n } = goal
  return surplus <= 0n ? 0n : (surplus * WAD) / ((WAD - cost) * WAD + target * cost)
}

/**
 * The value of collateral to sell, at least, when what is left of it pays debt back: `(V − L·E) / (1 − L·cost)`. `undefined` where no
 * sale gets there: nothing is left without the debt, or each sale costs more than it frees.
 *
 * @throws InvalidParameterError for a cost of 1 or more, and for a target below 1.
 *
 * @example
 * import { ToLeverage, Wad } from '@unimargin/sdk'
 *
 * ToLeverage.deleverage({
 *   collateralValue: Wad.fromDecimal('30000'),
 *   debtValue: Wad.fromDecimal('20000'),
 *   target: 2n * Wad.WAD,
 * }) // 10,000e18
 */
export function deleverage(goal: LeverageGoal): bigint | undefined {
  const above = excess(goal)
  const { collateralValue, debtValue, target, cost = 0n } = goal
  if (above <= 0n) return 0n
  const gain = WAD * WAD - target * cost
  if (collateralValue <= debtValue || gain <= 0n) return undefined
  return (above * WAD + gain - 1n) / gain
}

/** `V − L·E`, of two WADs multiplied. */
function excess({ collateralValue, debtValue, target, cost }: LeverageGoal): bigint {
  assertWithin(VALUE, { collateralValue, debtValue })
  assertWithin(TARGET, { target })
  assertWithin(LOSS, { cost })
  return collateralValue * WAD - (collateralValue - debtValue) * target
}
