import type { ReadResult } from '@unimargin/sdk'
import type { Curves, Totals } from './Interest.ts'
import type { CollateralTokens } from './metadata.ts'

/** One collateral at a block. What may fail alone is a result of its own. */
export type CollateralState = {
  readonly tokens: CollateralTokens
  /** Its place in Comet's list, and in all bitmaps. */
  readonly index: number
  /** WAD. */
  readonly borrowFactor: bigint
  readonly liquidateFactor: bigint
  readonly liquidationFactor: bigint
  /** Base units. */
  readonly supplyCap: bigint
  /** 8 decimals. */
  readonly price: ReadResult<bigint>
  /** Seconds since 1970 at which the feed was updated. */
  readonly priceUpdatedAt: ReadResult<bigint>
  /** What all users together have supplied. */
  readonly totalSupply: ReadResult<bigint>
}

/** What is shut: the five flags of every Comet, and what later versions can shut besides. */
export type Pauses = {
  readonly supply: boolean
  readonly transfer: boolean
  readonly withdraw: boolean
  readonly absorb: boolean
  readonly buy: boolean
  readonly lendersWithdraw: boolean
  readonly borrowersWithdraw: boolean
  readonly baseSupply: boolean
  readonly collateralSupply: boolean
  readonly collateralWithdraw: boolean
  /** Bitmaps by the index of a collateral. */
  readonly suppliesOf: number
  readonly withdrawalsOf: number
  /** Collaterals that nobody may borrow against: Comet refuses as soon as it comes to one. */
  readonly deactivated: number
}

/** A market at a block. */
export type CometState = {
  /** The time of the block. */
  readonly time: bigint
  readonly lastAccrualTime: bigint
  /** As stored: what `isLiquidatable` and withdrawals of collateral count with. */
  readonly stored: Totals
  /** With interest up to the block's time. */
  readonly accrued: Totals
  readonly curves: Curves
  readonly baseBorrowMin: bigint
  readonly pauses: Pauses
  /** Base tokens that Comet holds. */
  readonly cash: ReadResult<bigint>
  readonly basePrice: ReadResult<bigint>
  readonly basePriceUpdatedAt: ReadResult<bigint>
  /** Of the base token, where prices are not in dollars. */
  readonly dollarPrice: ReadResult<bigint> | undefined
  readonly collaterals: readonly CollateralState[]
}

/** One owner at a block: one balance per collateral, in their order. */
export type OwnerState = {
  /** Below zero it is a debt. */
  readonly principal: bigint
  /** Which collaterals count: all that the owner has any of. */
  readonly assetsIn: number
  readonly balances: readonly ReadResult<bigint>[]
  /** Comet's own verdict, by the index of the last accrual. */
  readonly isLiquidatable: ReadResult<boolean>
}
