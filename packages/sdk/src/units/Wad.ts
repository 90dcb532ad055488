import * as Decimal from './Decimal.ts'
import * as MulDiv from './MulDiv.ts'

/** One, in numbers with 18 decimals: values, prices, ratios and health factors. */
export const WAD: bigint = 10n ** 18n

/**
 * Product of two WADs, rounded down.
 *
 * @throws OutOfRangeError when an operand is negative or above `2^256 − 1`.
 *
 * @example
 * import { Wad } from '@unimargin/sdk'
 *
 * Wad.mulDown(Wad.fromDecimal('1.5'), Wad.fromDecimal('0.8')) // 1.2e18
 */
export function mulDown(a: bigint, b: bigint): bigint {
  return MulDiv.down(a, b, WAD)
}

/**
 * Product of two WADs, rounded up; otherwise as {@link mulDown}.
 *
 * @example
 * import { Wad } from '@unimargin/sdk'
 *
 * Wad.mulUp(1n, 1n) // 1n
 */
export function mulUp(a: bigint, b: bigint): bigint {
  return MulDiv.up(a, b, WAD)
}

/**
 * Product of two WADs, rounded half up (Aave's `wadMul`); otherwise as {@link mulDown}.
 *
 * @example
 * import { Wad } from '@unimargin/sdk'
 *
 * Wad.mulHalfUp(1n, Wad.WAD / 2n) // 1n
 */
export function mulHalfUp(a: bigint, b: bigint): bigint {
  return MulDiv.halfUp(a, b, WAD)
}

/**
 * Quotient of two WADs (or of any two numbers of the same unit, as a WAD), rounded down.
 *
 * @throws DivisionByZeroError when `b` is zero.
 * @throws OutOfRangeError when an operand is negative or above `2^256 − 1`.
 *
 * @example
 * import { Wad } from '@unimargin/sdk'
 *
 * Wad.divDown(2n, 3n) // 666_666_666_666_666_666n
 */
export function divDown(a: bigint, b: bigint): bigint {
  return MulDiv.down(a, WAD, b)
}

/**
 * Quotient of two WADs, rounded up; otherwise as {@link divDown}.
 *
 * @example
 * import { Wad } from '@unimargin/sdk'
 *
 * Wad.divUp(2n, 3n) // 666_666_666_666_666_667n
 */
export function divUp(a: bigint, b: bigint): bigint {
  return MulDiv.up(a, WAD, b)
}

/**
 * Quotient of two WADs, rounded half up (Aave's `wadDiv`); otherwise as {@link divDown}.
 *
 * @example
 * import { Wad } from '@unimargin/sdk'
 *
 * Wad.divHalfUp(1n, 3n) // 333_333_333_333_333_333n
 */
export function divHalfUp(a: bigint, b: bigint): bigint {
  return MulDiv.halfUp(a, WAD, b)
}

/**
 * Reads a decimal number as a WAD. Exact: more than 18 digits after the point are refused, not rounded.
 *
 * @throws InvalidDecimalError when the text is no plain decimal number.
 * @throws OutOfRangeError when the result exceeds `2^256 − 1`.
 *
 * @example
 * import { Wad } from '@unimargin/sdk'
 *
 * Wad.fromDecimal('1.25') // 1_250_000_000_000_000_000n
 */
export function fromDecimal(text: string): bigint {
  return Decimal.parse(text, 18)
}

/**
 * Writes a WAD as a decimal number, exactly.
 *
 * @example
 * import { Wad } from '@unimargin/sdk'
 *
 * Wad.format(1_250_000_000_000_000_000n) // '1.25'
 */
export function format(value: bigint): string {
  return Decimal.format(value, 18)
}

/**
 * Writes a WAD with exactly `places` digits after the point, cut off towards zero: a health factor never looks better
 * than it is.
 *
 * @throws OutOfRangeError when `places` is not an integer of 0 to 77.
 *
 * @example
 * import { Wad } from '@unimargin/sdk'
 *
 * Wad.formatDown(Wad.fromDecimal('0.9999'), 2) // '0.99'
 */
export function formatDown(value: bigint, places: number): string {
  return Decimal.formatDown(value, 18, places)
}
