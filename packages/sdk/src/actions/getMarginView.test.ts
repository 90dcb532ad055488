import { erc20Abi, getAddress } from 'viem'
import { arbitrum, base, optimism } from 'viem/chains'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { contract, FakeChain, Revert } from '../../test/FakeChain.ts'
import {
  deployFakeMarket,
  deployFakeRouter,
  fakeMarket,
  type Holdings,
  type RouterMove,
} from '../../test/fakeMarket.ts'
import { createMarginClient, type MarginClient } from '../client/createMarginClient.ts'
import { AbortedError } from '../errors/AbortedError.ts'
import { InvalidAddressError } from '../errors/InvalidAddressError.ts'
import { InvalidTimeoutError } from '../errors/InvalidTimeoutError.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { MarginView } from '../model/MarginView.ts'
import { collateralRouterAbi } from '../moves/generated/collateralRouterAbi.ts'
import * as Wad from '../units/Wad.ts'
import { getMarginView } from './getMarginView.ts'
import { NoOwnerError } from './NoOwnerError.ts'

const OWNER = getAddress('0x00000000000000000000000000000000000a11ce')
const OTHER = getAddress('0x0000000000000000000000000000000000000b0b')
const POOL = getAddress('0x0000000000000000000000000000000000000900')
const SECOND_POOL = getAddress('0x0000000000000000000000000000000000000901')
const ROUTER = getAddress('0x0000000000000000000000000000000000000aaa')
const chains = [arbitrum, base, optimism] as const
const EIDS = { [arbitrum.id]: 30_110, [base.id]: 30_184, [optimism.id]: 30_111 } as const
const WAD = Wad.WAD
const guid = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`

const holdings: Holdings = {
  [OWNER.toLowerCase()]: { collateral: 10n * WAD, debt: 4n * WAD },
  [OTHER.toLowerCase()]: { collateral: 5n * WAD, debt: 0n },
}

/** The owner's moves with the guids from `first` on, the newest first. */
const moves = (first: number, count: number, eid: number): readonly RouterMove[] =>
  Array.from({ length: count }, (_, index) => ({
    guid: guid(first + index),
    owner: OWNER,
    asset: POOL,
    eid,
    amount: WAD,
  }))

type SetUp = {
  readonly client: MarginClient
  readonly chain: Readonly<Record<'arbitrum' | 'base' | 'optimism', FakeChain>>
}

function setUp({ ttl = 3_600, second = false }: { readonly ttl?: number; readonly second?: boolean } = {}): SetUp {
  const chain = {
    arbitrum: new FakeChain({ chainId: arbitrum.id }),
    base: new FakeChain({ chainId: base.id }),
    optimism: new FakeChain({ chainId: optimism.id }),
  }
  for (const each of Object.values(chain)) {
    deployFakeMarket(each, POOL, { price: () => 2_000n * WAD, holdings })
    deployFakeMarket(each, SECOND_POOL, { price: () => 1n * WAD, holdings })
    deployFakeRouter(each, ROUTER, {})
  }
  const client = createMarginClient({
    chains,
    transports: {
      [arbitrum.id]: chain.arbitrum.transport,
      [base.id]: chain.base.transport,
      [optimism.id]: chain.optimism.transport,
    },
    adapters: chains.flatMap(({ id }) => [
      fakeMarket({ chainId: id, pool: POOL, ttl }),
      ...(second ? [fakeMarket({ chainId: id, pool: SECOND_POOL, ttl })] : []),
    ]),
    routers: chains.map(({ id }) => ({
      chainId: id,
      eid: EIDS[id],
      endpoint: ROUTER,
      router: ROUTER,
      wrappedNative: POOL,
    })),
  })
  return { client, chain }
}

const requestsOf = ({ chain }: SetUp) => Object.values(chain).map(({ requests }) => requests.length)
const statusOf = (view: MarginView) => view.chains.map(({ status }) => status)
const healthOf = (view: MarginView) =>
  view.positions.map(({ health }) => (health.status === 'known' ? Wad.format(health.factor) : health.status))

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_012_000 }))
afterEach(() => void vi.useRealTimers())

describe('getMarginView', () => {
  test('default: every position, judged; each chain at one block', async () => {
    const { client } = setUp()
    const view = await getMarginView(client, { owner: OWNER })
    expect(view.owners).toEqual([OWNER])
    expect(view.chains).toEqual(
      chains.map(({ id, name }) => ({
        status: 'read',
        chainId: id,
        name,
        block: { chainId: id, number: 1_000n, timestamp: 1_700_000_000n },
        age: 12n,
        lag: 0n,
        finality: 'latest',
        agreement: { status: 'single-source' },
      })),
    )
    expect(healthOf(view)).toEqual(['2', '2', '2'])
    expect(view.positions.map(({ id }) => id)).toEqual(
      chains.map(({ id }) => `fake:${id}:${POOL}:${OWNER.toLowerCase()}`),
    )
    expect(view.totals).toEqual({
      status: 'complete',
      collateralValue: 60_000n * WAD,
      debtValue: 24_000n * WAD,
      weightedCollateral: 48_000n * WAD,
      weightedDebt: 24_000n * WAD,
      idleValue: 0n,
      netValue: 36_000n * WAD,
    })
    expect(view.weakest.health).toEqual({ status: 'known', factor: 2n * WAD })
    expect(view.aggregate).toEqual({ status: 'known', factor: 2n * WAD })
    expect(view.verdict).toBe('ok')
    expect(view.markets).toHaveLength(3)
    expect([view.inFlight, view.parked, view.issues]).toEqual([[], [], []])
  })

  test('behavior: in steady state one eth_call per chain per refresh, whatever the number of adapters and owners', async () => {
    const all = setUp({ second: true })
    await getMarginView(all.client, { owner: OWNER })
    expect(requestsOf(all)).toEqual([2, 2, 2])
    for (let refresh = 1; refresh <= 3; refresh++) {
      await getMarginView(all.client, { owners: [OWNER, OTHER] })
      expect(requestsOf(all)).toEqual([2 + refresh, 2 + refresh, 2 + refresh])
    }
    const methods = Object.values(all.chain).flatMap(({ requests }) => requests.map(({ method }) => method))
    expect(new Set(methods)).toEqual(new Set(['eth_call']))
  })

  test('behavior: metadata is read again when its time to live is over', async () => {
    const all = setUp({ ttl: 60 })
    await getMarginView(all.client, { owner: OWNER })
    vi.advanceTimersByTime(60_000)
    await getMarginView(all.client, { owner: OWNER })
    expect(requestsOf(all)).toEqual([4, 4, 4])
  })

  test('behavior: two views at once share the metadata', async () => {
    const all = setUp()
    const [one, two] = await Promise.all([
      getMarginView(all.client, { owner: OWNER }),
      getMarginView(all.client, { owner: OTHER }),
    ])
    expect([one.verdict, two.verdict]).toEqual(['ok', 'ok'])
    expect(requestsOf(all)).toEqual([3, 3, 3])
  })

  test('behavior: who is in a hurry takes no time from who is not, though they share the metadata', async () => {
    const { client, chain } = setUp()
    for (const each of Object.values(chain)) {
      each.intercept = (answer) => new Promise((resolve) => setTimeout(() => resolve(answer()), 300))
    }
    const views = Promise.all([
      getMarginView(client, { owner: OWNER, timeout: 100 }),
      getMarginView(client, { owner: OWNER, timeout: 1_000 }),
    ])
    await vi.advanceTimersByTimeAsync(600)
    expect((await views).map(({ verdict }) => verdict)).toEqual(['unknown', 'ok'])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('behavior: several owners are one account', async () => {
    const { client } = setUp()
    const view = await getMarginView(client, { owners: [OWNER, OTHER, OWNER.toLowerCase() as Address] })
    expect(view.owners).toEqual([OWNER, OTHER])
    expect(healthOf(view)).toEqual(['2', 'no-debt', '2', 'no-debt', '2', 'no-debt'])
    expect(view.totals).toMatchObject({ status: 'complete', collateralValue: 90_000n * WAD })
  })

  test('behavior: an owner without positions has empty ones, and nobody calls that unknown', async () => {
    const { client } = setUp()
    const view = await getMarginView(client, { owner: '0x0000000000000000000000000000000000000001' })
    expect(healthOf(view)).toEqual(['no-debt', 'no-debt', 'no-debt'])
    expect(view.verdict).toBe('ok')
  })

  const faults: readonly [string, (chain: FakeChain) => void, RegExp][] = [
    [
      'refuses',
      (chain) => void Object.assign(chain, { intercept: () => Promise.reject(new Error('ECONNREFUSED')) }),
      /ECONNREFUSED/,
    ],
    [
      'never answers',
      (chain) => void Object.assign(chain, { intercept: () => new Promise(() => {}) }),
      /within 500 ms/,
    ],
    ['is another chain', (chain) => void Object.assign(chain, { chainId: 1 }), /another chain/],
    ['answers nothing', (chain) => void Object.assign(chain, { intercept: () => '0x' }), /malformed/],
    [
      'answers half',
      (chain) => void Object.assign(chain, { intercept: (answer: () => string) => answer().slice(0, 2_000) }),
      /malformed/,
    ],
    [
      'answers zeros',
      (chain) =>
        void Object.assign(chain, { intercept: (answer: () => string) => `0x${'0'.repeat(answer().length - 2)}` }),
      /malformed/,
    ],
  ]

  describe.each(['at the first read', 'at a refresh'])('%s', (moment) => {
    test.each(faults)('behavior: a chain that %s fails alone', async (_, breakChain, reason) => {
      const { client, chain } = setUp()
      if (moment === 'at a refresh') await getMarginView(client, { owner: OWNER })
      breakChain(chain.base)
      const pending = getMarginView(client, { owner: OWNER, timeout: 500 })
      await vi.advanceTimersByTimeAsync(500)
      const view = await pending

      expect(statusOf(view)).toEqual(['read', 'unread', 'read'])
      expect(healthOf(view)).toEqual(['2', 'unknown', '2'])
      expect(view.totals).toMatchObject({
        status: 'partial',
        known: { collateralValue: 40_000n * WAD },
        missing: [`fake:${base.id}:${POOL}:${OWNER.toLowerCase()}`],
      })
      expect(view.weakest).toMatchObject({ health: { status: 'unknown' }, weakestKnown: { factor: 2n * WAD } })
      expect(view.aggregate.status).toBe('unknown')
      expect(view.verdict).toBe('unknown')
      const located = view.issues.find(({ path }) => path === 'position')
      expect(located).toMatchObject({
        kind: 'unavailable',
        chainId: base.id,
        market: `fake:${base.id}:${POOL}`,
        owner: OWNER,
      })
      expect(located?.reason).toMatch(reason)
      expect(view.issues.every(({ chainId }) => chainId === base.id)).toBe(true)
    })
  })

  test('behavior: the deadline covers metadata and state together', async () => {
    const { client, chain } = setUp()
    chain.base.intercept = (answer) => new Promise((resolve) => setTimeout(() => resolve(answer()), 400))
    const settled = vi.fn()
    const pending = getMarginView(client, { owner: OWNER, timeout: 500 }).finally(settled)
    await vi.advanceTimersByTimeAsync(499)
    expect(settled).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(statusOf(await pending)).toEqual(['read', 'unread', 'read'])
  })

  test('behavior: a chain that comes back is read again', async () => {
    const { client, chain } = setUp()
    await getMarginView(client, { owner: OWNER })
    chain.base.intercept = () => '0x'
    expect((await getMarginView(client, { owner: OWNER })).verdict).toBe('unknown')
    chain.base.intercept = (answer) => answer()
    expect((await getMarginView(client, { owner: OWNER })).verdict).toBe('ok')
  })

  test('behavior: a market that fails takes down its own positions only', async () => {
    const { client, chain } = setUp({ second: true })
    chain.base.set(SECOND_POOL, () => {
      throw new Revert()
    })
    const view = await getMarginView(client, { owner: OWNER })
    expect(statusOf(view)).toEqual(['read', 'read', 'read'])
    expect(healthOf(view)).toEqual(['2', '2', '2', 'unknown', '2', '2'])
    expect(view.issues).toMatchObject([
      { kind: 'reverted', chainId: base.id, market: `fake:${base.id}:${SECOND_POOL}`, path: 'position' },
    ])
  })

  test('behavior: a price that fails makes health unknown, not the amounts', async () => {
    const { client, chain } = setUp()
    deployFakeMarket(chain.base, POOL, {
      price: () => {
        throw new Revert()
      },
      holdings,
    })
    const view = await getMarginView(client, { owner: OWNER })
    expect(healthOf(view)).toEqual(['2', 'unknown', '2'])
    expect(view.positions[1]).toMatchObject({ status: 'read', collateral: [{ amount: 10n * WAD }] })
    expect(view.issues).toMatchObject([{ kind: 'reverted', chainId: base.id, path: 'reserves.FAKE.price' }])
  })

  test('behavior: numbers beyond all bounds are unknown, and harm nothing else', async () => {
    const { client, chain } = setUp()
    deployFakeMarket(chain.base, POOL, {
      price: () => 2n ** 256n - 1n,
      holdings: { [OWNER.toLowerCase()]: { collateral: 2n ** 256n - 1n, debt: 2n ** 256n - 1n } },
    })
    const view = await getMarginView(client, { owner: OWNER })
    expect(healthOf(view)).toEqual(['2', 'unknown', '2'])
    expect(view.positions[1]).toMatchObject({
      status: 'unread',
      issues: [{ reason: expect.stringContaining('cannot be judged') }],
    })
  })

  test('behavior: metadata that proved outdated is read anew, but not over and over', async () => {
    const all = setUp()
    await getMarginView(all.client, { owner: OWNER })
    const pool = all.chain.base.contracts.get(POOL.toLowerCase())
    all.chain.base.contracts.delete(POOL.toLowerCase())
    await getMarginView(all.client, { owner: OWNER })
    await getMarginView(all.client, { owner: OWNER })
    expect(requestsOf(all)[1]).toBe(4)
    vi.advanceTimersByTime(60_000)
    await getMarginView(all.client, { owner: OWNER })
    if (pool !== undefined) all.chain.base.set(POOL, pool)
    expect((await getMarginView(all.client, { owner: OWNER })).verdict).toBe('ok')
    expect(requestsOf(all)[1]).toBe(7)
  })

  test('behavior: what left and has not arrived is in flight, in no health', async () => {
    const { client, chain } = setUp()
    const move = (n: number, eid: number): RouterMove => ({
      guid: guid(n),
      owner: OWNER,
      asset: POOL,
      eid,
      amount: WAD,
    })
    deployFakeRouter(chain.arbitrum, ROUTER, { sent: [move(1, EIDS[base.id]), move(2, EIDS[base.id])] })
    deployFakeRouter(chain.optimism, ROUTER, { sent: [move(3, EIDS[base.id])] })
    deployFakeRouter(chain.base, ROUTER, {
      arrived: [move(1, EIDS[arbitrum.id]), { ...move(3, EIDS[optimism.id]), status: 2 }],
    })
    const view = await getMarginView(client, { owner: OWNER })
    const asset = { address: POOL, symbol: 'FAKE', decimals: 18 }
    expect(view.inFlight).toEqual([
      {
        guid: guid(2),
        owner: OWNER,
        asset: { ...asset, chainId: arbitrum.id },
        sourceChainId: arbitrum.id,
        destinationChainId: base.id,
        amount: WAD,
        value: 2_000n * WAD,
        sentAt: 1_699_999_000n,
        confirmed: true,
      },
    ])
    expect(view.parked).toEqual([
      {
        guid: guid(3),
        owner: OWNER,
        asset: { ...asset, chainId: base.id },
        chainId: base.id,
        market: POOL,
        amount: WAD,
        value: 2_000n * WAD,
      },
    ])
    expect(view.totals).toMatchObject({ collateralValue: 60_000n * WAD })
    expect(view.issues).toEqual([])
  })

  test('behavior: where the destination cannot be read, the move stays, unconfirmed', async () => {
    const { client, chain } = setUp()
    const sent = [{ guid: guid(1), owner: OWNER, asset: POOL, eid: EIDS[base.id], amount: WAD } as const]
    deployFakeRouter(chain.arbitrum, ROUTER, { sent })
    chain.base.intercept = () => Promise.reject(new Error('down'))
    const view = await getMarginView(client, { owner: OWNER })
    expect(view.inFlight).toMatchObject([{ guid: guid(1), confirmed: false }])
    expect(view.issues.map(({ chainId, path }) => `${chainId} ${path}`)).toEqual([
      `${base.id} chain`,
      `${base.id} position`,
    ])
  })

  test('behavior: where the list of arrivals is too long to be sure, the move stays, unconfirmed', async () => {
    const { client, chain } = setUp()
    const sent = [{ guid: guid(1), owner: OWNER, asset: POOL, eid: EIDS[base.id], amount: WAD }]
    deployFakeRouter(chain.arbitrum, ROUTER, { sent })
    deployFakeRouter(chain.base, ROUTER, { arrived: moves(100, 257, 30_999) })
    const view = await getMarginView(client, { owner: OWNER })
    expect(view.inFlight).toMatchObject([{ guid: guid(1), confirmed: false }])
    expect(view.issues).toMatchObject([
      { chainId: base.id, owner: OWNER, path: 'parked', reason: expect.stringContaining('newest 256 of 257') },
    ])
  })

  test('behavior: an old move that never arrived is not forgotten for newer ones', async () => {
    const { client, chain } = setUp()
    const sent = moves(1, 65, EIDS[base.id])
    deployFakeRouter(chain.arbitrum, ROUTER, { sent })
    deployFakeRouter(chain.base, ROUTER, { arrived: moves(1, 64, EIDS[arbitrum.id]) })
    const view = await getMarginView(client, { owner: OWNER })
    expect(view.inFlight).toEqual([])
    expect(view.issues).toMatchObject([
      { chainId: arbitrum.id, owner: OWNER, path: 'inFlight', reason: expect.stringContaining('newest 64 of 65') },
    ])
  })

  test('behavior: a long history is no issue where the counts of the routers leave nothing out', async () => {
    const { client, chain } = setUp()
    deployFakeRouter(chain.arbitrum, ROUTER, { sent: moves(1, 100, EIDS[base.id]) })
    deployFakeRouter(chain.base, ROUTER, { arrived: moves(2, 99, EIDS[arbitrum.id]) })
    const view = await getMarginView(client, { owner: OWNER })
    expect(view.inFlight).toMatchObject([{ guid: guid(1), confirmed: true }])
    expect(view.issues).toEqual([])
  })

  test('behavior: lists of another length than they state are not believed', async () => {
    const { client, chain } = setUp()
    const answer = contract(collateralRouterAbi, { latestSent: () => [17n, []], latestArrivals: () => [0n, []] })
    chain.base.set(ROUTER, answer)
    const view = await getMarginView(client, { owner: OWNER })
    expect(view.issues).toMatchObject([{ kind: 'unavailable', chainId: base.id, path: 'moves' }])
  })

  test('behavior: a malformed list of one owner is an issue of theirs, and the others keep their moves', async () => {
    const { client, chain } = setUp()
    const of = (owner: Address, n: number) => ({ guid: guid(n), owner, asset: POOL, eid: EIDS[base.id], amount: WAD })
    deployFakeRouter(chain.arbitrum, ROUTER, { sent: [of(OWNER, 1), of(OTHER, 2)] })
    const answer = chain.base.contracts.get(ROUTER)
    chain.base.set(ROUTER, (data) =>
      data.toLowerCase().includes(OWNER.slice(2).toLowerCase()) ? '0x' : (answer?.(data) ?? '0x'),
    )
    const view = await getMarginView(client, { owners: [OWNER, OTHER] })
    expect(view.inFlight.map(({ owner, confirmed }) => [owner, confirmed])).toEqual([
      [OWNER, false],
      [OTHER, true],
    ])
    expect(view.issues).toMatchObject([{ chainId: base.id, owner: OWNER, path: 'moves' }])
    expect(statusOf(view)).toEqual(['read', 'read', 'read'])
  })

  test('behavior: whose moves cannot be read where one arrived from just now may count twice, and is unread there', async () => {
    const { client, chain } = setUp()
    // Its block is as old as the arrival.
    chain.arbitrum.timestamp = 1_699_999_500n
    chain.arbitrum.contracts.delete(ROUTER.toLowerCase())
    const arrived = [{ guid: guid(1), owner: OWNER, asset: POOL, eid: EIDS[arbitrum.id], amount: WAD }]
    deployFakeRouter(chain.base, ROUTER, { arrived })
    expect(statusOf(await getMarginView(client, { owner: OWNER }))).toEqual(['unread', 'read', 'read'])
    expect(statusOf(await getMarginView(client, { owner: OTHER }))).toEqual(['read', 'read', 'read'])
  })

  test('behavior: what arrived from a chain that does not show it as sent proves that its node is behind', async () => {
    const { client, chain } = setUp()
    const arrived = [{ guid: guid(1), owner: OWNER, asset: POOL, eid: EIDS[arbitrum.id], amount: WAD }]
    deployFakeRouter(chain.base, ROUTER, { arrived })
    const view = await getMarginView(client, { owner: OWNER })
    expect(view.chains).toMatchObject([
      { status: 'unread', reason: expect.stringMatching(/behind.*Base/) },
      { status: 'read' },
      { status: 'read' },
    ])
    expect(healthOf(view)).toEqual(['unknown', '2', '2'])
    expect(view.totals.status).toBe('partial')
  })

  test('behavior: a long history hides no node that is behind', async () => {
    const { client, chain } = setUp()
    chain.arbitrum.timestamp = 1_699_999_499n
    deployFakeRouter(chain.arbitrum, ROUTER, { sent: moves(2, 65, EIDS[optimism.id]) })
    deployFakeRouter(chain.base, ROUTER, { arrived: moves(1, 1, EIDS[arbitrum.id]) })
    expect(statusOf(await getMarginView(client, { owner: OWNER }))).toEqual(['unread', 'read', 'read'])
  })

  test.each<[string, (chain: SetUp['chain']) => void]>([
    [
      'when it knows only its newest moves',
      (chain) => deployFakeRouter(chain.arbitrum, ROUTER, { sent: moves(2, 65, EIDS[optimism.id]) }),
    ],
    ['when its router cannot be read', (chain) => void chain.arbitrum.contracts.delete(ROUTER.toLowerCase())],
  ])('behavior: nobody is called behind %s', async (_, change) => {
    const { client, chain } = setUp()
    deployFakeRouter(chain.base, ROUTER, {
      arrived: [{ guid: guid(1), owner: OWNER, asset: POOL, eid: EIDS[arbitrum.id], amount: WAD }],
    })
    change(chain)
    expect(statusOf(await getMarginView(client, { owner: OWNER }))).toEqual(['read', 'read', 'read'])
  })

  test('behavior: a moved asset or a destination that nobody knows is an issue, not a guess', async () => {
    const { client, chain } = setUp()
    const move = { owner: OWNER, asset: POOL, eid: EIDS[base.id], amount: WAD }
    deployFakeRouter(chain.arbitrum, ROUTER, {
      sent: [
        { ...move, guid: guid(1), asset: SECOND_POOL },
        { ...move, guid: guid(2), eid: 30_999 },
      ],
    })
    const view = await getMarginView(client, { owner: OWNER })
    expect(view.inFlight).toEqual([])
    expect(view.issues.map(({ path, owner, chainId }) => [path, owner, chainId])).toEqual([
      [`inFlight.${guid(1)}`, OWNER, arbitrum.id],
      [`inFlight.${guid(2)}`, OWNER, arbitrum.id],
    ])
  })

  test("behavior: a route's asset is shown also where no market is read, with unknown value", async () => {
    const all = setUp()
    const token = SECOND_POOL
    const client = createMarginClient({
      chains,
      transports: {
        [arbitrum.id]: all.chain.arbitrum.transport,
        [base.id]: all.chain.base.transport,
        [optimism.id]: all.chain.optimism.transport,
      },
      adapters: [],
      routers: all.client.routers,
      routes: [
        {
          kind: 'oft',
          key: 'TOK OFT',
          sharedDecimals: 6,
          ends: [arbitrum, base].map(({ id }) => ({ chainId: id, asset: token, oft: token })),
        },
      ],
    })
    all.chain.arbitrum.set(token, contract(erc20Abi, { decimals: () => 6, symbol: () => 'T\u001b[31m\nOK\u202e' }))
    const sent = [{ guid: guid(1), owner: OWNER, asset: token, eid: EIDS[base.id], amount: 7n }]
    deployFakeRouter(all.chain.arbitrum, ROUTER, { sent })
    const view = await getMarginView(client, { owner: OWNER })
    expect(view.inFlight).toMatchObject([
      { asset: { address: token, symbol: 'T[31m OK', decimals: 6 }, amount: 7n, value: { status: 'unknown' } },
    ])
    expect(view.issues.map(({ path }) => path)).toEqual([`inFlight.${guid(1)}.value`])
    expect(view.positions).toEqual([])
  })

  test('behavior: a router that fails is an issue, and no position suffers', async () => {
    const { client, chain } = setUp()
    chain.base.contracts.delete(ROUTER.toLowerCase())
    const view = await getMarginView(client, { owner: OWNER })
    expect(view.verdict).toBe('ok')
    expect(view.issues).toMatchObject([{ kind: 'unavailable', chainId: base.id, path: 'moves' }])
  })

  test('error: AbortedError, for all chains at once', async () => {
    const all = setUp()
    const controller = new AbortController()
    for (const each of Object.values(all.chain)) each.intercept = () => new Promise(() => {})
    const view = getMarginView(all.client, { owner: OWNER, signal: controller.signal })
    const expectation = expect(view).rejects.toThrow(AbortedError)
    controller.abort()
    await expectation
    expect(vi.getTimerCount()).toBe(0)
  })

  test('error: NoOwnerError, InvalidAddressError, InvalidTimeoutError, AbortedError before anything is sent', async () => {
    const all = setUp()
    const bad = '0x00000000000000000000000000000000000a11Ce' as const
    await expect(getMarginView(all.client, { owners: [] })).rejects.toThrow(NoOwnerError)
    await expect(getMarginView(all.client, { owner: bad })).rejects.toThrow(InvalidAddressError)
    await expect(getMarginView(all.client, { owners: [OWNER, '0x12'] })).rejects.toMatchObject({
      name: 'InvalidAddressError',
      parameter: 'owners[1]',
    })
    for (const owners of [JSON.parse(`"${OWNER}"`), Object.assign(Array(1), { 1: OWNER })]) {
      await expect(getMarginView(all.client, { owners })).rejects.toThrow(InvalidAddressError)
    }
    await expect(getMarginView(all.client, { owner: OWNER, timeout: -1 })).rejects.toThrow(InvalidTimeoutError)
    await expect(getMarginView(all.client, { owner: OWNER, signal: AbortSignal.abort() })).rejects.toThrow(AbortedError)
    expect(requestsOf(all)).toEqual([0, 0, 0])
  })

  test('behavior: leaves no timer behind', async () => {
    const { client } = setUp()
    await getMarginView(client, { owner: OWNER })
    expect(vi.getTimerCount()).toBe(0)
  })
})
