import type { Address } from '../model/Hex.ts'

/** An asset by what identifies it. Symbols do not. */
export type AssetId = { readonly chainId: number; readonly address: Address }

/** Prices of some assets that change together, e.g. ether and everything that follows it, on all chains. */
export type PriceFactor = {
  readonly assets: readonly AssetId[]
  /** What a price is multiplied by, WAD: 0.8e18 for a fall of 20 %. */
  readonly factor: bigint
}

/**
 * Prices that change at once, as seen in US dollars. A market that counts in an asset (Morpho Blue: its loan token) sees the
 * quotient: where both fall together, its price stays, and where its unit alone falls, everything else rises in it.
 */
export type Shock = {
  /** For people, e.g. `ETH −20 %`. */
  readonly name: string
  readonly prices: readonly PriceFactor[]
}

/**
 * A way in which prices may go, of any length `t`: each price becomes `price · (1 + slope · t)`. A uniform fall has the slope −1
 * for every collateral, and `t` is the share that is lost.
 */
export type Direction = {
  /** For people. */
  readonly name: string
  /** Slopes are WAD, with a sign: −1e18 loses everything at `t` = 1. What is not listed stays. */
  readonly slopes: readonly { readonly assets: readonly AssetId[]; readonly slope: bigint }[]
}
