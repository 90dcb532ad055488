import { defineChain } from 'viem'
import { describe, expect, test } from 'vitest'
import { mockTinyMarket } from '../../../../../test/fixtures/tinyMarket.ts'
import { MULTICALL3 } from '../../reads/requestCalls.ts'
import { OutOfRangeError } from '../../units/OutOfRangeError.ts'
import { mockChain } from '../mockChain.ts'
import { BusChainsError, NoMockRouteError, UnknownMockMessageError } from './BusErrors.ts'
import { mockMessageBus } from './mockMessageBus.ts'

const chainOf = (id: number) =>
  mockChain({
    chain: defineChain({
      id,
      name: `Chain ${id}`,
      nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
      rpcUrls: { default: { http: [`https://chain-${id}.example`] } },
    }),
    markets: [mockTinyMarket(id)],
  })

describe('mockMessageBus', () => {
  test('default', async () => {
    const chains = [chainOf(42_161), chainOf(7_777), chainOf(8_888)]
    const { routers, routes, messages } = mockMessageBus({ chains })
    expect(messages).toEqual([])
    // LayerZero's own ids where it has some; one router and one endpoint for all.
    expect(routers.map(({ chainId, eid }) => [chainId, eid])).toEqual([
      [42_161, 30_110],
      [7_777, 40_002],
      [8_888, 40_003],
    ])
    expect(new Set(routers.flatMap(({ router, endpoint }) => [router, endpoint])).size).toBe(2)
    expect(routes.map(({ key, ends }) => [key, ends.map(({ chainId }) => chainId)])).toEqual([
      ['WETH OFT', [42_161, 7_777, 8_888]],
      ['USDC OFT', [42_161, 7_777, 8_888]],
    ])
    for (const { chainId, router, wrappedNative } of routers) {
      const chain = chains.find((one) => one.chain.id === chainId)
      expect([...(chain?.state.keys() ?? [])]).toEqual(
        expect.arrayContaining([`router:${chainId}`, `layerzero:${chainId}`, `ofts:${chainId}`]),
      )
      expect(routes[0]?.ends.some(({ asset }) => asset === wrappedNative)).toBe(true)
      for (const address of [router, routes[0]?.ends.find((end) => end.chainId === chainId)?.oft ?? MULTICALL3]) {
        const code = await chain?.backend({ method: 'eth_getCode', params: [address, 'latest'] })
        expect(code).not.toMatchObject({ result: '0x' })
      }
    }
  })

  test('behavior: only what is asked for moves', () => {
    const { routes } = mockMessageBus({ chains: [chainOf(1), chainOf(2)], assets: ['WETH'] })
    expect(routes).toHaveLength(1)
  })

  test('error: BusChainsError for fewer than two chains', () => {
    const chain = chainOf(1)
    for (const chains of [[], [chain], [chain, chain]]) {
      expect(() => mockMessageBus({ chains })).toThrowError(BusChainsError)
    }
  })

  test('error: OutOfRangeError for a fee below zero', () => {
    expect(() => mockMessageBus({ chains: [chainOf(1), chainOf(2)], fee: -1n })).toThrowError(OutOfRangeError)
  })

  test('error: NoMockRouteError', () => {
    expect(() => mockMessageBus({ chains: [chainOf(1), chainOf(2)], assets: ['DOGE'] })).toThrowError(NoMockRouteError)
  })

  test('error: UnknownMockMessageError', () => {
    const bus = mockMessageBus({ chains: [chainOf(1), chainOf(2)] })
    for (const act of [bus.deliver, (guid: `0x${string}`) => bus.reorder([guid])]) {
      expect(() => act('0x01')).toThrowError(UnknownMockMessageError)
    }
  })
})
