import type { MarketReading } from '@unimargin/sdk'

/** Debts that are there in truth, and of which a poorer reading says nothing, or zero. */
export function lostDebts(truth: MarketReading, got: MarketReading): readonly string[] {
  return truth.positions.flatMap((position, index) => {
    const other = got.positions[index]
    if (position.status !== 'ok' || other === undefined || other.status !== 'ok') return []
    const { owner, debt } = position.value
    return debt.flatMap(({ asset, amount }) => {
      const leg = other.value.debt.find((one) => one.asset.address === asset.address)
      return amount !== 0n && (leg === undefined || leg.amount === 0n)
        ? [`${owner} owes no ${asset.symbol} any more, where nobody knows`]
        : []
    })
  })
}
