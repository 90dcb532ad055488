import { type Market, type MarketState, type UnitOfAccount, Wad } from '@unimargin/sdk'
import { toDollarPrice } from '../shared/dollarPrice.ts'
import type { Heartbeats } from '../shared/Heartbeats.ts'
import type { CometState } from './CometState.ts'
import type { CompoundV3Metadata } from './metadata.ts'
import type { ToDetails } from './toDetails.ts'
import { toBaseReserve, toCollateralReserve, toPrice } from './toReserve.ts'

/** The market in the words of the model: the base asset first, then the collaterals in Comet's order. */
export function toMarketState(
  state: CometState,
  market: Market,
  metadata: CompoundV3Metadata,
  heartbeats: Heartbeats,
  toDetails: ToDetails | undefined,
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
    details: toDetails?.(state),
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
