import type { ReadResult } from '@unimargin/sdk'
import type { ReserveTokens } from './metadata.ts'
import type { ReserveConfiguration } from './ReserveConfiguration.ts'

/** One reserve at a block. What may fail alone is a result of its own. */
export type ReserveState = {
  readonly tokens: ReserveTokens
  readonly configuration: ReserveConfiguration
  /** RAY per year. */
  readonly liquidityRate: bigint
  readonly variableBorrowRate: bigint
  /** RAY; as of the last change of the reserve. */
  readonly variableBorrowIndex: bigint
  /** Scaled; as of the last change of the reserve. */
  readonly accruedToTreasury: bigint
  /** Base currency, 8 decimals. */
  readonly price: ReadResult<bigint>
  /** Seconds since 1970 at which the feed behind the price was updated. */
  readonly priceUpdatedAt: ReadResult<bigint>
  readonly scaledSupply: ReadResult<bigint>
  readonly normalizedIncome: ReadResult<bigint>
  readonly variableDebt: ReadResult<bigint>
  readonly scaledVariableDebt: ReadResult<bigint>
  readonly stableDebt: ReadResult<bigint>
  /** Stable debt without the interest of late. */
  readonly stablePrincipal: ReadResult<bigint>
  readonly liquidity: ReadResult<bigint>
}

/** What of a reserve counts in a position: none of what moves with every block. */
export type ReserveTerms = Pick<ReserveState, 'tokens' | 'configuration' | 'price'>

/** One e-mode category at a block. Ratios are basis points. */
export type CategoryState = {
  readonly id: number
  readonly label: string
  readonly loanToValue: bigint
  readonly liquidationThreshold: bigint
  readonly includes: (reserve: ReserveTerms) => boolean
  /** The category's own price, where it has a source for one; 0 means that the assets' prices hold. */
  readonly price?: ReadResult<bigint> | undefined
}

/** One owner at a block: one balance per reserve, in the order of the metadata. */
export type OwnerState = {
  readonly configuration: bigint
  readonly eMode: bigint
  readonly balances: readonly {
    readonly supplied: ReadResult<bigint>
    readonly variableDebt: ReadResult<bigint>
    readonly stableDebt: ReadResult<bigint>
  }[]
}
