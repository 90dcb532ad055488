import type { Address, Hex, Read } from '@unimargin/sdk'
import type { MarketTotals } from './MarketTotals.ts'

/** Rates are per second, WAD. */
export type BorrowRate = {
  /** The average since the last update: what interest is accrued by. */
  readonly average: bigint
  /** What the model keeps of the market afterwards. */
  readonly state: bigint
}

/**
 * An interest rate model, as its contract computes, to the last unit. A market whose model is none of those that the adapter
 * was told of accrues nobody knows what: what it owes is unknown then.
 */
export type InterestRateModel = {
  /** For people, e.g. `adaptive curve`. */
  readonly name: string
  /** What the model's contract keeps of a market; 0 for one that keeps nothing. */
  readonly readState: (model: Address, marketId: Hex) => Read.Read<bigint>
  /** `elapsed` seconds after the last update of the market, which stands as it stood then. */
  readonly borrowRate: (totals: MarketTotals, state: bigint, elapsed: bigint) => BorrowRate
}
