import * as Decimal from './Decimal.ts'
import * as MulDiv from './MulDiv.ts'

/** An amount in base units and what it costs: the price is of one whole token, WAD. */
export type Priced = { readonly amount: bigint; readonly price: bigint; readonly decimals: number }

/**
 * Value of an amount in the unit of account, WAD, rounded down: for what one has.
 *
 * A protocol may round otherwise: its liquidation rule's `valueOf` says how.
 *
 * @throws OutOfRangeError when amount or price is negative or above `2^256 − 1`, or decimals are not of 0 to 77.
 *
 * @example
 * import { Usd, Wad } from '@unimargin/sdk'
 *
 * Usd.valueDown({ amount: 2_500_000n, price: Wad.WAD, decimals: 6 }) // 2.5e18
 */
export function valueDown({ amount, price, decimals }: Priced): bigint {
  return MulDiv.down(amount, price, Decimal.unit(decimals))
}

/**
 * Value of an amount in the unit of account, WAD, rounded up: for what one owes; otherwise as {@link valueDown}.
 *
 * @example
 * import { Usd } from '@unimargin/sdk'
 *
 * Usd.valueUp({ amount: 1n, price: 3n, decimals: 6 }) // 1n
 */
export function valueUp({ amount, price, decimals }: Priced): bigint {
  return MulDiv.up(amount, price, Decimal.unit(decimals))
}

/**
 * Amount in base units that a value buys at a price, rounded down.
 *
 * @throws DivisionByZeroError when the price is zero.
 * @throws OutOfRangeError when value or price is negative or above `2^256 − 1`, or decimals are not of 0 to 77.
 *
 * @example
 * import { Usd, Wad } from '@unimargin/sdk'
 *
 * Usd.amountDown({ value: Wad.fromDecimal('2.5'), price: Wad.WAD, decimals: 6 }) // 2_500_000n
 */
export function amountDown({ value, price, decimals }: Omit<Priced, 'amount'> & { readonly value: bigint }): bigint {
  return MulDiv.down(value, Decimal.unit(decimals), price)
}

/**
 * Amount in base units that a value needs at a price, rounded up; otherwise as {@link amountDown}.
 *
 * @example
 * import { Usd, Wad } from '@unimargin/sdk'
 *
 * Usd.amountUp({ value: 1n, price: Wad.WAD, decimals: 6 }) // 1n
 */
export function amountUp({ value, price, decimals }: Omit<Priced, 'amount'> & { readonly value: bigint }): bigint {
  return MulDiv.up(value, Decimal.unit(decimals), price)
}

const CENT = 10n ** 16n

/**
 * Writes a value (WAD) for people: two digits, rounded half away from zero, with thousands separated. A value that is
 * not zero never looks like zero.
 *
 * @example
 * import { Usd, Wad } from '@unimargin/sdk'
 *
 * Usd.format(Wad.fromDecimal('12345.678')) // '$12,345.68'
 * Usd.format(1n) // '<$0.01'
 */
export function format(value: bigint): string {
  const sign = value < 0n ? '-' : ''
  const size = value < 0n ? -value : value
  if (size > 0n && size < CENT / 2n) return value < 0n ? '>-$0.01' : '<$0.01'
  const cents = (size + CENT / 2n) / CENT
  const [whole = '', fraction] = Decimal.formatDown(cents, 2, 2).split('.')
  return `${sign}$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`
}
