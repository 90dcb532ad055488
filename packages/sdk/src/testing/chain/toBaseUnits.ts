import * as Amount from '../../units/Amount.ts'
import { assertUnsigned } from './assertSetup.ts'
import type { MockAmount } from './MockMarket.ts'

/**
 * An amount of a test in base units: a `bigint` is one already, a text is whole tokens. For prices, whose unit is WAD,
 * take 18 decimals.
 *
 * @throws InvalidDecimalError when the text is no plain decimal number, or has more digits than `decimals`.
 * @throws OutOfRangeError when the amount is negative, or exceeds `2^256 − 1`.
 *
 * @example
 * import { toBaseUnits } from '@unimargin/sdk/testing'
 *
 * toBaseUnits('1.5', 6) // 1_500_000n
 */
export function toBaseUnits(amount: MockAmount, decimals: number): bigint {
  if (typeof amount !== 'bigint') return Amount.parse(amount, { decimals })
  assertUnsigned('amount', amount)
  return amount
}
