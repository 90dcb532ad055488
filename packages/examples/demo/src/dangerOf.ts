import {
  type AssetId,
  type LadderRung,
  type Liquidation,
  liquidationLadder,
  type MarginClient,
  type MarginView,
  selectAssets,
  shockOf,
  simulateLiquidation,
  Wad,
  whatIf,
} from '@unimargin/sdk'

/** Who dies first when ether falls on, and what its first liquidation would be. */
export type Danger = {
  readonly ladder: readonly LadderRung[]
  readonly liquidation: Liquidation
}

/** Ether and what follows it, by what this network says: on real ones, by a list of addresses of your own. */
export function etherOf(view: MarginView): readonly AssetId[] {
  return selectAssets(view, { symbols: ['WETH', 'wstETH'] })
}

/** What lies ahead if ether falls on. Pure: the chains are not asked. */
export function dangerOf(client: MarginClient, view: MarginView): Danger {
  const assets = etherOf(view)
  const direction = { name: 'ETH falls', slopes: [{ assets, slope: -Wad.WAD }] }
  const ladder = liquidationLadder(client, { views: [view], direction })
  const [first] = ladder
  if (first?.fall.status !== 'known') throw new RangeError('nobody dies of this')
  const change = shockOf({ name: 'just enough', assets, factor: Wad.WAD - first.fall.fall })
  const hypothetical = whatIf(client, { view, changes: [change] })
  const liquidation = simulateLiquidation(client, { view: hypothetical, position: first.position })
  if (liquidation.status !== 'liquidated') throw new RangeError(`no liquidation: ${liquidation.status}`)
  return { ladder, liquidation }
}
