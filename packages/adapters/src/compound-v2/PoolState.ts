import type { Address, ReadResult } from '@unimargin/sdk'
import type { TokenMetadata } from './metadata.ts'
import type { StoredBooks } from './readBooks.ts'

/** One token at a block. What may fail alone is a result of its own. */
export type TokenState = {
  readonly metadata: TokenMetadata
  readonly isListed: boolean
  /** WAD; what a borrow is measured by. */
  readonly collateralFactor: bigint
  /** WAD; what liquidates. The same where a flavour has but one. */
  readonly liquidationThreshold: bigint
  /** Whoever owes it may be liquidated, however healthy; `undefined` where that could not be read. */
  readonly isLiquidationForced: boolean | undefined
  /** US dollars with 36 less the asset's decimals; zero: the oracle has none. */
  readonly price: ReadResult<bigint>
  readonly books: ReadResult<Books>
  /** Base units per share, WAD, interest included: the token's own answer. */
  readonly rate: ReadResult<bigint>
  readonly caps: ReadResult<Caps>
  readonly paused: ReadResult<Paused>
}

/** A token's books, and how many blocks or seconds ago it accrued last. */
export type Books = StoredBooks & { readonly slots: bigint }

/** Base units; `undefined`: none. The largest total that is still allowed. */
export type Caps = { readonly supply: bigint | undefined; readonly borrow: bigint | undefined }

export type Paused = {
  readonly supply: boolean
  readonly withdraw: boolean
  readonly borrow: boolean
  readonly repay: boolean
  readonly enter: boolean
}

/** One owner at a block: one balance per token, in the order of the metadata. */
export type OwnerState = {
  readonly entered: ReadonlySet<Address>
  readonly balances: readonly {
    readonly shares: ReadResult<bigint>
    /** Base units, as of the last accrual, which is what the Comptroller sees. */
    readonly storedDebt: ReadResult<bigint>
    /** Interest included. */
    readonly debt: ReadResult<bigint>
  }[]
}
