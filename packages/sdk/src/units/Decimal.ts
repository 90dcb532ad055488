import { InvalidDecimalError } from './InvalidDecimalError.ts'
import { MAX_OPERAND } from './MulDiv.ts'
import { OutOfRangeError } from './OutOfRangeError.ts'

/** The most decimals of a unit: `10^77` is the largest power of ten in a `uint256`. */
export const MAX_DECIMALS = 77

/** Those asked for so far: a search asks for the same ones over and over. */
const units: bigint[] = []

/**
 * `10^decimals`, the number of base units in one whole.
 *
 * @throws OutOfRangeError when `decimals` is not an integer of 0 to 77.
 *
 * @example
 * import { Decimal } from '@unimargin/sdk'
 *
 * Decimal.unit(6) // 1_000_000n
 */
export function unit(decimals: number): bigint {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > MAX_DECIMALS) {
    // A fraction, NaN or infinity has no bigint: -1 stands for "not an integer" in the error only.
    const value = Number.isInteger(decimals) ? BigInt(decimals) : -1n
    throw new OutOfRangeError({ parameter: 'number of decimals', value, min: 0n, max: BigInt(MAX_DECIMALS) })
  }
  const known = units[decimals]
  if (known !== undefined) return known
  const unit = 10n ** BigInt(decimals)
  units[decimals] = unit
  return unit
}

/**
 * Reads a plain decimal number as base units. Exact: what has more digits than `decimals` is refused, not rounded.
 *
 * @throws InvalidDecimalError when the text is no such number.
 * @throws OutOfRangeError when the result exceeds `2^256 − 1`.
 *
 * @example
 * import { Decimal } from '@unimargin/sdk'
 *
 * Decimal.parse('1.25', 6) // 1_250_000n
 */
export function parse(text: string, decimals: number): bigint {
  const base = unit(decimals)
  const [, whole, fraction = ''] = /^(\d{1,78})(?:\.(\d{1,77}))?$/.exec(text) ?? []
  if (whole === undefined || fraction.length > decimals) throw new InvalidDecimalError({ text, decimals })
  const value = BigInt(whole) * base + BigInt(fraction.padEnd(decimals, '0') || '0')
  if (value > MAX_OPERAND) throw new OutOfRangeError({ parameter: 'number', value, min: 0n, max: MAX_OPERAND })
  return value
}

/**
 * Writes base units as a decimal number, exactly and without trailing zeros. Negative numbers are allowed.
 *
 * @throws OutOfRangeError when `decimals` is not an integer of 0 to 77.
 *
 * @example
 * import { Decimal } from '@unimargin/sdk'
 *
 * Decimal.format(1_250_000n, 6) // '1.25'
 */
export function format(value: bigint, decimals: number): string {
  const { sign, whole, fraction } = split(value, decimals)
  const digits = fraction.replace(/0+$/, '')
  return `${sign}${whole}${digits === '' ? '' : `.${digits}`}`
}

/**
 * Writes base units with exactly `places` digits after the point, cut off towards zero.
 *
 * @throws OutOfRangeError when `decimals` or `places` is not an integer of 0 to 77.
 *
 * @example
 * import { Decimal } from '@unimargin/sdk'
 *
 * Decimal.formatDown(1_259_999n, 6, 2) // '1.25'
 */
export function formatDown(value: bigint, decimals: number, places: number): string {
  unit(places)
  const { sign, whole, fraction } = split(value, decimals)
  const digits = fraction.slice(0, places).padEnd(places, '0')
  const isZero = whole === '0' && /^0*$/.test(digits)
  return `${isZero ? '' : sign}${whole}${places === 0 ? '' : `.${digits}`}`
}

function split(value: bigint, decimals: number): { sign: string; whole: string; fraction: string } {
  const base = unit(decimals)
  const size = value < 0n ? -value : value
  const fraction = decimals === 0 ? '' : (size % base).toString().padStart(decimals, '0')
  return { sign: value < 0n ? '-' : '', whole: (size / base).toString(), fraction }
}
