import { parseUnits } from 'viem'
import { own } from '../artifacts/Artifact.ts'
import { TOKEN_SPECS, type TokenSymbol } from '../Token.ts'
import type { Deployed, Deployment } from './Deployment.ts'

/** What each token is worth in US dollars, for all protocols of the chain. */
export type FeedSet = Readonly<Record<TokenSymbol, Deployed>>

/** Since when the feeds answer as they do, in seconds since 1970: long ago, so that no grace period runs. */
export const SINCE = 1n
/** Decimals of the feeds, and of the prices of Aave's oracle. */
export const PRICE_DECIMALS = 8

/** Deploys the price feeds of one chain. */
export function deployFeeds({ from, deploy }: Deployment): FeedSet {
  const feed = (symbol: TokenSymbol): Deployed =>
    deploy(own('DevnetFeed'), [PRICE_DECIMALS, parseUnits(TOKEN_SPECS[symbol].price, PRICE_DECIMALS), SINCE, from])
  return { WETH: feed('WETH'), USDC: feed('USDC'), WBTC: feed('WBTC'), wstETH: feed('wstETH') }
}
