import { type Address, Read } from '@unimargin/sdk'
import { readerOf } from '../shared/readerOf.ts'
import { tokenAbi } from './abi.ts'
import type { Flavour } from './Flavour.ts'
import type { Totals } from './Totals.ts'

/** A token's books, as of its last accrual. */
export type StoredBooks = {
  readonly totals: Totals
  readonly reserveFactor: bigint
  /** Per slot, WAD. */
  readonly borrowRate: bigint
}

/** What a token's books say as of its last accrual, and the rate that has run since. */
export function readBooks(token: Address, { isVenus, per }: Flavour): Read.Read<StoredBooks> {
  const get = readerOf(token, tokenAbi)
  const read = Read.all([
    get('getCash'),
    get('totalBorrows'),
    get('totalReserves'),
    isVenus ? get('badDebt') : Read.succeed(0n),
    get('totalSupply'),
    get('reserveFactorMantissa'),
    get(`borrowRate${per}`),
  ])
  return Read.map(read, ([cash, borrows, reserves, badDebt, supply, reserveFactor, borrowRate]) => ({
    totals: { cash, borrows, reserves, badDebt, supply },
    reserveFactor,
    borrowRate,
  }))
}
