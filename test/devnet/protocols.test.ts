import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { morphoBlue } from '@unimargin/adapters/morpho-blue'
import { createDevnet, type Devnet, type DevnetSnapshot, MORPHO_MARKET_NAMES } from '@unimargin/devnet'
import { createMarginClient, Wad } from '@unimargin/sdk'
import { createMockNode, forwardTo } from '@unimargin/sdk/testing'
import { serveNodes } from '@unimargin/sdk/testing/node'
import { http, parseAbi } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { story } from '../../packages/examples/demo/src/story.ts'
import { tellJson } from '../../packages/examples/demo/src/tellJson.ts'

const accountDataAbi = parseAbi([
  'function getUserAccountData(address user) view returns (uint256 collateral, uint256 debt, uint256 available, uint256 threshold, uint256 ltv, uint256 healthFactor)',
])
const owner = '0x2222222222222222222222222222222222222222'

describe.each(['3.0', '3.6'] as const)('Aave %s beside Morpho Blue', (aave) => {
  let devnet: Devnet
  let clean: DevnetSnapshot
  beforeAll(async () => {
    devnet = await createDevnet({ aave })
    clean = await devnet.snapshot()
  })
  afterAll(() => devnet?.close())
  beforeEach(() => devnet.revert(clean))

  test('behavior: both protocols of a chain are one eth_call, counted at the socket', async () => {
    const base = devnet.chain('base')
    await devnet.openAavePosition({
      chain: 'base',
      owner,
      supply: { WETH: Wad.fromDecimal('2'), USDC: 1_234_567n },
      borrow: { WBTC: 1_000_001n },
    })
    const collateral = { 'WETH/USDC': Wad.fromDecimal('1'), 'WBTC/USDC': 10_000_000n, 'wstETH/WETH': 10n ** 18n }
    const borrow = { 'WETH/USDC': 1_000_000_000n, 'WBTC/USDC': 1n, 'wstETH/WETH': 10n ** 17n }
    for (const market of MORPHO_MARKET_NAMES) {
      await devnet.openMorphoPosition({
        chain: 'base',
        market,
        owner,
        collateral: collateral[market],
        borrow: borrow[market],
      })
    }
    const node = createMockNode({ url: base.rpcUrl, backend: forwardTo(base.rpcUrl) })
    const proxy = await serveNodes([node])
    try {
      const client = createMarginClient({
        chains: [base.chain],
        transports: { [base.chainId]: http(proxy.urls[0], { retryCount: 0 }) },
        adapters: [
          aaveV3(devnet.marketOf('base')),
          ...MORPHO_MARKET_NAMES.map((name) => morphoBlue(devnet.morphoMarketOf('base', name))),
        ],
      })
      await client.getMarginView({ owner })
      await devnet.increaseTime(86_400)
      const before = node.requests.length
      const view = await client.getMarginView({ owner })
      expect(node.requests.slice(before).map(({ calls }) => calls.map(({ method }) => method))).toEqual([['eth_call']])
      expect(view.issues).toEqual([])
      expect(view.positions.map(({ health }) => health.status)).toEqual(['known', 'known', 'known', 'known'])
      expect(view.totals.status).toBe('complete')

      const [pool] = view.positions
      if (pool?.status !== 'read') throw new TypeError('the pool was not read')
      const [, , , , , factor] = await base.client.readContract({
        address: base.addresses.pool,
        abi: accountDataAbi,
        functionName: 'getUserAccountData',
        args: [owner],
        blockNumber: pool.block.number,
      })
      expect(pool.health).toEqual({ status: 'known', factor })
    } finally {
      await proxy.close()
    }
  })

  test('behavior: the story of the demo, a plan and its moves included', async () => {
    const { teller, document } = tellJson()
    await story(devnet, teller)
    const { shocked, choice, moves, after } = JSON.parse(document())
    expect(shocked.verdict).toBe('at-risk')
    expect(choice.plan.steps).toHaveLength(2)
    expect(moves.map(({ states }: { states: { state: string }[] }) => states.at(-1)?.state)).toEqual([
      'credited',
      'credited',
    ])
    expect(after.verdict).toBe('ok')
    expect(after.plannedAgain.status).toBe('already-safe')
    for (const { difference } of after.comparedWithPlan) {
      expect(BigInt(difference)).toBeGreaterThanOrEqual(0n)
      expect(BigInt(difference)).toBeLessThan(10n ** 12n)
    }
  })
})
