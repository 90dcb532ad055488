import { type Quantity, Ray, type ReadResult } from '@unimargin/sdk'
import { MAX_AMOUNT, quantityOf, type Where } from '../shared/quantityOf.ts'

/** An index of Aave is a RAY of at least one; what is less is no index, and would divide by zero. */
export function indexOf(result: ReadResult<bigint>, where: Where): Quantity {
  const isNone = result.status === 'ok' && result.value < Ray.RAY
  return quantityOf(
    isNone ? { status: 'unavailable', reason: `${result.value} is no index` } : result,
    MAX_AMOUNT,
    where,
  )
}
