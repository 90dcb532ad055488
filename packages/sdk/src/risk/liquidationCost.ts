import type { CollateralLeg, DebtLeg } from '../model/Leg.ts'
import * as Decimal from '../units/Decimal.ts'
import * as MulDiv from '../units/MulDiv.ts'
import * as Exact from './Exact.ts'

const WAD_DECIMALS = 18

/** An amount of a leg, base units. */
export type LegAmount = {
  readonly leg: Pick<CollateralLeg<bigint> | DebtLeg<bigint>, 'asset' | 'price' | 'exactPrice'>
  readonly amount: bigint
}

/**
 * What a liquidation costs the owner: the value of what is seized less that of the debt which is gone, repaid or written off.
 * WAD in the market's unit, at the market's own prices, rounded up; below zero where the owner gains.
 *
 * @throws OutOfRangeError when an amount or a price is negative or above `2^256 − 1`.
 *
 * @example
 * import { type CollateralLeg, type DebtLeg, liquidationCost } from '@unimargin/sdk'
 *
 * export function costOfHalf(collateral: CollateralLeg<bigint>, debt: DebtLeg<bigint>): bigint {
 *   const seized = [{ leg: collateral, amount: collateral.amount / 2n }]
 *   return liquidationCost({ seized, forgiven: [{ leg: debt, amount: debt.amount / 2n }] })
 * }
 */
export function liquidationCost(parameters: {
  readonly seized: readonly LegAmount[]
  readonly forgiven: readonly LegAmount[]
}): bigint {
  const { seized, forgiven } = parameters
  return sum(seized, MulDiv.up) - sum(forgiven, MulDiv.down)
}

function sum(amounts: readonly LegAmount[], round: typeof MulDiv.up): bigint {
  return amounts.reduce((total, { leg, amount }) => {
    const { exactPrice, asset } = leg
    // An exact price counts where it has more digits than a WAD.
    const decimals = Math.max(exactPrice?.decimals ?? WAD_DECIMALS, WAD_DECIMALS)
    const unit = Decimal.unit(asset.decimals) * 10n ** BigInt(decimals - WAD_DECIMALS)
    return total + round(amount, Exact.priceOf(leg, decimals), unit)
  }, 0n)
}
