import * as Decimal from './Decimal.ts'
import * as MulDiv from './MulDiv.ts'

/**
 * An amount in base units of `from` decimals, in base units of `to` decimals, rounded down.
 *
 * @throws OutOfRangeError when the amount is negative or above `2^256 − 1`, or decimals are not integers of 0 to 77.
 *
 * @example
 * import { Amount } from '@unimargin/sdk'
 *
 * Amount.scaleDown(1_999_999_999_999_999_999n, 18, 6) // 1_999_999n
 */
export function scaleDown(amount: bigint, from: number, to: number): bigint {
  return MulDiv.down(amount, Decimal.unit(to), Decimal.unit(from))
}

/**
 * An amount in base units of other decimals, rounded up; otherwise as {@link scaleDown}.
 *
 * @example
 * import { Amount } from '@unimargin/sdk'
 *
 * Amount.scaleUp(1_999_999_999_999_999_999n, 18, 6) // 2_000_000n
 */
export function scaleUp(amount: bigint, from: number, to: number): bigint {
  return MulDiv.up(amount, Decimal.unit(to), Decimal.unit(from))
}

/**
 * Reads a decimal number of whole tokens as base units. Exact: too many digits are refused, not rounded.
 *
 * @throws InvalidDecimalError when the text is no plain decimal number.
 * @throws OutOfRangeError when the result exceeds `2^256 − 1`.
 *
 * @example
 * import { Amount } from '@unimargin/sdk'
 *
 * Amount.parse('250.5', { decimals: 6 }) // 250_500_000n
 */
export function parse(text: string, asset: { readonly decimals: number }): bigint {
  return Decimal.parse(text, asset.decimals)
}

/**
 * Writes base units as whole tokens, exactly.
 *
 * @throws OutOfRangeError when the decimals are not an integer of 0 to 77.
 *
 * @example
 * import { Amount } from '@unimargin/sdk'
 *
 * Amount.format(250_500_000n, { decimals: 6 }) // '250.5'
 */
export function format(amount: bigint, asset: { readonly decimals: number }): string {
  return Decimal.format(amount, asset.decimals)
}
