import { createMarginClient, type MarginView, type Totals, Wad } from '@unimargin/sdk'
import { type Fault, Faults } from '@unimargin/sdk/testing'
import { type NodeServers, serveNodes } from '@unimargin/sdk/testing/node'
import { http } from 'viem'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { renderView } from '../../packages/examples/demo/src/render.ts'
import { type MockedWorld, owner, sixChains } from '../fixtures/sixChains.ts'

let worlds: readonly MockedWorld[]
let servers: NodeServers
let client: ReturnType<typeof clientOf>

/** Over real sockets: a stall is a stall, and a request is counted where it arrives. */
const nodeOf = ({ chain }: MockedWorld) => {
  const [node] = chain.nodes
  if (node === undefined) throw new TypeError('a chain without a node')
  return node
}

function clientOf() {
  return createMarginClient({
    chains: worlds.map(({ chain }) => chain.chain),
    transports: Object.fromEntries(
      worlds.map((world) => [world.chain.chain.id, http(servers.urlOf(nodeOf(world)), { retryCount: 0 })]),
    ),
    adapters: worlds.flatMap(({ adapters }) => adapters),
  })
}

beforeEach(async () => {
  worlds = sixChains()
  servers = await serveNodes(worlds.map(nodeOf))
  client = clientOf()
})
afterEach(async () => {
  client.close()
  await servers.close()
})

const positionsOf = (view: MarginView, { chain }: MockedWorld) =>
  view.positions.filter(({ market }) => market.chainId === chain.chain.id)

/** What the chains' positions come to, by hand. */
function valuesOf(of: readonly MockedWorld[]) {
  const sum = (key: 'collateral' | 'debt' | 'idle') => of.reduce((total, { values }) => total + values[key], 0n)
  return {
    collateralValue: sum('collateral'),
    debtValue: sum('debt'),
    netValue: sum('collateral') - sum('debt'),
    idleValue: sum('idle'),
  }
}

/** Every health, to the last digit; a wallet owes nothing. */
function expectWhole(view: MarginView, world: MockedWorld): void {
  const positions = positionsOf(view, world)
  expect(positions.map(({ health }) => health)).toEqual(
    world.healths.map((factor) => (factor === undefined ? { status: 'no-debt' } : { status: 'known', factor })),
  )
  expect(positions.map(({ market }) => market.protocol)).toEqual([
    'aave-v3',
    'morpho-blue',
    'compound-v3',
    'compound-v2',
    'wallet',
  ])
  const units = positions.map((position) => position.status === 'read' && position.unit?.symbol)
  const [loan, base] = world.counts === 'ether' ? ['WETH', 'WETH'] : ['USDC', undefined]
  expect(units).toEqual([undefined, loan, base, undefined, undefined])
}

const knownOf = (totals: Totals) => (totals.status === 'complete' ? totals : totals.known)

const plain = { paint: (_: string, text: string) => text, watch: (Wad.WAD * 5n) / 4n }
/** As told, without what depends on the clock. */
const rendered = (view: MarginView) => renderView(view, plain).replace(/ \d+ s old/g, ' … s old')

