import { Decimal, type Health, type Quantity, Usd, Wad } from '@unimargin/sdk'

/** What a terminal is sure to have. */
export const COLUMNS = 80

/** `12,345.67`: base units with thousands marked, cut (not rounded) to `places`. */
export function decimal(value: bigint, decimals: number, places: number): string {
  return Decimal.formatDown(value, decimals, places).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',')
}

/** `$12,345.67`, or `unknown`. */
export function usd(value: Quantity): string {
  return typeof value === 'bigint' ? Usd.format(value) : 'unknown'
}

/** Dollars that may be fractions of a cent, as costs on rollups are. */
export function cost(value: bigint): string {
  return value > 0n && value < 10n ** 16n ? `$${decimal(value, 18, 6)}` : usd(value)
}

/** `1.234`, cut downwards; `no debt`; or `unknown`. */
export function factor(health: Health): string {
  return health.status === 'known'
    ? Wad.formatDown(health.factor, 3)
    : health.status === 'no-debt'
      ? 'no debt'
      : 'unknown'
}

/** A share as `12.34 %`, cut. */
export function percent(share: bigint): string {
  return `${decimal(share, 16, 2)} %`
}

/** A kind as words: `route-closed` is `route closed`. */
export function sentence(kind: string): string {
  return kind.replaceAll('-', ' ')
}

/** Reasons and names of others may be long: the values themselves have them whole. */
export function cut(text: string, width: number): string {
  const letters = [...text]
  return letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`
}
