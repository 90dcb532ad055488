import type { AaveV3Version } from './version.ts'

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
  /** The block's time, seconds since 1970. */
  readonly now?: bigint
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
  /** As of the last change (seconds since 1970), with the rates that run since: interest counts on from there. */
  readonly storedLiquidityIndex: bigint
  readonly storedBorrowIndex: bigint
  readonly liquidityRate: bigint
  readonly variableRate: bigint
  readonly changedAt: bigint
  /** `accruedToTreasury` as it was booked then. */
  readonly bookedToTreasury: bigint
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