describe('six chains with five adapters each', () => {
  test('default: every health and the totals are exact, at one request per chain and refresh', async () => {
    await client.getMarginView({ owner })
    const before = worlds.map((world) => nodeOf(world).requests.length)
    for (let refresh = 1; refresh <= 3; refresh += 1) {
      const view = await client.getMarginView({ owner })
      expect(view.issues).toEqual([])
      for (const world of worlds) expectWhole(view, world)
      expect(view.totals).toMatchObject({ status: 'complete', ...valuesOf(worlds) })
      // Morpho's market on Arbitrum: 2.
      expect(view.weakest.health).toEqual({ status: 'known', factor: 2n * Wad.WAD })
      expect(view.verdict).toBe('ok')
      const asked = worlds.map((world, index) => nodeOf(world).requests.slice(before[index]))
      expect(asked.map((requests) => requests.map(({ calls }) => calls.map(({ method }) => method)))).toEqual(
        worlds.map(() => Array.from({ length: refresh }, () => ['eth_call'])),
      )
    }
    expect(worlds.flatMap(({ chain }) => chain.unmocked)).toEqual([])
  })

  const pairs: readonly (readonly [string, string, Fault, Fault])[] = [
    ['dead', 'malformed', Faults.httpStatus({ status: 500 }), Faults.truncatedWords()],
    ['stalled', 'lying with zeros', Faults.stallInBody(), Faults.zeroedAnswer()],
    ['refusing', 'on another chain', Faults.rateLimit({ retryAfter: 3_600 }), Faults.wrongChain({ chainId: 1 })],
    ['gone', 'claiming that all reverted', Faults.resetBeforeHeaders(), Faults.fakeRevert({ reason: 'no' })],
  ]

  test.each(pairs)('behavior: Base %s and Linea %s', async (_, __, onBase, onLinea) => {
    // First for a client that knows all metadata: what fails is the refresh. Then for one that knows nothing.
    const whole = await client.getMarginView({ owner })
    const [base, linea] = [worlds[2], worlds[4]]
    if (base === undefined || linea === undefined) throw new TypeError('six chains are needed')
    base.chain.break(onBase)
    linea.chain.break(onLinea)
    const others = worlds.filter((world) => world !== base && world !== linea)
    const fresh = clientOf()
    // Who stalls is waited for, and once is enough; who fails does so at once.
    const isStalled = onBase.kind === Faults.stallInBody().kind
    for (const each of isStalled ? [client] : [client, fresh]) {
      const view = await each.getMarginView({ owner, timeout: isStalled ? 8_000 : 30_000 })
      expect(view.chains.map(({ status }) => status)).toEqual(['read', 'read', 'unread', 'read', 'unread', 'read'])
      for (const world of others) expectWhole(view, world)
      const lost = [base, linea].flatMap((world) => positionsOf(view, world))
      expect(lost.map(({ status, health }) => [status, health.status])).toEqual(lost.map(() => ['unread', 'unknown']))
      // Nothing that was lost counts as nothing: the totals are those of the others, and say whose are missing.
      expect(view.totals.status).toBe('partial')
      expect(view.totals).toMatchObject({ missing: lost.map(({ id }) => id) })
      expect(knownOf(view.totals)).toMatchObject(valuesOf(others))
      expect(view.verdict).toBe('unknown')
      expect(view.weakest.health.status).toBe('unknown')
      expect(view.weakest.weakestKnown).toEqual(whole.weakest.weakestKnown)
      expect(view.aggregate.status).toBe('unknown')
      expect([...new Set(view.issues.map(({ chainId }) => chainId))].sort()).toEqual(
        [base, linea].map(({ chain }) => chain.chain.id).sort(),
      )
      for (const { market } of lost) expect(view.issues.some((issue) => issue.market === market.key)).toBe(true)

      const lines = rendered(view).split('\n')
      expect(lines.filter((line) => [...line].length > 80)).toEqual([])
      for (const { market } of lost) {
        const [row, ...more] = lines.filter((line) => line.startsWith(`  ${market.name} `))
        expect(row).toMatch(market.holdsIdle ? /unknown$/ : /unknown +unknown +unknown$/)
        expect(more).toEqual([])
      }
    }
    fresh.close()
    base.chain.mend()
    linea.chain.mend()
    const mended = await client.getMarginView({ owner })
    expect(mended.totals).toMatchObject({ status: 'complete', ...valuesOf(worlds) })
  })

  test('behavior: two of six broken, as the demo renders it', async () => {
    worlds[2]?.chain.break(Faults.httpStatus({ status: 500 }))
    worlds[4]?.chain.break(Faults.truncatedWords())
    // On Scroll nobody says what ether is worth in dollars to Morpho's market: its health is known all the same.
    const scroll = worlds[3]
    scroll?.chain.update(scroll.morpho.withPrice('WETH', '0'))
    const view = await client.getMarginView({ owner })
    if (scroll !== undefined) expectWhole(view, scroll)
    expect(rendered(view)).toMatchInlineSnapshot(`
      "  market                                 collateral                 debt  health
        Aave V3 Arbitrum One             2.00 WETH $6,000 2,000.00 USDC $2,000   2.475
        Morpho WETH/USDC Arbitrum One    1.00 WETH $3,000 1,290.00 USDC $1,290   2.000
        Comet USDC Arbitrum One          1.50 WETH $4,500 1,350.00 USDC $1,350   3.000
        Compound V2 Arbitrum One         1.50 WETH $4,500 1,200.00 USDC $1,200   3.000
        Aave V3 OP Mainnet               2.20 WETH $6,600 2,000.00 USDC $2,000   2.722
        Morpho wstETH/WETH OP Mainnet  2.20 wstETH $7,920     1.00 WETH $3,000   2.494
        Comet WETH OP Mainnet          1.10 wstETH $3,960     0.50 WETH $1,500   2.455
        Compound V2 OP Mainnet           1.65 WETH $4,950 1,200.00 USDC $1,200   3.300
        Aave V3 Base                              unknown              unknown unknown
        Morpho WETH/USDC Base                     unknown              unknown unknown
        Comet USDC Base                           unknown              unknown unknown
        Compound V2 Base                          unknown              unknown unknown
        Aave V3 Scroll                   2.60 WETH $7,800 2,000.00 USDC $2,000   3.217
        Morpho wstETH/WETH Scroll    2.60 wstETH unpriced   1.00 WETH unpriced   2.948
        Comet WETH Scroll              1.30 wstETH $4,680     0.50 WETH $1,500   2.901
        Compound V2 Scroll               1.95 WETH $5,850 1,200.00 USDC $1,200   3.900
        Aave V3 Linea Mainnet                     unknown              unknown unknown
        Morpho WETH/USDC Linea Mainnet            unknown              unknown unknown
        Comet USDC Linea Mainnet                  unknown              unknown unknown
        Compound V2 Linea Mainnet                 unknown              unknown unknown
        Aave V3 Unichain                 3.00 WETH $9,000 2,000.00 USDC $2,000   3.712
        Morpho wstETH/WETH Unichain   3.00 wstETH $10,800     1.00 WETH $3,000   3.402
        Comet WETH Unichain            1.50 wstETH $5,400     0.50 WETH $1,500   3.348
        Compound V2 Unichain             2.25 WETH $6,750 1,200.00 USDC $1,200   4.500

        idle, no collateral of anything                                   held
        Wallet Arbitrum One                                    1.00 ETH $3,000
                                                              250.00 USDC $250
        Wallet OP Mainnet                                      1.10 ETH $3,300
                                                              250.00 USDC $250
        Wallet Base                                                    unknown
        Wallet Scroll                                          1.30 ETH $3,900
                                                              250.00 USDC $250
        Wallet Linea Mainnet                                           unknown
        Wallet Unichain                                        1.50 ETH $4,500
                                                              250.00 USDC $250

        totals  collateral $91,710.00 · debt $25,940.00 · net $65,770.00
                idle $15,700.00, in none of these
                PARTIAL: without 11 positions of unknown value
                5 on Base: The node answered with HTTP status 500.
                5 on Linea Mainnet: the node's answer is malformed: not a whole numbe…
                Morpho wstETH/WETH Scroll: counts in WETH, whose price in dollars is …
        weakest unknown; of those known 2.000 (Morpho WETH/USDC Arbitrum One)
        as if one account unknown (hypothetical)
        verdict UNKNOWN
        Arbitrum One #1000000, … s old · OP Mainnet #1000000, … s old · Base UNREAD
        Scroll #1000001, … s old · Linea Mainnet UNREAD · Unichain #1000000, … s old"
    `)
  })
})
