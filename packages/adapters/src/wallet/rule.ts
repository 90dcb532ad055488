import { type LiquidationRule, Usd, type ValuedLeg } from '@unimargin/sdk'

/**
 * Nobody liquidates a wallet: it owes nothing, and nothing in it backs anything. Values are rounded down. Should a what-if
 * give it a debt all the same, then nothing stands against it.
 */
export const walletRule: LiquidationRule = {
  key: 'wallet',
  valueOf: (leg) => (leg.side === 'debt' ? Usd.valueUp(leg) : Usd.valueDown(leg)),
  assess: ({ collateral, debt }) => {
    const debtValue = sum(debt.map((leg) => Usd.valueUp(priced(leg))))
    return {
      collateralValue: sum(collateral.map((leg) => Usd.valueDown(priced(leg)))),
      debtValue,
      weightedCollateral: 0n,
      weightedDebt: debtValue,
      health: debtValue === 0n ? { status: 'no-debt' } : { status: 'known', factor: 0n },
    }
  },
}

function priced({ amount, price, asset }: Pick<ValuedLeg, 'amount' | 'price'> & { asset: { decimals: number } }) {
  return { amount, price, decimals: asset.decimals }
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n)
}
