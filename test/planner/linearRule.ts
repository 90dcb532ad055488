import type { CollateralLeg, DebtLeg, LiquidationRule } from '@unimargin/sdk'

/** The simplest rule there is: sums of values, weighed; collateral rounded down, debt up, health down. */
export const linearRule: LiquidationRule = {
  key: 'linear',
  valueOf: ({ amount, price, decimals, side }) => {
    const unit = 10n ** BigInt(decimals)
    return side === 'debt' ? (amount * price + unit - 1n) / unit : (amount * price) / unit
  },
  assess: ({ collateral, debt }) => {
    const supplied = (leg: CollateralLeg<bigint>) => linearRule.valueOf({ ...leg, decimals: leg.asset.decimals })
    const owed = (leg: DebtLeg<bigint>) => linearRule.valueOf({ ...leg, decimals: leg.asset.decimals, side: 'debt' })
    const weightedCollateral = sum(
      collateral.filter((leg) => leg.isCollateral).map((leg) => (supplied(leg) * leg.liquidationThreshold) / WAD),
    )
    const weightedDebt = sum(debt.map((leg) => (owed(leg) * leg.liabilityWeight + WAD - 1n) / WAD))
    return {
      collateralValue: sum(collateral.map(supplied)),
      debtValue: sum(debt.map(owed)),
      weightedCollateral,
      weightedDebt,
      health:
        weightedDebt === 0n
          ? { status: 'no-debt' }
          : { status: 'known', factor: (weightedCollateral * WAD) / weightedDebt },
    }
  },
}

const WAD = 10n ** 18n

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n)
}
