import type { TotalValues } from '../model/MarginView.ts'
import type { Position } from '../model/Position.ts'
import * as Dollars from './Dollars.ts'

/** The four sums of a position in US dollars, if every one of them is known. */
export function wholeValues(position: Position): Omit<TotalValues, 'netValue' | 'idleValue'> | undefined {
  if (position.status === 'unread') return undefined
  const { unit } = position
  const collateralValue = Dollars.valueDown(position.collateralValue, unit)
  const debtValue = Dollars.valueUp(position.debtValue, unit)
  const weightedCollateral = Dollars.valueDown(position.weightedCollateral, unit)
  const weightedDebt = Dollars.valueUp(position.weightedDebt, unit)
  return typeof collateralValue === 'bigint' &&
    typeof debtValue === 'bigint' &&
    typeof weightedCollateral === 'bigint' &&
    typeof weightedDebt === 'bigint'
    ? { collateralValue, debtValue, weightedCollateral, weightedDebt }
    : undefined
}
