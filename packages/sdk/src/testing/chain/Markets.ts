import { assertMockAddress } from './assertSetup.ts'
import { isMockMarket, type MockAmount, type MockMarket, type MockPosition } from './MockMarket.ts'
import type { MockState } from './MockPart.ts'
import { UnknownMockAssetError, UnknownMockMarketError } from './MockSetupErrors.ts'

/** Finds the markets of a state, and changes them. */

/** The markets with a new price: all that have the asset, or the one that is named. */
export function priced(
  state: MockState,
  asset: string,
  price: MockAmount,
  market: string | undefined,
): readonly MockMarket[] {
  const asked = market === undefined ? marketsOf(state) : [named(state, market)]
  const found = asked.filter((candidate) => hasAsset(candidate, asset))
  if (found.length === 0) {
    throw new UnknownMockAssetError({ asset, known: asked.flatMap(({ assets }) => assets.map(({ symbol }) => symbol)) })
  }
  return found.map((candidate) => candidate.withPrice(asset, price))
}

/** The market with what an owner has in it now. It has to be named where there are several. */
export function positioned(state: MockState, position: MockPosition, market: string | undefined): MockMarket {
  assertMockAddress('owner', position.owner)
  const chosen = named(state, market)
  const stray = Object.keys({ ...position.supply, ...position.borrow }).find((asset) => !hasAsset(chosen, asset))
  if (stray !== undefined) {
    throw new UnknownMockAssetError({ asset: stray, known: chosen.assets.map(({ symbol }) => symbol) })
  }
  return chosen.withPosition(position)
}

function marketsOf(state: MockState): readonly MockMarket[] {
  return [...state.values()].filter(isMockMarket)
}

function named(state: MockState, market: string | undefined): MockMarket {
  const known = marketsOf(state)
  const [only, ...others] = known
  const isMeant = (candidate: MockMarket) => candidate.key === market || candidate.market.key === market
  const found = market === undefined ? (others.length === 0 ? only : undefined) : known.find(isMeant)
  if (found === undefined) throw new UnknownMockMarketError({ market, known: known.map(({ key }) => key) })
  return found
}

function hasAsset({ assets }: MockMarket, wanted: string): boolean {
  const text = wanted.toLowerCase()
  return assets.some(({ symbol, address }) => symbol.toLowerCase() === text || address.toLowerCase() === text)
}
