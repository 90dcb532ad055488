import { createMarginClient, type Route } from '@unimargin/sdk'
import { http } from 'viem'
import { arbitrum, base, optimism } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import * as chains from '../chains/addresses.ts'
import * as book from './addresses.ts'
import { routeOf } from './routeOf.ts'

const routes: readonly Route[] = Object.values(book).map((entry) => routeOf(entry))

describe('routeOf', () => {
  test('default', () => {
    const { stargateUsdc } = book
    const route = routeOf(stargateUsdc, { chainIds: [arbitrum.id, base.id] })
    expect(route).toMatchObject({
      kind: 'stargate',
      key: 'USDC Stargate',
      sharedDecimals: 6,
      ends: [stargateUsdc.arbitrum, stargateUsdc.base],
    })
    const named = route.verifiers?.find(({ name }) => name === 'LayerZero Labs')
    expect(named?.contracts.map(({ chainId }) => chainId)).toEqual([arbitrum.id, base.id])
  })

  test('behavior: a client takes every route of the book', () => {
    const client = createMarginClient({
      chains: [arbitrum, base, optimism],
      transports: { [arbitrum.id]: http(), [base.id]: http(), [optimism.id]: http() },
      adapters: [],
      routes,
    })
    expect(client.routes).toEqual(routes)
    expect(routes.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      'stargate USDC Stargate',
      'stargate USDT Stargate',
      'stargate ETH Stargate',
      'oft USDT0',
    ])
  })

  test('behavior: every end is on a chain of the book, once, and another contract than its asset', () => {
    const known: readonly number[] = Object.values(chains).map(({ chainId }) => chainId)
    for (const { ends } of routes) {
      const ids = ends.map(({ chainId }) => chainId)
      expect(ids.length).toBeGreaterThanOrEqual(5)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.filter((id) => !known.includes(id))).toEqual([])
      for (const { asset, oft } of ends) expect(oft).not.toBe(asset)
    }
  })

  test('behavior: a pool of native coins is shown as their wrapped form', () => {
    const wrapped = new Map<number, string>(Object.values(chains).map((chain) => [chain.chainId, chain.wrappedNative]))
    const { mantle, metis, ...native } = book.stargateEth
    for (const { chainId, asset } of routeOf(native).ends) expect(asset).toBe(wrapped.get(chainId))
    // There the native coin is another one, and ETH a token.
    for (const { chainId, asset } of [mantle, metis]) expect(asset).not.toBe(wrapped.get(chainId))
  })

  test('behavior: a verifier has one name, and stands on two chains of the route', () => {
    for (const { ends, verifiers = [] } of routes) {
      const places = verifiers.flatMap(({ contracts }) =>
        contracts.map(({ chainId, address }) => `${chainId} ${address}`),
      )
      expect(new Set(places).size).toBe(places.length)
      expect(new Set(verifiers.map(({ name }) => name)).size).toBe(verifiers.length)
      expect(verifiers.length).toBeGreaterThan(3)
      for (const { contracts } of verifiers) {
        expect(contracts.length).toBeGreaterThanOrEqual(2)
        for (const { chainId } of contracts) expect(ends.map((end) => end.chainId)).toContain(chainId)
      }
    }
  })

  test('behavior: of chains that it does not stand on, nothing is left', () => {
    expect(routeOf(book.usdt0, { chainIds: [1] }).ends).toEqual([])
  })
})
