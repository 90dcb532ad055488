import type { TokenSymbol } from './Token.ts'

/** The Morpho Blue markets of each chain: collateral, then what can be borrowed against it. */
export const MORPHO_MARKET_NAMES = ['WETH/USDC', 'WBTC/USDC', 'wstETH/WETH'] as const

export type MorphoMarketName = (typeof MORPHO_MARKET_NAMES)[number]

/** What a market is like on every chain. */
export type MorphoMarketSpec = {
  readonly collateral: TokenSymbol
  readonly loan: TokenSymbol
  /** From which ratio of debt to collateral on a position is liquidated, WAD. */
  readonly lltv: bigint
  /** Whole loan tokens that the devnet itself supplies, so that there is something to borrow. */
  readonly liquidity: bigint
}

/** With thresholds that the real Morpho's owners have enabled. */
export const MORPHO_MARKETS: Readonly<Record<MorphoMarketName, MorphoMarketSpec>> = {
  'WETH/USDC': { collateral: 'WETH', loan: 'USDC', lltv: 860_000_000_000_000_000n, liquidity: 20_000_000n },
  'WBTC/USDC': { collateral: 'WBTC', loan: 'USDC', lltv: 860_000_000_000_000_000n, liquidity: 20_000_000n },
  'wstETH/WETH': { collateral: 'wstETH', loan: 'WETH', lltv: 945_000_000_000_000_000n, liquidity: 5_000n },
}
