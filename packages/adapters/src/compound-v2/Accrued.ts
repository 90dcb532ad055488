import { type Market, type Quantity, unknown } from '@unimargin/sdk'
import { MAX_AMOUNT, quantityOf } from '../shared/quantityOf.ts'
import type { TokenState } from './PoolState.ts'
import * as Totals from './Totals.ts'

/** A token's totals with interest up to the block, and the exchange rate that is still stored. */
export type Accrued = { readonly totals: Totals.Totals; readonly storedRate: bigint }

/** `undefined` where the books are not known, or where the token itself comes to another exchange rate. */
export function of(state: TokenState, market: Market): Accrued | undefined {
  const { books, rate } = state
  if (books.status !== 'ok' || rate.status !== 'ok' || typeof number(state, market, () => 0n) !== 'bigint') {
    return undefined
  }
  return { totals: totalsOf(books.value), storedRate: Totals.exchangeRate(books.value.totals) ?? rate.value }
}

/** A number made of the accrued totals; unknown where they are. */
export function number(state: TokenState, market: Market, pick: (totals: Totals.Totals) => bigint): Quantity {
  const { books, rate, metadata } = state
  if (books.status !== 'ok') return quantityOf(books, 0n, { market, path: `reserves.${metadata.label}.books` })
  if (rate.status !== 'ok') return quantityOf(rate, 0n, { market, path: `reserves.${metadata.label}.exchangeRate` })
  const totals = totalsOf(books.value)
  const expected = totals.supply === 0n ? rate.value : Totals.exchangeRate(totals)
  // What the token itself says is the judge: a fork may keep further books.
  if (expected !== rate.value) {
    return unknownFor(state, market, 'books', `it counts ${rate.value} per share, not ${expected ?? 'below zero'}`)
  }
  const value = pick(totals)
  return quantityOf({ status: 'ok', value }, MAX_AMOUNT, { market, path: `reserves.${metadata.label}.books` })
}

/** Unknown for a reason of our own. */
export function unknownFor({ metadata }: TokenState, market: Market, what: string, reason: string): Quantity {
  const path = `reserves.${metadata.label}.${what}`
  return unknown({ kind: 'unavailable', chainId: market.chainId, market: market.key, path, reason })
}

function totalsOf(books: Extract<TokenState['books'], { status: 'ok' }>['value']): Totals.Totals {
  return Totals.accrue(books.totals, books.borrowRate, books.slots, books.reserveFactor)
}
