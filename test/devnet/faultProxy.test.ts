import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { createDevnet, type Devnet } from '@unimargin/devnet'
import { createMarginClient, type MarginClient, Wad } from '@unimargin/sdk'
import { createMockNode, Faults, forwardTo, type MockNode } from '@unimargin/sdk/testing'
import { type NodeServers, serveNodes } from '@unimargin/sdk/testing/node'
import { http } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'

const owner = '0x2222222222222222222222222222222222222222'

let devnet: Devnet
let node: MockNode
let servers: NodeServers
let client: MarginClient

beforeAll(async () => {
  devnet = await createDevnet({ chains: ['base'] })
  const base = devnet.chain('base')
  const borrow = { USDC: 1_000_000_000n }
  await devnet.openAavePosition({ chain: 'base', owner, supply: { WETH: Wad.fromDecimal('2') }, borrow })
  node = createMockNode({ url: 'https://base.example/v2/canary-key', backend: forwardTo(base.rpcUrl) })
  servers = await serveNodes([node])
  client = createMarginClient({
    chains: [base.chain],
    transports: { [base.chainId]: http(servers.urlOf(node), { retryCount: 0 }) },
    adapters: [aaveV3(devnet.marketOf('base'))],
  })
})
afterEach(() => node.mend())
afterAll(async () => {
  await servers?.close()
  await devnet?.close()
})

/** Failures of every group; a lie cannot be told from the truth with one node. */
const faults = [
  Faults.stallInBody(),
  Faults.resetInBody(),
  Faults.rateLimit({ retryAfter: 3_600 }),
  Faults.refused({ status: 403 }),
  Faults.hostileText(),
  Faults.wrongChain({ chainId: 10 }),
  Faults.missingState(),
  Faults.dirtyPadding(),
  Faults.fakeRevert({ reason: 'not enough collateral' }),
]

describe('a real chain behind a proxy with faults', () => {
  test.each(faults)('behavior: $kind leaves the position unread, and known again when it is over', async (fault) => {
    const before = await client.getMarginView({ owner })
    expect(before.positions.map(({ status }) => status)).toEqual(['read'])
    expect(before.positions[0]?.health.status).toBe('known')

    const mend = node.break(fault)
    const broken = await client.getMarginView({ owner, timeout: 1_500 })
    expect(broken.chains.map(({ status }) => status)).toEqual(['unread'])
    expect(broken.positions.map(({ status }) => status)).toEqual(['unread'])
    expect(broken.verdict).toBe('unknown')
    expect(broken.issues.length).toBeGreaterThan(0)
    expect(JSON.stringify(broken, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))).not.toContain(
      'canary-key',
    )
    await vi.waitFor(() => expect(servers.pending()).toBe(0))

    mend()
    const after = await client.getMarginView({ owner })
    expect(after.positions.map(({ status }) => status)).toEqual(['read'])
    expect(after.positions[0]?.health.status).toBe('known')
  })

  test('behavior: a stale node of a real chain names the old block, and its values', async () => {
    const chain = devnet.chain('base')
    const before = await chain.client.getBlockNumber()
    node.break(Faults.staleHead({ blocks: 3 }))
    const view = await client.getMarginView({ owner })
    const [reading] = view.chains
    expect(reading?.status === 'read' && reading.block.number).toBe(before - 3n)
  })
})
