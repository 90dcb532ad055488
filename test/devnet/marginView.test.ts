import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { createDevnet, type Devnet, TOKEN_SYMBOLS } from '@unimargin/devnet'
import { createMarginClient, type MarginClient, type MarginView, Wad } from '@unimargin/sdk'
import { createMockNode, forwardTo, type MockNode } from '@unimargin/sdk/testing'
import { type NodeServers, serveNodes } from '@unimargin/sdk/testing/node'
import { http } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

const owner = '0x2222222222222222222222222222222222222222'
const nobody = '0x3333333333333333333333333333333333333333'

let devnet: Devnet
/** A proxy in front of each chain, so that requests are counted at the socket. */
let nodes: readonly MockNode[]
let proxies: readonly NodeServers[]
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
  nodes = devnet.chains.map(({ rpcUrl }) => createMockNode({ url: rpcUrl, backend: forwardTo(rpcUrl) }))
  proxies = await Promise.all(nodes.map((node) => serveNodes([node])))
  client = createMarginClient({
    chains: devnet.chains.map(({ chain }) => chain),
    transports: Object.fromEntries(
      devnet.chains.map(({ chainId }, index) => [chainId, http(proxies[index]?.urls[0], { retryCount: 0 })]),
    ),
    adapters: devnet.chains.map(({ name }) => aaveV3(devnet.marketOf(name))),
    routers: devnet.routers,
    routes: devnet.routes,
    sequencers: devnet.sequencers,
  })
})
afterEach(() => Promise.all(proxies.map((proxy) => proxy.close())))

describe('getMarginView', () => {
  test('behavior: a refresh is one HTTP request per chain with one eth_call, counted at the socket', async () => {
    await client.getMarginView({ owner })
    const before = nodes.map(({ requests }) => requests.length)
    for (let refresh = 1; refresh <= 3; refresh += 1) {
      const view = await client.getMarginView({ owner })
      expect(view.positions.map(({ health }) => health.status)).toEqual(['known', 'known', 'known'])
      const seen = nodes.map(({ requests }, index) => requests.slice(before[index]))
      expect(seen.map((requests) => requests.map(({ calls }) => calls.map(({ method }) => method)))).toEqual(
        nodes.map(() => Array.from({ length: refresh }, () => ['eth_call'])),
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

  test('behavior: prices that are not updated any more are flagged, not replaced, until they are', async () => {
    const clean = await devnet.snapshot()
    for (const symbol of TOKEN_SYMBOLS) await devnet.setPrice(symbol, '1000')
    const doubts = (view: MarginView) =>
      view.flags.filter(({ kind }) => kind !== 'single-source').map(({ kind, path }) => `${kind} ${path}`)
    const fresh = await client.getMarginView({ owner })
    expect(doubts(fresh)).toEqual([])

    await devnet.increaseTime(2 * 86_400)
    await devnet.setPrice('WETH', '1000')
    const stale = await client.getMarginView({ owner })
    const paths = TOKEN_SYMBOLS.filter((symbol) => symbol !== 'WETH').map((symbol) => `reserves.${symbol}.price`)
    const expected = paths.map((path) => `stale-oracle ${path}`)
    expect(doubts(stale)).toEqual([...expected, ...expected, ...expected])
    expect(stale.markets[0]?.reserves[1]?.price).toBe(fresh.markets[0]?.reserves[1]?.price)
    // They owe USDC, whose price is old.
    const [donor, receiver] = stale.positions.map(({ id }) => id)
    const goal = { view: stale, asset: 'WETH', donor: donor ?? '', receiver: receiver ?? '', donorFloor: Wad.WAD }
    const amount = Wad.fromDecimal('0.01')
    const plan = () => client.planMove({ ...goal, amount, acceptFlags: ['single-source'] })
    expect(plan).toThrowError(expect.objectContaining({ name: 'DoubtfulViewError', kinds: ['stale-oracle'] }))

    for (const symbol of TOKEN_SYMBOLS) await devnet.setPrice(symbol, '1000')
    expect(doubts(await client.getMarginView({ owner }))).toEqual([])
    await devnet.revert(clean)
  })

  test('behavior: a sequencer that is down, and back, is flagged on its chain only', async () => {
    const clean = await devnet.snapshot()
    const doubts = async () =>
      (await client.getMarginView({ owner })).flags
        .filter(({ path }) => path === 'sequencer')
        .map(({ kind, chainId }) => [kind, chainId])
    const base = devnet.chain('base').chainId
    expect(await doubts()).toEqual([])
    await devnet.setSequencer('base', 'down')
    expect(await doubts()).toEqual([['sequencer-down', base]])
    await devnet.setSequencer('base', 'up')
    expect(await doubts()).toEqual([['sequencer-grace', base]])
    await devnet.increaseTime(3_601)
    expect(await doubts()).toEqual([])
    await devnet.revert(clean)
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
