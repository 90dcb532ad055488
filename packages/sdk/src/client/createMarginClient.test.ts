import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { custom, encodeErrorResult, erc20Abi, getAddress, http, parseAbi, type Transport } from 'viem'
import { readContract } from 'viem/actions'
import { arbitrum, base } from 'viem/chains'
import { describe, expect, test, vi } from 'vitest'
import { FakeChain } from '../../test/FakeChain.ts'
import { deployFakeMarket, fakeMarket } from '../../test/fakeMarket.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { Route, RouterDeployment } from '../model/Route.ts'
import { DEFAULT_THRESHOLDS } from '../risk/Verdict.ts'
import * as Wad from '../units/Wad.ts'
import { createMarginClient } from './createMarginClient.ts'
import type { MarginClientConfig } from './MarginClientConfig.ts'

const OWNER = getAddress('0x00000000000000000000000000000000000a11ce')
const POOL = getAddress('0x0000000000000000000000000000000000000900')
const refuse = (): Transport => custom({ request: async () => Promise.reject(new Error('must not be asked')) })

const router: RouterDeployment = {
  chainId: arbitrum.id,
  eid: 30_110,
  endpoint: POOL,
  router: POOL,
  wrappedNative: POOL,
}
const route: Route = {
  kind: 'oft',
  key: 'WETH OFT',
  sharedDecimals: 6,
  ends: [
    { chainId: arbitrum.id, asset: POOL, oft: POOL },
    { chainId: base.id, asset: POOL, oft: POOL },
  ],
}
const place = { chainId: arbitrum.id, eid: 30_110, endpoint: POOL, wrappedNative: POOL } as const
const sequencer = { chainId: base.id, feed: POOL } as const
const config: MarginClientConfig = {
  chains: [arbitrum, base],
  transports: { [arbitrum.id]: refuse(), [base.id]: refuse() },
  adapters: [fakeMarket({ chainId: arbitrum.id, pool: POOL })],
  routers: [router],
  routes: [route],
}

