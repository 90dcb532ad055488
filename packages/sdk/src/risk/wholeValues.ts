import type { TotalValues } from '../model/MarginView.ts'
import type { Position } from '../model/Position.ts'

/** The four sums of a position, if every one of them is known. */
export function wholeValues(position: Position): Omit<TotalValues, 'netValue'> | undefined {
  if (position.status === 'unread') return undefined
  const { collateralValue, debtValue, weightedCollateral, weightedDebt } = position
  return typeof collateralValue === 'bigint' &&
    typeof debtValue === 'bigint' &&
    typeof weightedCollateral === 'bigint' &&
    typeof weightedDebt === 'bigint'
    ? { collateralValue, debtValue, weightedCollateral, weightedDebt }
    : undefined
}
