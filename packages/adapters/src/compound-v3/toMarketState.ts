import { type Market, type MarketState, type UnitOfAccount, Wad } from '@unimargin/sdk'
import { toDollarPrice } from '../shared/dollarPrice.ts'
import type { Heartbeats } from '../shared/Heartbeats.ts'
import type { CometState } from './CometState.ts'
import * as Interest from './Interest.ts'
import type { MarketDetails } from './LendingDetails.ts'
import type { CompoundV3Metadata } from './metadata.ts'
import { isBadPrice, toBaseReserve, toCollateralReserve, toPrice } from './toReserve.ts'

/** The market in the words of the model: the base asset first, then the collaterals in Comet's order. */
export function toMarketState(
  state: CometState,
  market: Market,
  metadata: CompoundV3Metadata,
  heartbeats: Heartbeats,
): MarketState {
  return {
    market,
    reserves: [
      toBaseReserve(state, metadata, { ...metadata, market, heartbeats }),
      ...state.collaterals.map((collateral) =>
        toCollateralReserve(collateral, state, { ...metadata, market, heartbeats, label: collateral.tokens.label }),
      ),
    ],
    unit: toUnit(state, market, metadata),
    details: toDetails(state),
  }
}

/** What prices are counted in, if not in dollars: so much of it that the base asset has the price that Comet gives it. */
function toUnit(
  { dollarPrice, basePrice }: CometState,
  market: Market,
  { base, label }: CompoundV3Metadata,
): UnitOfAccount | undefined {
  if (dollarPrice === undefined) return undefined
  const dollars = toDollarPrice(dollarPrice, market, 'unit.price')
  const units = toPrice(basePrice, market, label)
  const isKnown = typeof dollars === 'bigint' && typeof units === 'bigint' && units > 0n
  return {
    symbol: base.symbol,
    asset: base,
    price: isKnown ? Wad.divDown(dollars, units) : firstUnknown(dollars, units),
  }
}

function firstUnknown(dollars: UnitOfAccount['price'], units: UnitOfAccount['price']): UnitOfAccount['price'] {
  return typeof dollars === 'bigint' ? units : dollars
}

function toDetails({
  time,
  lastAccrualTime,
  stored,
  accrued,
  curves,
  baseBorrowMin,
  basePrice,
  pauses,
  cash,
}: CometState) {
  const details: MarketDetails = {
    ...accrued,
    time,
    lastAccrualTime,
    storedBorrowIndex: stored.borrowIndex,
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
