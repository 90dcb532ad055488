import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { mockCompoundV2 } from '@unimargin/adapters/compound-v2/testing'
import { mockCompoundV3 } from '@unimargin/adapters/compound-v3/testing'
import { morphoBlue } from '@unimargin/adapters/morpho-blue'
import { wallet } from '@unimargin/adapters/wallet'
import { createDevnet, type Devnet, type DevnetChain } from '@unimargin/devnet'
import { type Address, createMarginClient, type MarginView, type ProtocolAdapter, Wad } from '@unimargin/sdk'
import { createMockNode, forwardTo, type MockNode, mockChain } from '@unimargin/sdk/testing'
import { type NodeServers, serveNodes } from '@unimargin/sdk/testing/node'
import { type Hex, http, numberToHex } from 'viem'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { replayedContracts } from './replayedContracts.ts'

// Aave V3, Morpho Blue and the wallets are real; a Comet and a Comptroller of the Compound V2 family answer what their mocks
// answer, as they cannot be had here: their gas is none of a real one's. `labs/venus` measures a real Venus.

/** What public nodes let an `eth_call` use. */
const MOST_GAS = 30_000_000n

const owners = Array.from({ length: 40 }, (_, index) => numberToHex(0xa0_000 + index, { size: 20 }))
const [first] = owners

/** One HTTP request as it was seen at the socket. */
type Seen = {
  readonly call: { readonly to: Hex; readonly data: Hex }
  readonly block: unknown
  readonly up: number
  readonly down: number
}

let devnet: Devnet
let base: DevnetChain
let adapters: Readonly<Record<'aave-v3' | 'morpho-blue' | 'compound-v3' | 'compound-v2' | 'wallet', ProtocolAdapter>>
let servers: NodeServers
const seen: Seen[] = []
/** A block after every request: whoever asked for the latest one again would get another. */
let isMining = false

beforeAll(async () => {
  devnet = await createDevnet({ chains: ['base'] })
  base = devnet.chain('base')
  const { chainId, addresses, tokens, client } = base
  for (const owner of owners.slice(0, 3)) {
    const borrow = { USDC: 1_000_000_000n }
    await devnet.openAavePosition({ chain: 'base', owner, supply: { WETH: 2n * Wad.WAD }, borrow })
    await devnet.openMorphoPosition({
      chain: 'base',
      market: 'WETH/USDC',
      owner,
      collateral: 2n * Wad.WAD,
      borrow: 1_000_000_000n,
    })
    await devnet.mint('WETH', owner, Wad.WAD, 'base')
  }
  const { timestamp } = await client.getBlock()
  const eth = { price: '2500', liquidationThreshold: '0.8' }
  const usd = { price: '1', decimals: 6 }
  const positions = owners.map((owner) => ({ owner, supply: { WETH: '2' }, borrow: { USDC: '1000' } }))
  // As large as those of USDC on Base and of Venus's core pool on Arbitrum.
  const comet = mockCompoundV3({
    chainId,
    base: { symbol: 'USDC', ...usd },
    collaterals: { WETH: eth, cbETH: eth, wstETH: eth, cbBTC: eth, AERO: eth },
    positions,
  })
  const comptroller = mockCompoundV2({
    chainId,
    reserves: { WETH: eth, USDC: usd, WBTC: eth, ARB: eth, USDT: usd },
    positions,
  })
  adapters = {
    'aave-v3': aaveV3(devnet.marketOf('base')),
    'morpho-blue': morphoBlue(devnet.morphoMarketOf('base', 'WETH/USDC')),
    'compound-v3': comet.adapter,
    'compound-v2': comptroller.adapter,
    wallet: wallet({
      chainId,
      assets: Object.values(tokens).map(({ address }) => address),
      native: { symbol: 'ETH' },
      wrappedNative: tokens.WETH.address,
      dollarOracle: addresses.oracle,
    }),
  }
  const { backend } = mockChain({ chain: base.chain, markets: [comet, comptroller], block: { timestamp } })
  for (const { address, code } of await replayedContracts(backend, [comet.adapter, comptroller.adapter], owners)) {
    await client.setCode({ address, bytecode: code })
  }
  servers = await serveNodes([counting(createMockNode({ url: base.rpcUrl, backend: forwardTo(base.rpcUrl) }))])
})
afterAll(async () => {
  await servers?.close()
  await devnet?.close()
})

/** The node, with both bodies of each request measured. */
function counting(node: MockNode): MockNode {
  return {
    ...node,
    reply: async (body, signal) => {
      const { method, params } = JSON.parse(body)
      const reply = await node.reply(body, signal)
      expect(method).toBe('eth_call')
      seen.push({ call: params[0], block: params[1], up: Buffer.byteLength(body), down: Buffer.byteLength(reply.body) })
      if (isMining) await base.client.mine({ blocks: 1 })
      return reply
    },
  }
}

