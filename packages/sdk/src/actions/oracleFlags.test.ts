import { describe, expect, test } from 'vitest'
import { asset, market, reserve } from '../../../../test/fixtures/moves.ts'
import type { MarketState, OracleFeed } from '../model/Market.ts'
import { unknown } from '../model/Quantity.ts'
import { oracleFlags } from './oracleFlags.ts'

const CHAIN = 10
const NOW = 1_700_000_000n
const weth = asset(CHAIN, 'WETH', 18)
const block = { chainId: CHAIN, number: 1n, timestamp: NOW }
const source = '0x00000000000000000000000000000000000000f1'

const stateOf = (oracle: OracleFeed | undefined): MarketState => ({
  market: market(CHAIN),
  reserves: [reserve(weth, { oracle })],
})
const kindOf = (oracle: OracleFeed | undefined) => oracleFlags(stateOf(oracle), block).map(({ kind }) => kind)

describe('oracleFlags', () => {
  test('default: a price turns stale exactly 300 s after its heartbeat, in block time', () => {
    const feed = { source, heartbeat: 1_200n } as const
    expect(kindOf({ ...feed, updatedAt: NOW - 1_500n })).toEqual([])
    expect(oracleFlags(stateOf({ ...feed, updatedAt: NOW - 1_501n }), block)).toEqual([
      {
        kind: 'stale-oracle',
        chainId: CHAIN,
        market: market(CHAIN).key,
        asset: weth.address,
        path: 'reserves.WETH.price',
        reason: 'the price is 1501 s old, and the heartbeat of its feed is 1200 s',
      },
    ])
  })

  test.each([
    [
      'does not say',
      { source, updatedAt: unknown({ kind: 'reverted', chainId: CHAIN, path: 'p', reason: 'no' }), heartbeat: 1n },
    ],
    ['names a time to come', { source, updatedAt: NOW + 1n, heartbeat: 1n }],
    ['has no heartbeat that is known', { source, updatedAt: NOW }],
  ] as const)('behavior: a feed that %s has no known age', (_, feed) => {
    expect(kindOf(feed)).toEqual(['oracle-age-unknown'])
  })

  test('behavior: nothing is said where an adapter sees no feed', () => {
    expect(kindOf(undefined)).toEqual([])
  })
})
