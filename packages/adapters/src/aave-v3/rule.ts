import { Bps, Decimal, type LiquidationRule, MulDiv, Wad } from '@unimargin/sdk'

/** WAD per unit of the base currency: Aave counts USD with 8 decimals. */
export const WAD_PER_BASE = 10n ** 10n

/**
 * The rule of Aave V3 up to 3.4, exact to the wei: values are floored to 8 decimals per reserve, the average threshold is
 * floored to whole basis points, the weighted collateral and the health factor are rounded half up.
 *
 * The floored average has teeth: a little more collateral with a threshold below the average can lower the health factor
 * by up to one basis point of the threshold.
 */
export const ruleUpTo34: LiquidationRule = {
  key: 'aave-v3/3.0',
  valueOf: (leg) => baseValueOf(leg) * WAD_PER_BASE,
  assess: ({ collateral, debt }) => {
    let supplied = 0n
    let backing = 0n
    let weighted = 0n
    for (const { amount, price, asset, isCollateral, liquidationThreshold } of collateral) {
      const value = baseValueOf({ amount, price, decimals: asset.decimals })
      supplied += value
      if (!isCollateral) continue
      backing += value
      weighted += value * Bps.fromWadDown(liquidationThreshold)
    }
    let owed = 0n
    for (const { amount, price, asset } of debt) owed += baseValueOf({ amount, price, decimals: asset.decimals })

    const averageThreshold = backing === 0n ? 0n : weighted / backing
    const weightedCollateral = Bps.mulHalfUp(backing, averageThreshold)
    return {
      collateralValue: supplied * WAD_PER_BASE,
      debtValue: owed * WAD_PER_BASE,
      weightedCollateral: weightedCollateral * WAD_PER_BASE,
      weightedDebt: owed * WAD_PER_BASE,
      health:
        owed === 0n ? { status: 'no-debt' } : { status: 'known', factor: Wad.divHalfUp(weightedCollateral, owed) },
    }
  },
}

/** A price that 8 decimals can hold gives Aave's own number; a finer one (a what-if) is not rounded before the value is. */
function baseValueOf({ amount, price, decimals }: Parameters<LiquidationRule['valueOf']>[0]): bigint {
  return MulDiv.down(amount, price, Decimal.unit(decimals) * WAD_PER_BASE)
}

/** The last revision of the pool that the rule holds for: 8 is Aave 3.4; 3.5 (9) changed the arithmetic. */
const LAST_REVISION = 8n

/** The rule of a pool by its `POOL_REVISION`, if there is one here. */
export function ruleOf(revision: bigint): LiquidationRule | undefined {
  return revision >= 1n && revision <= LAST_REVISION ? ruleUpTo34 : undefined
}
