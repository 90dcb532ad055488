import { mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import { createMarginClient, guarded, type MarginView, positionId, quorum, Wad } from '@unimargin/sdk'
import {
  createMockNode,
  Faults,
  type MockChain,
  type MockNode,
  mockChain,
  mockMessageBus,
} from '@unimargin/sdk/testing'
import { createClient, http } from 'viem'
import { getBalance } from 'viem/actions'
import { arbitrum, base, optimism } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { fetchFrom } from './fetchFrom.ts'

const owner = '0x2222222222222222222222222222222222222222'
const pool = '0x3333333333333333333333333333333333333333'
const reserves = {
  WETH: { price: '2000', liquidationThreshold: '0.825', loanToValue: '0.8' },
  USDC: { price: '1', decimals: 6, liquidationThreshold: '0.8', loanToValue: '0.77' },
} as const

const aaveOn = (chainId: number, borrow: string) =>
  mockAaveV3({ chainId, pool, reserves, positions: [{ owner, supply: { WETH: '10' }, borrow: { USDC: borrow } }] })

const urlsOf = (name: string) => ['one', 'two', 'three'].map((operator) => `https://${name}.${operator}.example/`)

const over = (nodes: readonly MockNode[]) => {
  const fetch = fetchFrom(nodes)
  return quorum(nodes.map(({ url }) => guarded(http(url), { fetch, retryCount: 0 })))
}

/** The values of a view: at which block, and since when something is missing, is left out. */
const factorsOf = (view: MarginView | undefined) =>
  view?.positions.map(({ health }) => (health.status === 'known' ? health.factor : health.status))

// Rows of SECURITY.md that no other suite holds as they are written there.
describe('A2', () => {
  function setUp() {
    const pools = [aaveOn(arbitrum.id, '4000'), aaveOn(base.id, '15000')] as const
    const donor = mockChain({ chain: arbitrum, nodes: urlsOf('arbitrum'), markets: [pools[0]] })
    const receiver = mockChain({ chain: base, nodes: urlsOf('base'), markets: [pools[1]] })
    const bus = mockMessageBus({ chains: [donor, receiver] })
    const client = createMarginClient({
      chains: [arbitrum, base],
      transports: { [arbitrum.id]: over(donor.nodes), [base.id]: over(receiver.nodes) },
      adapters: pools.map(({ adapter }) => adapter),
      routers: bus.routers,
      routes: bus.routes,
    })
    const [from, to] = pools.map(({ market }) => positionId(market, owner))
    const plan = (view: MarginView) =>
      client.planMove({
        view,
        donor: from ?? '',
        receiver: to ?? '',
        asset: 'WETH',
        amount: Wad.WAD,
        donorFloor: Wad.fromDecimal('1.2'),
      })
    return { donor, receiver, client, plan }
  }

  test.each(['donor', 'receiver'] as const)(
    'behavior: two of three nodes are silent and the third lies: the %s is unread, and nothing can be planned or quoted',
    async (end) => {
      const { client, plan, ...chains } = setUp()
      const planned = plan(await client.getMarginView({ owner }))
      if (planned.status !== 'plan') throw new TypeError(`no plan: ${planned.status}`)
      const [one, two, three] = chains[end].nodes
      one?.break(Faults.stallBeforeHeaders())
      two?.break(Faults.stallInBody())
      three?.break(Faults.lyingValue({ how: 'zero', seed: 3 }))

      const view = await client.getMarginView({ owner, timeout: 1_200 })
      expect(view.positions.map(({ status }) => status)).toEqual(
        end === 'donor' ? ['unread', 'read'] : ['read', 'unread'],
      )
      expect(view.verdict).toBe('unknown')
      expect(view.totals.status).toBe('partial')
      expect(() => plan(view)).toThrow(expect.objectContaining({ name: 'UnknownHealthError' }))
      // What was planned before is of no use either.
      await expect(client.getMoveQuote({ plan: planned, owner, timeout: 1_200 })).rejects.toMatchObject({
        name: 'ChainUnavailableError',
      })
      client.close()
    },
  )
})

describe('A7', () => {
  test('behavior: a node that turns into one of another chain, after any number of requests, changes no number', async () => {
    const own = aaveOn(base.id, '15000')
    const chain = mockChain({ chain: base, markets: [own] })
    // The same pool, at the same block, with another debt.
    const other = mockChain({ chain: optimism, block: chain.block, markets: [aaveOn(optimism.id, '1')] })
    const truth = [own.healthOf(owner)]
    const seen = new Set<string>()
    for (let turn = 0; turn < 8; turn += 1) {
      let asked = 0
      let isOver = false
      const node = createMockNode({
        url: 'https://node.example/',
        backend: (request) => (asked++ < turn || isOver ? chain : other).backend(request),
      })
      const client = createMarginClient({
        chains: [base],
        transports: { [base.id]: guarded(http(node.url), { fetch: fetchFrom([node]), retryCount: 0 }) },
        adapters: [own.adapter],
      })
      for (const view of [await client.getMarginView({ owner }), await client.getMarginView({ owner })]) {
        const [position] = view.positions
        seen.add(position?.status ?? 'absent')
        if (position?.status === 'read') expect(factorsOf(view)).toEqual(truth)
        else expect(position?.issues.map(({ reason }) => reason).join()).toMatch(/chain/)
      }
      // Nothing of the other chain has stayed, and the node is believed again.
      isOver = true
      expect(factorsOf(await client.getMarginView({ owner }))).toEqual(truth)
      client.close()
    }
    expect([...seen].sort()).toEqual(['read', 'unread'])
  })
})

describe('A18', () => {
  const CHUNK = 64 * 1_024
  const LIMIT = 1_024 * 1_024
  /** A gigabyte, if one lets it. */
  const MOST = 1_024 * 1_024 * 1_024

  const bombs: readonly [string, string][] = [
    ['white space', ' '],
    ['lists in lists', '['],
    ['a text without end', '{"jsonrpc":"2.0","id":1,"result":"0x'],
    ['a million logs', '{"jsonrpc":"2.0","id":1,"result":[{"address":"0x00"},'],
  ]

  test.each(bombs)('error: AnswerTooLargeError of %s, of which no more is read than is allowed', async (_, begin) => {
    let sent = 0
    let isCancelled = false
    const bomb = new TextEncoder().encode(begin.padEnd(CHUNK, begin.slice(-1)))
    const fetch = async () =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            sent += bomb.length
            if (sent > MOST) controller.close()
            else controller.enqueue(bomb)
          },
          cancel() {
            isCancelled = true
          },
        }),
      )
    const before = process.memoryUsage()
    const transport = guarded(http('https://node.example/'), { fetch, maxBytes: LIMIT, retryCount: 0 })
    await expect(getBalance(createClient({ transport }), { address: owner })).rejects.toThrow(/more than|too large/i)
    const after = process.memoryUsage()
    expect(sent).toBeLessThanOrEqual(LIMIT + 4 * CHUNK)
    expect(isCancelled).toBe(true)
    // Some copies of what was read, and none of what was not.
    expect(after.rss - before.rss).toBeLessThan(MOST / 8)
  })

  test('error: MalformedAnswerError of an answer within the limit that is a hundred thousand lists deep', async () => {
    const chain = mockChain({ chain: base })
    const [node] = chain.nodes
    if (node === undefined) throw new TypeError('it has one')
    node.break(Faults.deepJson())
    const transport = guarded(http(node.url), { fetch: fetchFrom([node]), retryCount: 0 })
    await expect(getBalance(createClient({ transport }), { address: owner })).rejects.toMatchObject({
      name: 'MalformedAnswerError',
    })
  })
})

