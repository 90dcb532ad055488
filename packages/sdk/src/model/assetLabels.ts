import type { Asset } from './Asset.ts'

/**
 * What the assets of one market are called in paths of issues and flags, in their order: by their symbols, and with the
 * address behind it (`USDC@0x…`) where a symbol is there twice, so that no two assets share a path.
 *
 * @example
 * import { assetLabels, type MarketState } from '@unimargin/sdk'
 *
 * export function pricePaths({ reserves }: MarketState): readonly string[] {
 *   return assetLabels(reserves.map(({ asset }) => asset)).map((label) => `reserves.${label}.price`)
 * }
 */
export function assetLabels(assets: readonly Asset[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { symbol } of assets) counts.set(symbol, (counts.get(symbol) ?? 0) + 1)
  return assets.map(({ symbol, address }) =>
    (counts.get(symbol) ?? 0) > 1 ? `${symbol}@${address.toLowerCase()}` : symbol,
  )
}
