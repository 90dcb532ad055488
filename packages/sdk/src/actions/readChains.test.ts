import { decodeFunctionData, getAddress, hexToBigInt, multicall3Abi, numberToHex, type Transport } from 'viem'
import { arbitrum, base, optimism } from 'viem/chains'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeChain } from '../../test/FakeChain.ts'
import { deployFakeMarket, deployFakeRouter, fakeMarket } from '../../test/fakeMarket.ts'
import { createMarginClient } from '../client/createMarginClient.ts'
import type { MarginClientConfig } from '../client/MarginClientConfig.ts'
import type { Hex } from '../model/Hex.ts'
import { WAD } from '../units/Wad.ts'
import { getMarginView } from './getMarginView.ts'
import type { ChainOutcome } from './readChain.ts'
import { readChains } from './readChains.ts'
import { toMarginView } from './toMarginView.ts'

const OWNER = getAddress('0x00000000000000000000000000000000000a11ce')
const POOL = getAddress('0x0000000000000000000000000000000000000900')
const ROUTER = getAddress('0x0000000000000000000000000000000000000aaa')
const EIDS = { [arbitrum.id]: 30_110, [base.id]: 30_184, [optimism.id]: 30_111 } as const
const NOW = 1_700_000_000
const guid: Hex = `0x${'1'.padStart(64, '0')}`
const move = { guid, owner: OWNER, asset: POOL, amount: WAD }
const holdings = { [OWNER.toLowerCase()]: { collateral: 10n * WAD, debt: 4n * WAD } }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp(changes: Partial<MarginClientConfig> = {}) {
  const chain = {
    arbitrum: new FakeChain({ chainId: arbitrum.id }),
    base: new FakeChain({ chainId: base.id }),
    optimism: new FakeChain({ chainId: optimism.id }),
  }
  for (const each of Object.values(chain)) {
    deployFakeMarket(each, POOL, { price: () => 2_000n * WAD, holdings })
    deployFakeRouter(each, ROUTER, {})
  }
  const client = createMarginClient({
    chains: [arbitrum, base, optimism],
    transports: {
      [arbitrum.id]: chain.arbitrum.transport,
      [base.id]: chain.base.transport,
      [optimism.id]: chain.optimism.transport,
    },
    adapters: [arbitrum, base, optimism].map(({ id }) => fakeMarket({ chainId: id, pool: POOL })),
    routers: ([arbitrum.id, base.id, optimism.id] as const).map((chainId) => ({
      chainId,
      eid: EIDS[chainId],
      endpoint: ROUTER,
      router: ROUTER,
      wrappedNative: POOL,
    })),
    ...changes,
  })
  return { client, chain }
}

const viewOf = (client: ReturnType<typeof setUp>['client'], more: object = {}) =>
  getMarginView(client, { owner: OWNER, ...more })

/** Makes a chain answer for whatever block it is asked for; a block per second, as long as nothing else is said. */
function remember(chain: FakeChain, timeOf: (number: bigint) => bigint): void {
  const head = chain.number
  chain.intercept = (answer, { method, params }) => {
    if (method === 'eth_getBlockByNumber') {
      const number = hexToBigInt(params[0] as Hex)
      const hash = numberToHex(number + 1n, { size: 32 })
      return { number: params[0], hash, parentHash: hash, timestamp: numberToHex(timeOf(number)) }
    }
    const tag = params[1]
    chain.number = tag === 'latest' ? head : hexToBigInt(tag as Hex)
    chain.timestamp = timeOf(chain.number)
    return answer()
  }
}

