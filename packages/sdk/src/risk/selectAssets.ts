import type { Asset } from '../model/Asset.ts'
import type { WhatIfSource } from './WhatIfView.ts'

/**
 * The assets of a view, on all of its chains, that bear one of some symbols or that pass a test; each once, in the order in which
 * markets, positions and units name them. What comes back can be given to a shock.
 *
 * A symbol is what a token says of itself, and anybody may deploy one that says `WETH`: look at the list before you trust it.
 * What is right for long is a list of addresses of your own.
 *
 * @example
 * import { type MarginView, selectAssets } from '@unimargin/sdk'
 *
 * export function etherOf(view: MarginView) {
 *   return selectAssets(view, { symbols: ['WETH', 'wstETH', 'weETH'] })
 * }
 */
export function selectAssets(
  view: Pick<WhatIfSource, 'markets' | 'positions'>,
  which: { readonly symbols: readonly string[] } | ((asset: Asset) => boolean),
): readonly Asset[] {
  const isMeant = typeof which === 'function' ? which : ({ symbol }: Asset) => which.symbols.includes(symbol)
  const found = new Map<string, Asset>()
  for (const asset of assetsOf(view)) {
    const key = `${asset.chainId}:${asset.address.toLowerCase()}`
    if (!found.has(key) && isMeant(asset)) found.set(key, asset)
  }
  return [...found.values()]
}

function assetsOf({ markets, positions }: Pick<WhatIfSource, 'markets' | 'positions'>): readonly Asset[] {
  const read = positions.flatMap((position) => (position.status === 'read' ? [position] : []))
  return [
    ...markets.flatMap(({ reserves }) => reserves.map(({ asset }) => asset)),
    ...read.flatMap(({ collateral, debt }) => [...collateral, ...debt].map(({ asset }) => asset)),
    ...[...markets, ...read].flatMap(({ unit }) => (unit?.asset === undefined ? [] : [unit.asset])),
  ]
}
