import type { Totals, TotalValues } from '../model/MarginView.ts'
import type { Position } from '../model/Position.ts'
import { wholeValues } from './wholeValues.ts'

/**
 * Sums values and weights over positions in US dollars, WAD. One position that is not wholly known makes the
 * totals `partial`: they then sum the others and name what is missing.
 *
 * @example
 * import { type MarginView, totals } from '@unimargin/sdk'
 *
 * export function netValueOf(view: MarginView): bigint | undefined {
 *   const sums = totals(view.positions)
 *   return sums.status === 'complete' ? sums.netValue : undefined
 * }
 */
export function totals(positions: readonly Position[]): Totals {
  const missing: string[] = []
  let known: TotalValues = {
    collateralValue: 0n,
    debtValue: 0n,
    idleValue: 0n,
    weightedCollateral: 0n,
    weightedDebt: 0n,
    netValue: 0n,
  }
  for (const position of positions) {
    const values = wholeValues(position)
    if (values === undefined) {
      missing.push(position.id)
      continue
    }
    if (position.market.holdsIdle === true) {
      known = { ...known, idleValue: known.idleValue + values.collateralValue }
      continue
    }
    known = {
      ...known,
      collateralValue: known.collateralValue + values.collateralValue,
      debtValue: known.debtValue + values.debtValue,
      weightedCollateral: known.weightedCollateral + values.weightedCollateral,
      weightedDebt: known.weightedDebt + values.weightedDebt,
      netValue: known.netValue + values.collateralValue - values.debtValue,
    }
  }
  return missing.length === 0 ? { status: 'complete', ...known } : { status: 'partial', known, missing }
}