function clientOf(chosen: readonly ProtocolAdapter[], maxCalls?: number) {
  const transports = { [base.chainId]: http(servers.urls[0], { retryCount: 0 }) }
  return createMarginClient({ chains: [base.chain], transports, adapters: chosen, maxCalls })
}

/** A refresh in steady state: what was sent for it, and what it brought. */
async function refresh(chosen: readonly ProtocolAdapter[], of: readonly Address[], maxCalls?: number) {
  const client = clientOf(chosen, maxCalls)
  await client.getMarginView({ owners: of })
  const before = seen.length
  const view = await client.getMarginView({ owners: of })
  client.close()
  const requests = seen.slice(before)
  const gas = await Promise.all(requests.map(gasOf))
  return { view, requests, gas, calls: requests.map(({ call }) => callsIn(call.data)) }
}

/** The least gas limit with which the node answers it: the calldata is paid for as well. */
function gasOf({ call }: Seen): Promise<bigint> {
  return base.client.estimateGas(call)
}

/** How many calls `aggregate3` is given. */
const callsIn = (data: Hex) => Number(BigInt(`0x${data.slice(10 + 64, 10 + 128)}`))

const total = (values: readonly bigint[]) => values.reduce((sum, value) => sum + value, 0n)

function expectWhole(view: MarginView): void {
  expect(view.issues).toEqual([])
  expect(view.positions.map(({ status }) => status)).toEqual(view.positions.map(() => 'read'))
  expect(view.totals.status).toBe('complete')
}

describe('one chain with five adapters', () => {
  test('default: a refresh is one HTTP request with one eth_call, far below what nodes allow', async () => {
    const table: Record<string, Record<string, number>> = {}
    const note = (name: string, { requests, gas, calls }: Awaited<ReturnType<typeof refresh>>) => {
      const sum = (key: 'up' | 'down') => requests.reduce((bytes, one) => bytes + one[key], 0)
      const count = calls.reduce((all, one) => all + one, 0)
      table[name] = {
        requests: requests.length,
        calls: count,
        up: sum('up'),
        down: sum('down'),
        gas: Number(total(gas)),
        'gas of the largest': Math.max(...gas.map(Number)),
      }
    }
    if (first === undefined) throw new TypeError('an owner is needed')
    for (const [name, adapter] of Object.entries(adapters)) {
      const alone = await refresh([adapter], [first])
      expectWhole(alone.view)
      expect(alone.requests).toHaveLength(1)
      note(`${name}, 1 owner`, alone)
    }
    for (const count of [1, 10]) {
      const all = await refresh(Object.values(adapters), owners.slice(0, count))
      expectWhole(all.view)
      expect(all.view.positions).toHaveLength(5 * count)
      expect(all.requests).toHaveLength(1)
      expect(total(all.gas)).toBeLessThan(MOST_GAS)
      note(`all five, ${count} owner${count === 1 ? '' : 's'}`, all)
    }
    const many = await refresh(Object.values(adapters), owners)
    expectWhole(many.view)
    note(`all five, ${owners.length} owners`, many)
    console.table(table)
  })

  test('behavior: with more owners than one call carries it is split, each below what nodes allow, at one block', async () => {
    isMining = true
    const { view, requests, gas, calls } = await refresh(Object.values(adapters), owners)
    isMining = false
    expectWhole(view)
    expect(view.positions).toHaveLength(5 * owners.length)
    expect(requests.length).toBeGreaterThan(1)
    // All but the last are full: 1,000, and the few that prove chain and block.
    for (const count of calls.slice(0, -1)) expect(count).toBeGreaterThan(1_000)
    for (const one of gas) expect(one).toBeLessThan(MOST_GAS)
    const [reading] = view.chains
    if (reading?.status !== 'read') throw new TypeError('the chain was not read')
    // The chain went on after the first request; the others ask for the block of the first.
    expect(requests.map(({ block }) => block)).toEqual([
      'latest',
      ...requests.slice(1).map(() => numberToHex(reading.block.number)),
    ])
    expect(await base.client.getBlockNumber()).toBeGreaterThan(reading.block.number)
    const blocks = view.positions.map((position) => position.status === 'read' && position.block.number)
    expect(new Set(blocks)).toEqual(new Set([reading.block.number]))
  })

  test('behavior: however it is split, at the same block it is the same view', async () => {
    // One clock for both: an issue says since when it is there.
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const some = owners.slice(0, 4)
    const whole = await refresh(Object.values(adapters), some)
    const split = await refresh(Object.values(adapters), some, 25)
    expect(whole.requests).toHaveLength(1)
    expect(split.requests.length).toBeGreaterThan(8)
    expect(split.view.positions).toEqual(whole.view.positions)
    expect(split.view.totals).toEqual(whole.view.totals)
  })
})
