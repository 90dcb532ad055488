import { zeroHash } from 'viem'
import type { ProtocolAdapter } from '../adapter/ProtocolAdapter.ts'
import type { Hex } from '../model/Hex.ts'

/** What a router calls a market: the contract, and which of its markets, zero where it holds one alone. */
export type MarketPlace = { readonly market: Hex; readonly marketId: Hex }

/** The place of an adapter's market. */
export function placeOf({ market, routed }: Pick<ProtocolAdapter, 'market' | 'routed'>): MarketPlace {
  return routed?.place ?? { market: market.id, marketId: zeroHash }
}