function failureOf(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

describe('createMarginClient', () => {
  test('default: nothing is sent, and no transport is made before it is needed', () => {
    const transport = vi.fn(refuse())
    const client = createMarginClient({ ...config, transports: { [arbitrum.id]: transport, [base.id]: transport } })
    expect(transport).not.toHaveBeenCalled()
    expect(client.thresholds).toEqual(DEFAULT_THRESHOLDS)
    expect(client.getClient(base.id)).toBe(client.getClient(base.id))
    expect(client.getClient(base.id).chain).toBe(base)
    expect(transport).toHaveBeenCalledOnce()
  })

  test('behavior: immutable, and untouched by what becomes of its parts', () => {
    const adapters = [...config.adapters]
    const client = createMarginClient({ ...config, adapters })
    adapters.length = 0
    expect(client.adapters).toHaveLength(1)
    const lists = [
      client.chains,
      client.adapters,
      client.routers,
      client.routes,
      ...client.routes.map(({ ends }) => ends),
    ]
    const data = [...client.routers, ...client.routes, ...client.routes.flatMap(({ ends }) => ends)]
    for (const part of [client, client.thresholds, ...lists, ...data]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  test('behavior: a route through Stargate names its messaging, and any route who verifies', () => {
    const contracts = [{ chainId: base.id, address: POOL }]
    const ends = route.ends.map((end) => ({ ...end, messaging: POOL }))
    const stargate: Route = { ...route, kind: 'stargate', ends, verifiers: [{ name: 'LayerZero Labs', contracts }] }
    const [own] = createMarginClient({ ...config, routes: [stargate] }).routes
    expect(own).toEqual(stargate)
    expect(own).not.toBe(stargate)
    const lists = [own?.ends, own?.verifiers, ...(own?.verifiers ?? []).map((verifier) => verifier.contracts)]
    for (const list of lists) {
      for (const part of [list, ...(list ?? [])]) expect(Object.isFrozen(part)).toBe(true)
    }
  })

  test('behavior: each action is bound to the client', () => {
    const client = createMarginClient(config)
    const bound = Object.entries(client).filter(([, value]) => typeof value === 'function')
    expect(bound.map(([name]) => name).sort()).toMatchInlineSnapshot(`
      [
        "close",
        "getClient",
        "getMarginView",
        "getMoveQuote",
        "getMoveStatus",
        "off",
        "on",
        "planMove",
        "prepareMove",
        "sendMove",
        "watchMarginView",
        "watchMove",
      ]
    `)
  })

  test('behavior: an OffchainLookup is never followed', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end('{"data":"0x"}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/{sender}/{data}`
    const data = encodeErrorResult({
      abi: parseAbi([
        'error OffchainLookup(address sender, string[] urls, bytes callData, bytes4 callback, bytes extra)',
      ]),
      errorName: 'OffchainLookup',
      args: [POOL, [url], '0x', '0x00000000', '0x'],
    })
    const lookup = custom(
      { request: () => Promise.reject({ code: 3, message: 'execution reverted', data }) },
      { retryCount: 0 },
    )
    const client = createMarginClient({ ...config, transports: { [arbitrum.id]: lookup, [base.id]: lookup } })
    const read = readContract(client.getClient(base.id), { address: POOL, abi: erc20Abi, functionName: 'totalSupply' })
    await expect(read).rejects.toThrow()
    expect(asked).toEqual([])
    server.close()
  })

  test('behavior: an action of viem over one of its clients has a hard deadline', async () => {
    vi.useFakeTimers()
    const stalled = custom({ request: () => new Promise(() => {}) })
    const client = createMarginClient({ ...config, transports: { [arbitrum.id]: stalled, [base.id]: stalled } })
    const expectation = expect(client.getClient(base.id).request({ method: 'eth_chainId' })).rejects.toMatchObject({
      name: 'RequestTimeoutError',
    })
    await vi.advanceTimersByTimeAsync(10_000)
    await expectation
    vi.useRealTimers()
  })

  test.each<[string, Partial<MarginClientConfig>, object]>([
    [
      'UnknownChainError',
      { adapters: [fakeMarket({ chainId: 10, pool: POOL })] },
      { chainId: 10, configured: [42161, 8453] },
    ],
    ['UnknownChainError', { routers: [{ ...router, chainId: 10 }] }, { chainId: 10 }],
    ['MissingTransportError', { transports: { [arbitrum.id]: refuse() } }, { chainId: base.id }],
    ['DuplicateMarketError', { adapters: [...config.adapters, ...config.adapters] }, { market: `fake:42161:${POOL}` }],
    ['InvalidThresholdsError', { thresholds: { atRisk: Wad.WAD - 1n, watch: 2n * Wad.WAD } }, { atRisk: Wad.WAD - 1n }],
    ['InvalidThresholdsError', { thresholds: { atRisk: 2n * Wad.WAD, watch: Wad.WAD } }, {}],
    ['MissingTransportError', JSON.parse('{"transports":null}'), { chainId: arbitrum.id }],
    ['InvalidConfigError', JSON.parse('{"chains":"arbitrum"}'), { path: 'chains' }],
    ['InvalidConfigError', JSON.parse('{"adapters":null}'), { path: 'adapters' }],
    ['InvalidConfigError', { chains: [] }, { path: 'chains' }],
    ['InvalidConfigError', { chains: [arbitrum, arbitrum] }, { path: 'chains' }],
    ['InvalidConfigError', { routers: [router, router] }, { path: 'routers' }],
    ['InvalidConfigError', { routers: [router, { ...router, chainId: base.id }] }, { path: 'routers' }],
    ['InvalidConfigError', { routers: [], endpoints: [place, { ...place, chainId: base.id }] }, { path: 'endpoints' }],
    ['InvalidConfigError', { routers: [router], endpoints: [{ ...place, chainId: base.id }] }, { path: 'endpoints' }],
    ['InvalidConfigError', { routers: [{ ...router, router: '0x12' }] }, { path: 'routers[0].router' }],
    ['InvalidConfigError', { routers: [{ ...router, eid: 2 ** 32 }] }, { path: 'routers[0].eid' }],
    ['InvalidConfigError', { routes: [route, route] }, { path: 'routes' }],
    ['InvalidConfigError', { routes: [{ ...route, ends: route.ends.slice(0, 1) }] }, { path: 'routes[0].ends' }],
    [
      'InvalidConfigError',
      { routes: [{ ...route, ends: route.ends.map((end) => ({ ...end, chainId: 1 })) }] },
      { path: 'routes[0].ends' },
    ],
    ['InvalidConfigError', { routes: [{ ...route, sharedDecimals: -1 }] }, { path: 'routes[0].sharedDecimals' }],
    ['InvalidConfigError', { routes: JSON.parse('[{"__proto__":{},"kind":"oft"}]') }, {}],
    ['InvalidConfigError', { routes: [{ ...route, kind: 'hop' as 'oft' }] }, { path: 'routes[0].kind' }],
    ['InvalidConfigError', { routes: [{ ...route, kind: 'stargate' }] }, { path: 'routes[0].ends[0].messaging' }],
    [
      'InvalidConfigError',
      { routes: [{ ...route, verifiers: [{ name: '' }] }] },
      { path: 'routes[0].verifiers[0].name' },
    ],
    ['InvalidConfigError', { routes: [{ ...route, key: '' }] }, { path: 'routes[0].key' }],
    ['InvalidConfigError', { routes: [{ ...route, admin: POOL }] }, { path: 'routes[0]' }],
    ['InvalidConfigError', { routes: JSON.parse('{"0":{}}') }, { path: 'routes' }],
    ['InvalidConfigError', { routes: [undefined] }, { path: 'routes[0]' }],
    ['InvalidConfigError', { routers: JSON.parse('[null]') }, { path: 'routers[0]' }],
    ['InvalidConfigError', { routers: JSON.parse('[[]]') }, { path: 'routers[0]' }],
    ['InvalidConfigError', { routers: new Array(1) }, { path: 'routers[0]' }],
    ['InvalidConfigError', { routers: [{ ...router, eid: 1.5 }] }, { path: 'routers[0].eid' }],
    ['InvalidConfigError', { maxBlockAge: { base: 1 } }, { path: 'maxBlockAge' }],
    ['InvalidConfigError', { maxBlockAge: '60' }, { path: 'maxBlockAge' }],
    ['InvalidConfigError', { maxBlockAge: new Map([[base.id, 60]]) as object }, { path: 'maxBlockAge' }],
    ['InvalidConfigError', { routers: JSON.parse('[{"chainId":"42161"}]') }, { path: 'routers[0].chainId' }],
    ['UnknownChainError', { sequencers: [{ chainId: 10, feed: POOL }] }, { chainId: 10 }],
    ['InvalidConfigError', { sequencers: [{ chainId: base.id, feed: '0x12' }] }, { path: 'sequencers[0].feed' }],
    ['InvalidConfigError', { sequencers: [sequencer, sequencer] }, { path: 'sequencers' }],
    ['InvalidConfigError', { sequencers: [{ ...sequencer, grace: -1 }] }, { path: 'sequencers[0].grace' }],
    ['InvalidConfigError', { maxBlockAge: 1.5 }, { path: 'maxBlockAge' }],
    ['InvalidConfigError', { maxCalls: 0 }, { path: 'maxCalls' }],
    ['InvalidConfigError', { maxCalls: 1.5 }, { path: 'maxCalls' }],
    ['InvalidConfigError', { maxBlockAge: { [base.id]: -1 } }, { path: 'maxBlockAge.8453' }],
    ['InvalidConfigError', { thresholds: JSON.parse('{"atRisk":1.1,"watch":1.2}') }, { path: 'thresholds.atRisk' }],
  ])('error: %s for %o', (name, change, fields) => {
    const failure = failureOf(() => createMarginClient({ ...config, ...change }))
    expect(failure).toMatchObject({ name, ...fields })
  })

  test('error: UnknownChainError of a chain that is not configured', () => {
    expect(failureOf(() => createMarginClient(config).getClient(10))).toMatchObject({
      name: 'UnknownChainError',
      chainId: 10,
    })
  })
})

describe('getClient', () => {
  test('error: InvalidConfigError of a transport that cannot be made, without its URL', () => {
    const broken = (): never => {
      throw new Error('cannot use https://rpc.example/v2/aQ3hV9xk2LmPqRsT')
    }
    const client = createMarginClient({ ...config, transports: { [arbitrum.id]: broken, [base.id]: http() } })
    const failure = failureOf(() => client.getClient(arbitrum.id))
    expect(failure).toMatchObject({ name: 'InvalidConfigError', path: `transports[${arbitrum.id}]` })
    expect(String(failure)).toContain('https://rpc.example/…')
    expect(String(failure)).not.toContain('aQ3hV9xk2LmPqRsT')
  })
})

describe('on', () => {
  const setUp = () => {
    const chain = new FakeChain({ chainId: base.id })
    deployFakeMarket(chain, POOL, { price: () => Wad.WAD, holdings: {} })
    return createMarginClient({
      chains: [base],
      transports: { [base.id]: chain.transport },
      adapters: [fakeMarket({ chainId: base.id, pool: POOL })],
    })
  }

  test('default: tells of every view, until it is told to stop', async () => {
    const client = setUp()
    const seen: MarginView[] = []
    const stop = client.on('view', (view) => seen.push(view))
    const view = await client.getMarginView({ owner: OWNER })
    expect(seen).toEqual([view])
    stop()
    await client.getMarginView({ owner: OWNER })
    expect(seen).toHaveLength(1)
  })

  test('behavior: tells of failures, and the caller gets them as well', async () => {
    const client = setUp()
    const errors: unknown[] = []
    client.on('error', (error) => errors.push(error))
    await expect(client.getMarginView({ owners: [] })).rejects.toMatchObject({ name: 'NoOwnerError' })
    expect(errors).toMatchObject([{ name: 'NoOwnerError' }])
  })

  test('behavior: to abort is no failure', async () => {
    const client = setUp()
    const listener = vi.fn()
    client.on('error', listener)
    const view = client.getMarginView({ owner: OWNER, signal: AbortSignal.abort() })
    await expect(view).rejects.toMatchObject({ name: 'AbortedError' })
    expect(listener).not.toHaveBeenCalled()
  })

  test('behavior: a listener that throws harms no action, and is not hidden', async () => {
    const client = setUp()
    // The test runner's own listeners would call it a failure of the test.
    const others = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    const unhandled = new Promise((resolve) => process.once('unhandledRejection', resolve))
    client.on('view', () => {
      throw new TypeError('a bug of the app')
    })
    await expect(client.getMarginView({ owner: OWNER })).resolves.toMatchObject({ verdict: 'ok' })
    await expect(unhandled).resolves.toMatchObject({ message: 'a bug of the app' })
    for (const other of others) process.on('unhandledRejection', other)
  })
})

describe('off', () => {
  test('default', async () => {
    const client = createMarginClient(config)
    const listener = vi.fn()
    client.on('error', listener)
    client.off('error', listener)
    await expect(client.getMarginView({ owners: [] })).rejects.toThrow()
    expect(listener).not.toHaveBeenCalled()
  })
})

describe('import', () => {
  test('default: touches no global and sends nothing', async () => {
    vi.resetModules()
    const fetching = vi.spyOn(globalThis, 'fetch')
    const timing = vi.spyOn(globalThis, 'setTimeout')
    const before = Object.getOwnPropertyNames(globalThis)
    const { createMarginClient: create } = await import('./createMarginClient.ts')
    expect(create).toBeTypeOf('function')
    expect(Object.getOwnPropertyNames(globalThis)).toEqual(before)
    expect(fetching).not.toHaveBeenCalled()
    expect(timing).not.toHaveBeenCalled()
    vi.restoreAllMocks()
  })
})
