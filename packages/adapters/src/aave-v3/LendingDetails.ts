import type { Address, Quantity, Read, ReadResult } from '@unimargin/sdk'
import type { AaveV3Metadata, ReserveTokens } from './metadata.ts'
import type { StableDebt } from './PoolState.ts'
import type { ReserveConfiguration } from './ReserveConfiguration.ts'
import type { AaveV3Version } from './version.ts'

/** What lending reads besides, each with what the adapter reads at that point. An adapter without lending has none of it. */
export type LendingReads = {
  /** With the metadata. */
  readonly readFacts: (
    addressesProvider: Address,
    version: AaveV3Version,
    /** Of each reserve, in their order. */
    strategies: readonly Address[],
  ) => Read.Read<LendingFacts>
  /** With the state: of the market, and of each of its reserves. */
  readonly readMarket: (metadata: AaveV3Metadata) => Read.Read<LendingMarket>
  readonly readReserve: (pool: Address, metadata: AaveV3Metadata, tokens: ReserveTokens) => Read.Read<ToDetails>
}

/** What lending keeps with the metadata. */
export type LendingFacts = {
  /** Who may forbid to borrow, while a sequencer is down say. */
  readonly sentinel?: Address | undefined
  /** Of each reserve what its strategy says once and for all (3.0). Absent later, and where it does not say. */
  readonly rateModels: readonly (RateModel | undefined)[]
}

/** The rates of a reserve by its usage: linear, steeper above the optimal one. RAY. */
export type RateModel = {
  readonly optimalUsage: bigint
  readonly baseRate: bigint
  readonly slope1: bigint
  readonly slope2: bigint
}

/** What lending reads of a market; `change` is what of the facts no longer holds. */
export type LendingMarket = {
  readonly change: string | false
  readonly details: Omit<MarketDetails, 'version'>
}

/** Puts a reserve's details together. */
export type ToDetails = (numbers: ReserveNumbers) => ReserveDetails

/** What the view knows of a reserve besides the model. */
export type ReserveNumbers = {
  readonly tokens: ReserveTokens
  readonly configuration: ReserveConfiguration
  readonly liquidityIndex: Quantity
  readonly borrowIndex: Quantity
  readonly scaledSupply: Quantity
  readonly scaledDebt: Quantity
  readonly accruedToTreasury: Quantity
  readonly stableDebt: Quantity
  readonly stable: ReadResult<StableDebt>
  readonly unbacked: bigint
  readonly isolatedDebt: bigint
}

/**
 * What lending needs of a market besides the model, as `MarketState.details` carries it. Flat and serialisable. A number that
 * could not be read is absent; what depends on it is unknown then.
 */
export type MarketDetails = {
  /** Whose rules hold. */
  readonly version: AaveV3Version
  /** What the price oracle's sentinel says, where the pool has one (up to 3.6). False: nothing can be borrowed now. */
  readonly borrowAllowed?: boolean
  /** There is a sentinel, and it could not be asked. */
  readonly isSentinelUnknown?: boolean
}

/** As `Reserve.details`. Ratios are basis points; indices and rates RAY; ceilings with two decimals; all as of the block's time. */
export type ReserveDetails = {
  /** Where its bits are in bitmaps. */
  readonly id: number
  readonly variableDebtToken: string
  readonly reserveFactor: bigint
  /** Base units; 0 is no cap. */
  readonly supplyCap: bigint
  readonly borrowCap: bigint
  readonly isSiloed: boolean
  readonly isBorrowableInIsolation: boolean
  readonly debtCeiling: bigint
  /** `isolationModeTotalDebt`. */
  readonly isolatedDebt: bigint
  /** The only e-mode of the reserve, up to 3.1; 0 otherwise. */
  readonly eModeCategory: number
  /** The index of `getReserveNormalizedIncome`. */
  readonly liquidityIndex?: bigint
  /** The index that the next borrow or repayment uses: the normalised one, but the stored one where nobody owes anything. */
  readonly borrowIndex?: bigint
  readonly scaledSupply?: bigint
  readonly scaledDebt?: bigint
  /** Scaled, with the share of the interest since the last change, which the next change books first. */
  readonly accruedToTreasury?: bigint
  /** With interest; 0 from 3.2 on. */
  readonly stableDebt?: bigint
  readonly averageStableRate?: bigint
  /** `unbacked` up to 3.3, then the deficit. */
  readonly unbacked?: bigint
  /** What the interest rate strategy counts as available: virtual from 3.1 on where the reserve has it, else the aToken's. */
  readonly optimalUsage?: bigint
  readonly baseRate?: bigint
  readonly slope1?: bigint
  readonly slope2?: bigint
}

/** As `PositionFacts.details`, with `eMode` and `isolated` for display. */
export type PositionDetails = {
  /** The user's bitmap. */
  readonly configuration: bigint
  /** 0: none. */
  readonly eModeId: number
  /** From 3.2 on: the bitmap of what can be borrowed in the owner's e-mode; absent outside of any. */
  readonly borrowable?: bigint
}

/** A leg's `shares` are the scaled balance and the index; a stable debt is what its `amount` has besides. */