describe('A19', () => {
  const setUp = (isQuorum: boolean) => {
    const aave = aaveOn(base.id, '8000')
    const chain = mockChain({ chain: base, nodes: urlsOf('base').slice(isQuorum ? 0 : 2), markets: [aave] })
    // What was there before stays, whatever is taken back.
    chain.mine(5)
    const client = createMarginClient({
      chains: [base],
      transports: { [base.id]: over(chain.nodes) },
      adapters: [aave.adapter],
    })
    return { aave, chain, client }
  }
  const [SAFE, RISKY] = [2_062_500_000_000_000_000n, 1_031_250_000_000_000_000n]
  const borrowMore = (chain: MockChain) =>
    chain.setPosition({ owner, supply: { WETH: '10' }, borrow: { USDC: '16000' } })

  test.each([
    ['one node', false],
    ['a quorum', true],
  ])('behavior: a watch of %s takes back what a reorganisation takes back, and tells it again', async (_, isQuorum) => {
    const { chain, client } = setUp(isQuorum)
    const watch = client.watchMarginView({ owner, every: 600_000 })
    const told: string[] = []
    watch.on('verdict', ({ verdict }) => told.push(verdict))
    const look = async () => {
      await watch.refresh()
      const view = watch.latest()
      expect(view?.chains[0]).toMatchObject({ status: 'read', block: { number: chain.block.number } })
      return factorsOf(view)
    }
    expect(await look()).toEqual([SAFE])
    for (let round = 0; round < 3; round += 1) {
      borrowMore(chain)
      expect(await look()).toEqual([RISKY])
      // The block of the debt is gone, and the head has the very number that was not there yet.
      chain.reorg(1)
      expect(await look()).toEqual([SAFE])
    }
    expect(told).toEqual(['ok', 'at-risk', 'ok', 'at-risk', 'ok', 'at-risk', 'ok'])
    client.close()
  })

  test('behavior: a reorganisation between the head and the read mixes nothing: the old chain, the new one, or unread', async () => {
    const seen = new Set<unknown>()
    for (let turn = 0; turn < 10; turn += 1) {
      const { chain, client } = setUp(true)
      expect(factorsOf(await client.getMarginView({ owner }))).toEqual([SAFE])
      const risky = borrowMore(chain)
      let answered = 0
      const reorg = (): void => {
        answered += 1
        if (answered === turn) chain.reorg(1)
      }
      chain.break({
        kind: 'reorg',
        answer: (answer) => {
          reorg()
          return answer
        },
      })
      const view = await client.getMarginView({ owner })
      const [factor] = factorsOf(view) ?? []
      seen.add(factor)
      // The block's hash says of which chain it is, and the number fits.
      const [reading] = view.chains
      const hash = reading?.status === 'read' ? reading.block.hash : undefined
      expect(factor).toBe(hash === undefined ? 'unknown' : hash === risky.hash ? RISKY : SAFE)
      client.close()
    }
    expect(seen.size).toBeGreaterThan(1)
  })
})
