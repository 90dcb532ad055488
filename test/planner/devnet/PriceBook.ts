import { CHAIN_NAMES, type ChainName, type Devnet, TOKEN_SYMBOLS, type TokenSymbol } from '@unimargin/devnet'
import { type Scenario, Wad } from '@unimargin/sdk'
import { formatUnits } from 'viem'

/** What each feed of each chain says, with 8 decimals. */
export type PriceBook = Readonly<Partial<Record<ChainName, Readonly<Record<TokenSymbol, bigint>>>>>

export const DECIMALS = 8
/** US dollars, when the devnet begins. */
export const FIRST: Readonly<Record<TokenSymbol, number>> = { WETH: 2_500, USDC: 1, WBTC: 65_000, wstETH: 2_950 }

/** Lets the feeds say it. */
export async function set(devnet: Devnet, book: PriceBook): Promise<void> {
  await Promise.all(
    CHAIN_NAMES.map(async (chain) => {
      for (const symbol of TOKEN_SYMBOLS) {
        const price = book[chain]?.[symbol]
        if (price !== undefined) await devnet.setPrice(symbol, formatUnits(price, DECIMALS), { chain })
      }
    }),
  )
}

/** What the feeds say in a scenario. */
export function inScenario(devnet: Devnet, book: PriceBook, { prices }: Scenario): PriceBook {
  return Object.fromEntries(
    CHAIN_NAMES.map((chain) => {
      const { tokens, chainId } = devnet.chain(chain)
      const priceOf = (symbol: TokenSymbol): bigint =>
        prices
          .filter(({ assets }) =>
            assets.some((asset) => asset.chainId === chainId && isSame(asset.address, tokens[symbol].address)),
          )
          .reduce((price, { factor }) => (price * factor) / Wad.WAD, book[chain]?.[symbol] ?? 0n)
      return [chain, { WETH: priceOf('WETH'), USDC: priceOf('USDC'), WBTC: priceOf('WBTC'), wstETH: priceOf('wstETH') }]
    }),
  )
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}
