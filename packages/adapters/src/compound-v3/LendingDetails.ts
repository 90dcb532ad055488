import type { MarketState, PositionFacts, Reserve } from '@unimargin/sdk'
import { ReadWithoutLendingError } from '../shared/ReadWithoutLendingError.ts'
import type { Curves, Totals } from './Interest.ts'
import { NotOfCometError } from './NotOfCometError.ts'

/**
 * What lending needs of a Comet besides the model, as `MarketState.details` carries it. Flat and serialisable. Indices are 1e15
 * for one, principals base units, curves per second and WAD, times seconds since 1970.
 */
export type MarketDetails = Totals & {
  /** The block's time, up to which the indices are accrued. */
  readonly time: bigint
  readonly lastAccrualTime: bigint
  /** As Comet has it until somebody accrues: what its own verdicts and withdrawals of collateral count with. */
  readonly storedBorrowIndex: bigint
  /** Likewise: interest counts on from there. */
  readonly storedSupplyIndex: bigint
  readonly supplyKink: bigint
  readonly supplyBase: bigint
  readonly supplyLow: bigint
  readonly supplyHigh: bigint
  readonly borrowKink: bigint
  readonly borrowBase: bigint
  readonly borrowLow: bigint
  readonly borrowHigh: bigint
  /** Base units that a debt must have at least after it grew. */
  readonly baseBorrowMin: bigint
  /** The base asset's feed gives no price above zero: whoever owes can do nothing but repay. */
  readonly hasBadBasePrice: boolean
  /** Base units that are Comet's own: below zero it owes more than it has. Absent where it could not be read. */
  readonly reserves?: bigint
  readonly isTransferPaused: boolean
  /** Nobody can be liquidated while it is. */
  readonly isAbsorbPaused: boolean
  readonly isBuyPaused: boolean
}

/** `Reserve.details` of a collateral; the base asset has none. */
export type CollateralDetails = {
  /** Its place in Comet's list: Comet looks at an owner's collaterals in this order, and only until they suffice. */
  readonly index: number
  /** What of its value is credited in a liquidation, WAD; without it some versions leave the collateral, and others take it. */
  readonly liquidationFactor: bigint
  /**
   * Its feed gives no price above zero, and Comet reverts with `BadPrice` as soon as it comes to it. Not said where Comet may pass
   * over it: the price alone is unknown then, and so is what depends on it.
   */
  readonly hasBadPrice: boolean
  /** Comet refuses borrowers as soon as it comes to it. */
  readonly isDeactivated: boolean
}

/** As `PositionFacts.details`. */
export type PositionDetails = {
  /** Of the base asset; below zero it is a debt. */
  readonly principal: bigint
  /** The index that withdrawals of collateral count the debt with; absent where nothing is owed. */
  readonly storedBorrowIndex?: bigint
}

/**
 * The market's details.
 *
 * @throws NotOfCometError when the state is none that this adapter has read.
 * @throws ReadWithoutLendingError when it has read it without lending.
 */
export function ofMarket({ market, details }: MarketState): MarketDetails {
  if (details === undefined) throw new ReadWithoutLendingError({ market })
  if (!isMarketDetails(details)) throw new NotOfCometError(market.key)
  return details
}

/** The market's details; `undefined` where the state has none of this adapter's. */
export function findMarket({ details }: MarketState): MarketDetails | undefined {
  return isMarketDetails(details) ? details : undefined
}

/** The details of a collateral; `undefined` for the base asset. */
export function ofCollateral({ details }: Reserve): CollateralDetails | undefined {
  return isCollateralDetails(details) ? details : undefined
}

/** The index that the owner's debt counts with where nothing is accrued first. */
export function storedBorrowIndexOf({ details }: PositionFacts, market: MarketDetails): bigint {
  const { storedBorrowIndex } = details
  return typeof storedBorrowIndex === 'bigint' ? storedBorrowIndex : market.storedBorrowIndex
}

/** Both interest rate curves. */
export function curvesOf(details: MarketDetails): Curves {
  const { supplyKink, supplyBase, supplyLow, supplyHigh, borrowKink, borrowBase, borrowLow, borrowHigh } = details
  return {
    supply: { kink: supplyKink, base: supplyBase, low: supplyLow, high: supplyHigh },
    borrow: { kink: borrowKink, base: borrowBase, low: borrowLow, high: borrowHigh },
  }
}

/** The adapter writes all of them or none. */
function isMarketDetails(details: unknown): details is MarketDetails {
  return typeof details === 'object' && details !== null && 'borrowIndex' in details && 'baseBorrowMin' in details
}

function isCollateralDetails(details: unknown): details is CollateralDetails {
  return typeof details === 'object' && details !== null && 'hasBadPrice' in details
}
