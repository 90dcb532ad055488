import type { CometState } from './CometState.ts'
import * as Interest from './Interest.ts'
import type { MarketDetails } from './LendingDetails.ts'
import { isBadPrice } from './toReserve.ts'

/** How lending has a market's details. */
export type ToDetails = typeof toDetails

/** What limits, predictions and rates need of a market besides the model. */
export function toDetails({
  time,
  lastAccrualTime,
  stored,
  accrued,
  curves,
  baseBorrowMin,
  basePrice,
  pauses,
  cash,
}: CometState): MarketDetails {
  const details: MarketDetails = {
    ...accrued,
    time,
    lastAccrualTime,
    storedBorrowIndex: stored.borrowIndex,
    storedSupplyIndex: stored.supplyIndex,
    supplyKink: curves.supply.kink,
    supplyBase: curves.supply.base,
    supplyLow: curves.supply.low,
    supplyHigh: curves.supply.high,
    borrowKink: curves.borrow.kink,
    borrowBase: curves.borrow.base,
    borrowLow: curves.borrow.low,
    borrowHigh: curves.borrow.high,
    baseBorrowMin,
    hasBadBasePrice: isBadPrice(basePrice),
    isTransferPaused: pauses.transfer,
    isAbsorbPaused: pauses.absorb,
    isBuyPaused: pauses.buy,
  }
  if (cash.status !== 'ok') return details
  const supplied = Interest.toAmount(accrued.totalSupplyBase, accrued.supplyIndex)
  const borrowed = Interest.toAmount(accrued.totalBorrowBase, accrued.borrowIndex)
  return { ...details, reserves: cash.value - supplied + borrowed }
}
