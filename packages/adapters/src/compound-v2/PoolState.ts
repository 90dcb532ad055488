import type { Address, Details, ReadResult } from '@unimargin/sdk'
import type { Accrued, Books } from './Accrued.ts'
import type { StoredBooks } from './readBooks.ts'
import type { TokenMetadata } from './TokenMetadata.ts'

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
  /** US dollars with 36 less the asset's decimals. */
  readonly price: ReadResult<bigint>
  readonly books: ReadResult<Books>
  /** Base units per share, WAD, interest included: the token's own answer. */
  readonly rate: ReadResult<bigint>
  readonly accrued: ReadResult<Accrued>
  readonly caps: ReadResult<Caps>
  readonly paused: ReadResult<Paused>
  readonly lending: LendingToken | undefined
}

/** What lending makes of a token. */
export type LendingToken = {
  /** What of its metadata no longer holds, if anything. */
  readonly change: (books: ReadResult<StoredBooks>) => string | undefined
  readonly details: (state: TokenState) => Details
  /** `undefined`: nobody knows. */
  readonly isRepayPaused: boolean | undefined
}

/** Base units; `undefined`: none. The largest total that is still allowed. */
export type Caps = { readonly supply: bigint | undefined; readonly borrow: bigint | undefined }

/** As a reserve's details have it. */
export type Paused = {
  readonly isSupplyPaused: boolean
  readonly isWithdrawPaused: boolean
  readonly isBorrowPaused: boolean
}

/** One owner at a block: one balance and one debt per token, in the order of the metadata. */
export type OwnerState = {
  readonly entered: readonly Address[]
  /** `storedDebt` in base units, as of the last accrual, which is what the Comptroller sees. */
  readonly balances: readonly ReadResult<{ readonly shares: bigint; readonly storedDebt: bigint }>[]
  /** Base units, interest included. */
  readonly debts: readonly ReadResult<bigint>[]
}
