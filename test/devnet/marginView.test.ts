import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { createDevnet, type Devnet } from '@unimargin/devnet'
import { createMarginClient, type MarginClient, Wad } from '@unimargin/sdk'
import { http } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CountingProxy, countingProxy } from './countingProxy.ts'

const owner = '0x2222222222222222222222222222222222222222'
const nobody = '0x3333333333333333333333333333333333333333'

let devnet: Devnet
let proxies: readonly CountingProxy[]
let client: MarginClient

beforeAll(async () => {
  devnet = await createDevnet()
  const borrow = { USDC: 1_000_000_000n }
  await devnet.openAavePosition({ chain: 'arbitrum', owner, supply: { WETH: Wad.fromDecimal('1') }, borrow })
  await devnet.openAavePosition({ chain: 'base', owner, supply: { WETH: Wad.fromDecimal('2') }, borrow })
  await devnet.openAavePosition({ chain: 'optimism', owner, supply: { WETH: Wad.fromDecimal('3') }, borrow })
})
afterAll(() => devnet?.close())

beforeEach(async () => {
  proxies = await Promise.all(devnet.chains.map(({ rpcUrl }) => countingProxy(rpcUrl)))
  client = createMarginClient({
    chains: devnet.chains.map(({ chain }) => chain),
    transports: Object.fromEntries(
      devnet.chains.map(({ chainId }, index) => [chainId, http(proxies[index]?.url, { retryCount: 0 })]),
    ),
    adapters: devnet.chains.map(({ name }) => aaveV3(devnet.marketOf(name))),
    routers: devnet.routers,
    routes: devnet.routes,
  })
})
afterEach(() => Promise.all(proxies.map((proxy) => proxy.close())))

describe('getMarginView', () => {
  test('behavior: a refresh is one HTTP request per chain with one eth_call, counted at the socket', async () => {
    await client.getMarginView({ owner })
    for (const proxy of proxies) proxy.seen.length = 0
    for (let refresh = 1; refresh <= 3; refresh += 1) {
      const view = await client.getMarginView({ owner })
      expect(view.positions.map(({ health }) => health.status)).toEqual(['known', 'known', 'known'])
      expect(proxies.map(({ seen }) => seen.map(({ methods }) => methods))).toEqual(
        proxies.map(() => Array.from({ length: refresh }, () => ['eth_call'])),
      )
    }
  })

  test('behavior: equals what each pool says of the owner, at the same block', async () => {
    const view = await client.getMarginView({ owner })
    for (const chain of devnet.chains) {
      const position = view.positions.find(({ market }) => market.chainId === chain.chainId)
      const reading = view.chains.find(({ chainId }) => chainId === chain.chainId)
      if (position?.status !== 'read' || reading?.status !== 'read') throw new TypeError('the position was not read')
      const [collateral, debt, , , , factor] = await chain.client.readContract({
        address: chain.addresses.pool,
        abi: accountDataAbi,
        functionName: 'getUserAccountData',
        args: [owner],
        blockNumber: reading.block.number,
      })
      expect(position.health).toEqual({ status: 'known', factor })
      expect(position.collateralValue).toBe(collateral * 10n ** 10n)
      expect(position.debtValue).toBe(debt * 10n ** 10n)
    }
  })

  test('behavior: a dead chain leaves its position unknown, and the other chains their own health', async () => {
    const whole = await client.getMarginView({ owner })
    await proxies[1]?.close()
    const view = await client.getMarginView({ owner, timeout: 5_000 })
    expect(view.chains.map(({ status }) => status)).toEqual(['read', 'unread', 'read'])
    expect(view.positions.map(({ status }) => status)).toEqual(['read', 'unread', 'read'])
    expect(view.positions[0]?.health).toEqual(whole.positions[0]?.health)
    expect(view.positions[2]?.health).toEqual(whole.positions[2]?.health)
    expect(view.positions[1]?.health.status).toBe('unknown')
    expect(view.verdict).toBe('unknown')
    expect(view.weakest.health.status).toBe('unknown')
    expect(view.weakest.weakestKnown?.position).toBe(view.positions[0]?.id)
    expect(view.aggregate.status).toBe('unknown')
    expect(view.totals).toMatchObject({ status: 'partial', missing: [view.positions[1]?.id] })
    expect(view.issues.every(({ chainId }) => chainId === devnet.chain('base').chainId)).toBe(true)
    expect(view.issues.length).toBeGreaterThan(0)
  })

  test('behavior: an account without positions is read as empty, chain by chain', async () => {
    const view = await client.getMarginView({ owner: nobody })
    expect(view.verdict).toBe('ok')
    expect(view.issues).toEqual([])
    expect(view.positions.map((position) => position.status === 'read' && position.collateral)).toEqual([[], [], []])
    expect(view.totals).toMatchObject({ status: 'complete', collateralValue: 0n, debtValue: 0n })
  })

  test('behavior: a node of another chain is not believed', async () => {
    const [arbitrum, base] = devnet.chains
    if (arbitrum === undefined || base === undefined) throw new TypeError('two chains are needed')
    const swapped = createMarginClient({
      chains: [base.chain],
      transports: { [base.chainId]: http(arbitrum.rpcUrl) },
      adapters: [aaveV3(devnet.marketOf('base'))],
    })
    const view = await swapped.getMarginView({ owner })
    expect(view.positions.map(({ status }) => status)).toEqual(['unread'])
    expect(view.issues[0]?.reason).toContain('42161')
  })
})

const accountDataAbi = [
  {
    type: 'function',
    name: 'getUserAccountData',
    stateMutability: 'view',
    inputs: [{ name: 'user', type: 'address' }],
    outputs: [
      { name: 'totalCollateralBase', type: 'uint256' },
      { name: 'totalDebtBase', type: 'uint256' },
      { name: 'availableBorrowsBase', type: 'uint256' },
      { name: 'currentLiquidationThreshold', type: 'uint256' },
      { name: 'ltv', type: 'uint256' },
      { name: 'healthFactor', type: 'uint256' },
    ],
  },
] as const
