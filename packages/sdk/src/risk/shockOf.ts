import type { Change } from './Change.ts'
import type { AssetId } from './Shock.ts'

/**
 * The commonest change: the prices of some assets, in US dollars, are multiplied by one factor (WAD). A depeg is a shock of one
 * asset. It is a scenario for a plan as well.
 *
 * @example
 * import { type MarginClient, type MarginView, selectAssets, shockOf, Wad, whatIf } from '@unimargin/sdk'
 *
 * export function afterDepeg(client: MarginClient, view: MarginView) {
 *   const assets = selectAssets(view, { symbols: ['USDC'] })
 *   const depeg = shockOf({ name: 'USDC at 0.90', assets, factor: Wad.fromDecimal('0.9') })
 *   return whatIf(client, { view, changes: [depeg] })
 * }
 */
export function shockOf({
  name,
  assets,
  factor,
}: {
  /** For people. */
  readonly name: string
  readonly assets: readonly AssetId[]
  /** What the prices are multiplied by, WAD: 0.8e18 for a fall of 20 %. */
  readonly factor: bigint
}): Extract<Change, { kind: 'shock' }> {
  return { kind: 'shock', name, prices: [{ assets, factor }] }
}
