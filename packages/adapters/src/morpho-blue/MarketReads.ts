import type { Address, LatestRound, Quantity, ReadResult } from '@unimargin/sdk'
import type { AccruedMarket, InterestInputs } from './Accrual.ts'
import type { InterestRateModel } from './InterestRateModel.ts'

/** One market at a block. What may fail alone is a result of its own. */
export type MarketReads = {
  readonly accrued: ReadResult<AccruedMarket>
  /** As of the last update: supply shares that the interest added since are the fee. */
  readonly inputs: ReadResult<InterestInputs>
  /** Who gets the fee. */
  readonly feeRecipient: ReadResult<Address>
  /** The market's interest rate model, where it has one that is known here. */
  readonly model: InterestRateModel | undefined
  /** In the oracle's unit. */
  readonly price: ReadResult<bigint>
  /** Of Morpho's contract, which holds the tokens of all its markets. */
  readonly loanBalance: ReadResult<bigint>
  readonly collateralBalance: ReadResult<bigint>
  /** One per feed of the metadata. */
  readonly rounds: readonly ReadResult<LatestRound>[]
  /** US dollars per whole loan token. */
  readonly dollarPrice: Quantity
}

/** One owner in a market, as Morpho says it. */
export type OwnerReads = readonly [supplyShares: bigint, borrowShares: bigint, collateral: bigint]