describe('readChains', () => {
  test('default: each chain at its latest block, in one request', async () => {
    const { client, chain } = setUp()
    await viewOf(client)
    for (const each of Object.values(chain)) each.requests.length = 0
    const view = await viewOf(client)
    expect(view.chains).toMatchObject([{ finality: 'latest' }, { finality: 'latest' }, { finality: 'latest' }])
    for (const each of Object.values(chain)) {
      expect(each.requests.map(({ method, params }) => [method, params[1]])).toEqual([['eth_call', 'latest']])
    }
  })

  test.each(['safe', 'finalized'] as const)('behavior: asks for a %s block, and says so', async (finality) => {
    const { client, chain } = setUp()
    await viewOf(client)
    chain.base.requests.length = 0
    const view = await viewOf(client, { finality })
    expect(view.chains[1]).toMatchObject({ status: 'read', finality })
    expect(chain.base.requests.map(({ params }) => params[1])).toEqual([finality])
  })

  test('behavior: says how many nodes agreed where the transport compares them', async () => {
    const chain = new FakeChain({ chainId: base.id })
    deployFakeMarket(chain, POOL, { price: () => WAD, holdings })
    const compared: Transport = (parameters) => {
      const inner = chain.transport(parameters)
      return { ...inner, value: { quorum: { agree: 2, of: 3, hashOf: () => undefined } } }
    }
    const adapters = [fakeMarket({ chainId: base.id, pool: POOL })]
    const client = createMarginClient({ chains: [base], transports: { [base.id]: compared }, adapters })
    const view = await viewOf(client)
    expect(view.chains).toMatchObject([{ agreement: { status: 'agreed', agree: 2, of: 3 } }])
    expect(view.flags).toEqual([])
    expect((await viewOf(setUp().client)).flags.map(({ kind }) => kind)).toEqual(Array(3).fill('single-source'))
  })

  test('behavior: a dispute between nodes is one, with its witnesses, and no failure of one node', async () => {
    const { client } = setUp()
    const [read] = await readChains(client, { owners: [OWNER], timeout: 1_000, signal: undefined })
    if (read === undefined) throw new TypeError('nothing was read')
    const failure = { status: 'disputed', reason: 'two nodes, two answers', witnesses: ['a: 1', 'b: 2'] } as const
    const disputed: ChainOutcome = {
      ...read,
      status: 'unread',
      reason: failure.reason,
      failure,
      markets: read.markets.map(({ adapter }) => ({ adapter, reading: failure })),
      router: read.router && { ...read.router, moves: [failure] },
    }
    const kept = new Map([[arbitrum.id, disputed]])
    const outcomes = await readChains(client, { owners: [OWNER], timeout: 1_000, signal: undefined, kept })
    expect(outcomes[0]).toBe(disputed)
    expect(toMarginView(client, outcomes, [OWNER]).issues).toMatchObject([
      { kind: 'disputed', path: 'chain', witnesses: failure.witnesses },
      { kind: 'disputed', path: 'position', witnesses: failure.witnesses },
    ])
  })

  test('behavior: a node that goes back is flagged, and lags behind what was seen', async () => {
    const { client, chain } = setUp()
    await viewOf(client)
    chain.base.timestamp -= 6n
    const view = await viewOf(client)
    expect(view.chains).toMatchObject([{ lag: 0n }, { lag: 6n, age: 6n }, { lag: 0n }])
    expect(view.flags.filter(({ kind }) => kind !== 'single-source')).toMatchObject([
      { kind: 'head-went-back', chainId: base.id },
    ])
    chain.base.timestamp += 1n
    expect((await viewOf(client)).flags.some(({ kind }) => kind === 'head-went-back')).toBe(false)
  })

  test('behavior: a kept outcome is taken without asking, and grows old all the same', async () => {
    const { client, chain } = setUp()
    const parameters = { owners: [OWNER], timeout: 1_000, signal: undefined }
    const outcomes = await readChains(client, parameters)
    chain.base.requests.length = 0
    vi.setSystemTime((NOW + 71) * 1_000)
    const kept = new Map(outcomes.map((outcome) => [outcome.chain.id, outcome]))
    const [, later] = await readChains(client, { ...parameters, kept })
    expect(chain.base.requests).toEqual([])
    expect(later).toMatchObject({
      status: 'read',
      age: 71n,
      flags: [{ kind: 'single-source' }, { kind: 'stale-head' }],
    })
    expect(later?.markets).toBe(outcomes[1]?.markets)
  })

  test('behavior: a chain that is behind is read once more, and is whole if it has caught up', async () => {
    const { client, chain } = setUp()
    await viewOf(client)
    deployFakeRouter(chain.base, ROUTER, { arrived: [{ ...move, eid: EIDS[arbitrum.id] }] })
    chain.arbitrum.requests.length = 0
    chain.arbitrum.intercept = (answer) => {
      // Behind at first; the second answer is of a later block.
      if (chain.arbitrum.requests.length === 2) {
        deployFakeRouter(chain.arbitrum, ROUTER, { sent: [{ ...move, eid: EIDS[base.id] }] })
        chain.arbitrum.number += 1n
      }
      return answer()
    }
    const view = await viewOf(client)
    expect(chain.arbitrum.requests).toHaveLength(2)
    expect(view.chains).toMatchObject([{ status: 'read', block: { number: 1_001n } }, { status: 'read' }, {}])
    expect([view.inFlight, view.issues]).toEqual([[], []])
  })

  test('behavior: a chain that stays behind is unread after one more request', async () => {
    const { client, chain } = setUp()
    await viewOf(client)
    deployFakeRouter(chain.base, ROUTER, { arrived: [{ ...move, eid: EIDS[arbitrum.id] }] })
    chain.arbitrum.requests.length = 0
    const view = await viewOf(client)
    expect(chain.arbitrum.requests).toHaveLength(2)
    expect(view.chains.map(({ status }) => status)).toEqual(['unread', 'read', 'read'])
    expect(view.issues[0]).toMatchObject({ path: 'chain', reason: expect.stringContaining('the node is behind') })
  })

  test('behavior: cut by time: every fresh chain at its last block up to that of the oldest', async () => {
    const { client, chain } = setUp()
    await viewOf(client)
    // A block every second, every second second, and a head that is three seconds old.
    remember(chain.arbitrum, (number) => BigInt(NOW) - (1_000n - number))
    remember(chain.base, (number) => BigInt(NOW) - 2n * (1_000n - number))
    remember(chain.optimism, (number) => BigInt(NOW) - 3n - 2n * (1_000n - number))
    for (const each of Object.values(chain)) each.requests.length = 0
    const view = await viewOf(client, { cut: 'time' })
    expect(view.chains).toMatchObject([
      { status: 'read', block: { number: 997n, timestamp: BigInt(NOW) - 3n }, lag: 3n },
      { status: 'read', block: { number: 998n, timestamp: BigInt(NOW) - 4n }, lag: 4n },
      { status: 'read', block: { number: 1_000n, timestamp: BigInt(NOW) - 3n } },
    ])
    expect(view.cut).toEqual({ time: BigInt(NOW) - 4n, skew: 1n })
    expect(view.flags.map(({ kind }) => kind)).toEqual(Array(3).fill('single-source'))
    const methods = Object.values(chain).map(({ requests }) => requests.map(({ method }) => method))
    expect(methods[2]).toEqual(['eth_call'])
    expect(methods[0]?.filter((method) => method === 'eth_call')).toHaveLength(2)
    expect(methods[0]?.length).toBeLessThanOrEqual(5)
  })

  test('behavior: cut by time: a chain that stands still is flagged and does not hold the others back', async () => {
    const { client, chain } = setUp()
    chain.optimism.timestamp -= 500n
    const view = await viewOf(client, { cut: 'time' })
    expect(view.chains).toMatchObject([{ age: 0n }, { age: 0n }, { age: 500n }])
    expect(view.flags.filter(({ kind }) => kind === 'stale-head')).toMatchObject([{ chainId: optimism.id }])
  })

  test('behavior: cut by time: a chain whose older block cannot be found is unread, not mixed in', async () => {
    const { client, chain } = setUp()
    chain.optimism.timestamp -= 3n
    chain.base.intercept = (answer, { method }) => (method === 'eth_call' ? answer() : null)
    const view = await viewOf(client, { cut: 'time' })
    expect(view.chains[1]).toMatchObject({ status: 'unread', reason: expect.stringContaining('does not give block') })
  })

  test('behavior: cut by time: where that would count a move twice, its source is moved forward', async () => {
    const { client, chain } = setUp()
    await viewOf(client)
    // The clock of Base is behind: what arrived there at the chosen time was sent later by the clock of Arbitrum.
    const sent = [{ ...move, eid: EIDS[base.id] }]
    remember(chain.arbitrum, (number) => BigInt(NOW) - (1_000n - number))
    const answerOf = chain.arbitrum.intercept
    chain.arbitrum.intercept = (answer, request) =>
      answerOf(() => {
        deployFakeRouter(chain.arbitrum, ROUTER, { sent: chain.arbitrum.number === 1_000n ? sent : [] })
        return answer()
      }, request)
    remember(chain.base, (number) => BigInt(NOW) - 3n - (1_000n - number))
    deployFakeRouter(chain.base, ROUTER, { arrived: [{ ...move, eid: EIDS[arbitrum.id] }] })
    const view = await viewOf(client, { cut: 'time' })
    expect(view.chains).toMatchObject([{ status: 'read', block: { number: 1_000n } }, { status: 'read' }, {}])
    expect(view.inFlight).toEqual([])
  })

  test('behavior: no request carries more calls than the client allows, besides the head, and all are of one block', async () => {
    const { client, chain } = setUp({ maxCalls: 2 })
    chain.base.intercept = (answer, { params }) => {
      const { args } = decodeFunctionData({ abi: multicall3Abi, data: (params[0] as { data: Hex }).data })
      if ((args[0] as readonly unknown[]).length > 4 + 2) throw new TypeError('out of gas')
      return answer()
    }
    const view = await viewOf(client)
    expect(view.issues).toEqual([])
    // The metadata; price and collateral, debt and moves, the rest of the moves.
    expect(chain.base.requests.map(({ params }) => params[1])).toEqual(['latest', 'latest', '0x3e8', '0x3e8'])
  })

  test('behavior: a second request ends with the same deadline', async () => {
    const { client, chain } = setUp()
    await viewOf(client)
    vi.useRealTimers()
    deployFakeRouter(chain.base, ROUTER, { arrived: [{ ...move, eid: EIDS[arbitrum.id] }] })
    chain.arbitrum.requests.length = 0
    chain.arbitrum.intercept = (answer) => (chain.arbitrum.requests.length === 1 ? answer() : new Promise(() => {}))
    const view = await viewOf(client, { timeout: 200 })
    expect(view.chains[0]).toMatchObject({ status: 'unread', reason: expect.stringContaining('within') })
  })

  test('behavior: an answer of a node without a uptime feed where one is configured is a doubt, not a failure', async () => {
    const { client } = setUp({ sequencers: [{ chainId: base.id, feed: OWNER }] })
    const view = await viewOf(client)
    expect(view.chains.map(({ status }) => status)).toEqual(['read', 'read', 'read'])
    expect(view.flags.filter(({ path }) => path === 'sequencer')).toMatchObject([
      { kind: 'sequencer-unknown', chainId: base.id },
    ])
  })

  test('behavior: a transport that compares nothing is not taken for a quorum', async () => {
    const chain = new FakeChain({ chainId: base.id })
    deployFakeMarket(chain, POOL, { price: () => WAD, holdings })
    const odd: Transport = (parameters) => ({
      ...chain.transport(parameters),
      value: { quorum: { agree: 1, of: 1, hashOf: () => undefined } },
    })
    const adapters = [fakeMarket({ chainId: base.id, pool: POOL })]
    const client = createMarginClient({ chains: [base], transports: { [base.id]: odd }, adapters })
    expect((await viewOf(client)).chains).toMatchObject([{ agreement: { status: 'single-source' } }])
  })
})
