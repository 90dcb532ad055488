import type { ReadResult } from '@unimargin/sdk'
import * as Result from '../shared/Result.ts'
import type { StoredBooks } from './readBooks.ts'
import * as Totals from './Totals.ts'

/** A token's books, and how many blocks or seconds ago it accrued last. */
export type Books = StoredBooks & { readonly slots: bigint }

/** A token's totals with interest up to the block, and the exchange rate that is still stored. */
export type Accrued = { readonly totals: Totals.Totals; readonly storedRate: bigint }

/** Fails where the books or the rate were not read, or where the token itself comes to another exchange rate. */
export function of(read: ReadResult<Books>, ownRate: ReadResult<bigint>): ReadResult<Accrued> {
  return Result.andThen(read, (books) =>
    Result.andThen(ownRate, (rate) => {
      const totals = Totals.accrue(books.totals, books.borrowRate, books.slots, books.reserveFactor)
      const expected = totals.supply === 0n ? rate : Totals.exchangeRate(totals)
      // What the token itself says is the judge: a fork may keep further books.
      return expected === rate
        ? Result.ok({ totals, storedRate: Totals.exchangeRate(books.totals) ?? rate })
        : Result.unavailable(`it counts ${rate} per share, not ${expected ?? 'below zero'}`)
    }),
  )
}
