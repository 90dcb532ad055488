import type { Quantity, ReadResult, Reserve } from '@unimargin/sdk'
import type { ContractFunctionReturnType } from 'viem'
import type { poolAbi, tokenAbi } from './abi.ts'
import type { ReserveDetails } from './LendingDetails.ts'
import type { ReserveTokens } from './PoolMetadata.ts'
import type { ReserveConfiguration } from './ReserveConfiguration.ts'

/** What a stable debt of all owners is; it ended with 3.2. Base units as of its last change, with interest, RAY, seconds. */
export type StableDebt = ContractFunctionReturnType<typeof tokenAbi, 'view', 'getSupplyData'>

/** What is read of a reserve at a block, in this order. What may fail alone is a result of its own. */
export type ReserveReads = readonly [
  data: ContractFunctionReturnType<typeof poolAbi, 'view', 'getReserveData'>,
  /** Base currency, 8 decimals. */
  price: ReadResult<bigint>,
  /** The feed that the oracle names now. */
  source: ReadResult<string | undefined>,
  /** Seconds since 1970 at which the feed behind the price was updated. */
  updatedAt: ReadResult<bigint>,
  scaledSupply: ReadResult<bigint>,
  scaledDebt: ReadResult<bigint>,
  /** RAY, with interest up to the block. */
  liquidityIndex: ReadResult<bigint>,
  borrowIndex: ReadResult<bigint>,
  stable: ReadResult<StableDebt>,
  /** Base units that can be paid out. */
  liquidity: ReadResult<bigint>,
  /** Only with lending. */
  toDetails: ToDetails | undefined,
]

/** Puts a reserve's details together, of what is read and of what the view makes of it anyway. */
export type ToDetails = (
  reads: ReserveReads,
  configuration: ReserveConfiguration,
  numbers: Readonly<Record<ReserveNumber, Quantity>>,
) => ReserveDetails

type ReserveNumber = keyof Pick<
  ReserveDetails,
  'liquidityIndex' | 'borrowIndex' | 'scaledSupply' | 'scaledDebt' | 'accruedToTreasury' | 'stableDebt'
>

/** What of a reserve counts in a position. */
export type ReserveTerms = {
  readonly tokens: ReserveTokens
  readonly configuration: ReserveConfiguration
  readonly price: Quantity
  /** RAY. */
  readonly liquidityIndex: Quantity
  readonly borrowIndex: Quantity
}

/** One reserve at a block. */
export type ReserveState = ReserveTerms & { readonly reserve: Reserve }

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

/** What an owner has of one reserve: supplied and variable debt, both scaled, and stable debt. */
export type OwnerBalances = readonly [
  supplied: ReadResult<bigint>,
  variableDebt: ReadResult<bigint>,
  stableDebt: ReadResult<bigint>,
]
