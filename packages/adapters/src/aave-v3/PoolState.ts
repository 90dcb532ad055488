import type { ReadResult } from '@unimargin/sdk'
import type { RateModel, ReserveTokens } from './metadata.ts'
import type { ReserveConfiguration } from './ReserveConfiguration.ts'

/** What a stable debt of all owners is; it ended with 3.2. */
export type StableDebt = {
  /** Base units, as of its last change. */
  readonly principal: bigint
  /** With interest. */
  readonly total: bigint
  /** RAY per year. */
  readonly averageRate: bigint
  /** Seconds since 1970. */
  readonly changedAt: bigint
}

/** One reserve at a block. What may fail alone is a result of its own. */
export type ReserveState = {
  readonly tokens: ReserveTokens
  readonly configuration: ReserveConfiguration
  /** RAY per year. */
  readonly liquidityRate: bigint
  readonly variableBorrowRate: bigint
  /** RAY; as of the last change of the reserve. */
  readonly storedBorrowIndex: bigint
  /** Seconds since 1970. */
  readonly changedAt: bigint
  /** Scaled; as of the last change of the reserve. */
  readonly accruedToTreasury: bigint
  readonly unbacked: bigint
  /** US dollars with two decimals. */
  readonly isolatedDebt: bigint
  /** Base currency, 8 decimals. */
  readonly price: ReadResult<bigint>
  /** Seconds since 1970 at which the feed behind the price was updated. */
  readonly priceUpdatedAt: ReadResult<bigint>
  readonly scaledSupply: ReadResult<bigint>
  readonly scaledDebt: ReadResult<bigint>
  /** RAY, with interest up to the block. */
  readonly liquidityIndex: ReadResult<bigint>
  readonly borrowIndex: ReadResult<bigint>
  readonly stable: ReadResult<StableDebt>
  /** Base units that can be paid out. */
  readonly liquidity: ReadResult<bigint>
  /** Base units that nobody owes any more, from 3.3 on. */
  readonly deficit: ReadResult<bigint>
  /** Nothing where nobody asked. */
  readonly rateModel: ReadResult<RateModel | undefined>
}

/** What of a reserve counts in a position. */
export type ReserveTerms = Pick<ReserveState, 'tokens' | 'configuration' | 'price' | 'liquidityIndex' | 'borrowIndex'>

/** One e-mode category at a block. Ratios are basis points. */
export type CategoryState = {
  readonly id: number
  readonly label: string
  readonly loanToValue: bigint
  readonly liquidationThreshold: bigint
  readonly includes: (reserve: ReserveTerms) => boolean
  /** From 3.2 on, by the ids of the reserves: what can be borrowed, and what lends nothing here. */
  readonly borrowable: bigint
  readonly ltvZero: bigint
  /** From 3.7 on: what is not of it lends nothing. */
  readonly isIsolated: boolean
  /** The category's own price, where it has a source for one; 0 means that the assets' prices hold. */
  readonly price?: ReadResult<bigint> | undefined
}

/** One owner at a block: one balance per reserve, in the order of the metadata. */
export type OwnerState = {
  readonly configuration: bigint
  readonly eMode: bigint
  readonly balances: readonly OwnerBalances[]
}

/** What an owner has of one reserve: scaled, but for the stable debt. */
export type OwnerBalances = {
  readonly supplied: ReadResult<bigint>
  readonly variableDebt: ReadResult<bigint>
  readonly stableDebt: ReadResult<bigint>
}
