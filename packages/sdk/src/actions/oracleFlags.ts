import { assetLabels } from '../model/assetLabels.ts'
import type { Block } from '../model/Block.ts'
import type { Flag } from '../model/Flag.ts'
import type { MarketState, OracleFeed } from '../model/Market.ts'

/** Seconds that an update may come late: feeds are written by transactions that have to be included first. */
const GRACE = 300n

/** What is doubtful about the prices of a market at a block. Ages are in block time: the device's clock has no part in it. */
export function oracleFlags({ market, reserves }: MarketState, block: Block): readonly Flag[] {
  const labels = assetLabels(reserves.map(({ asset }) => asset))
  return reserves.flatMap(({ asset, oracle }, index): readonly Flag[] => {
    const doubt = oracle === undefined ? undefined : doubtOf(oracle, block.timestamp)
    if (doubt === undefined) return []
    const path = `reserves.${labels[index] ?? asset.address}.price`
    return [{ ...doubt, chainId: market.chainId, market: market.key, asset: asset.address, path }]
  })
}

function doubtOf({ updatedAt, heartbeat }: OracleFeed, time: bigint): Pick<Flag, 'kind' | 'reason'> | undefined {
  const unsure = (reason: string) => ({ kind: 'oracle-age-unknown', reason }) as const
  if (typeof updatedAt !== 'bigint')
    return unsure(updatedAt.issues[0]?.reason ?? 'the feed does not say when it was updated')
  if (updatedAt > time) return unsure(`the feed says that it was updated at ${updatedAt}, after its block`)
  if (heartbeat === undefined) return unsure('nobody has said how often the feed is updated')
  const age = time - updatedAt
  if (age <= heartbeat + GRACE) return undefined
  return { kind: 'stale-oracle', reason: `the price is ${age} s old, and the heartbeat of its feed is ${heartbeat} s` }
}
