import {
  type Address,
  createMarginClient,
  getMarginView,
  type Liquidation,
  type LiquidationResult,
  simulateLiquidation,
  whatIf,
} from '@unimargin/sdk'
import { mockChain } from '@unimargin/sdk/testing'
import { base as chainBase } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { compoundV3 } from '../compoundV3.ts'
import { compoundV3Liquidation } from '../liquidation.ts'
import { type MockCompoundV3Options, mockCompoundV3 } from './mockCompoundV3.ts'

const owner: Address = '0x2222222222222222222222222222222222222222'
const WAD = 10n ** 18n
const NOW = 1_760_000_000n
const USDC = 10n ** 6n
const weth = { price: '1000', liquidationThreshold: '0.9', loanToValue: '0.85', liquidationFactor: '0.95' }
const plain: MockCompoundV3Options = {
  chainId: chainBase.id,
  base: { symbol: 'USDC', price: '1', decimals: 6 },
  collaterals: { WETH: weth },
  positions: [{ owner, supply: { WETH: '10' }, borrow: { USDC: '9200' } }],
  liquidation: compoundV3Liquidation,
}

/** Through a client, as an app does it. */
async function viewOf(changes: Partial<MockCompoundV3Options>) {
  const comet = mockCompoundV3({ ...plain, ...changes })
  const chain = mockChain({ chain: chainBase, markets: [comet], block: { number: 1n, timestamp: NOW } })
  const client = createMarginClient({
    chains: [chainBase],
    transports: { [chainBase.id]: chain.transport },
    adapters: [comet.adapter],
  })
  const view = await getMarginView(client, { owner })
  return { client, view, position: view.positions[0]?.id ?? '' }
}

async function simulated(changes: Partial<MockCompoundV3Options> = {}): Promise<LiquidationResult> {
  const { client, view, position } = await viewOf(changes)
  return simulateLiquidation(client, { view, position })
}

async function liquidated(changes: Partial<MockCompoundV3Options> = {}): Promise<Liquidation> {
  const result = await simulated(changes)
  if (result.status !== 'liquidated') throw new TypeError(JSON.stringify(result))
  return result
}

async function refusal(changes: Partial<MockCompoundV3Options> = {}) {
  const result = await simulated(changes)
  return result.status === 'refused' ? result.by : result.status
}

describe('compoundV3Liquidation', () => {
  test('default: all collateral goes for 95 % of its value, and what that is more than the debt is left', async () => {
    const { after, ...result } = await liquidated()
    // 10 · 1,000 · 0.95 = 9,500 are credited: 300 more than is owed. The owner loses 10,000 for 9,500.
    expect(result).toMatchObject({
      status: 'liquidated',
      closeFactor: WAD,
      repaid: [{ asset: { symbol: 'USDC' }, amount: 9_200n * USDC }],
      seized: [{ asset: { symbol: 'WETH' }, amount: 10n * WAD, protocolFee: 10n * WAD }],
      badDebt: [],
      cost: 500n * WAD,
    })
    expect(after.debt).toEqual([])
    expect(after.collateral).toMatchObject([
      { asset: { symbol: 'USDC' }, amount: 300n * USDC, value: 300n * WAD, isCollateral: false },
    ])
    expect(after.details).toEqual({ principal: 300n * USDC })
  })

  test('behavior: the published figures of Comet (test/absorb-test.ts): a debt of all but one unit leaves that unit', async () => {
    // "absorbs an account with more than enough collateral to still cover debt": 41,000 + 3,000 + 175 dollars at a factor of one.
    const factors = { liquidationThreshold: '0.6666', loanToValue: '0.5', liquidationFactor: '1' }
    const { after, ...result } = await liquidated({
      collaterals: {
        COMP: { price: '175', ...factors },
        WETH: { price: '3000', ...factors },
        WBTC: { price: '41000', decimals: 8, ...factors },
      },
      positions: [{ owner, supply: { COMP: '1', WETH: '1', WBTC: '1' }, borrow: { USDC: 44_175n * USDC - 1n } }],
    })
    expect(result.repaid[0]?.amount).toBe(44_175n * USDC - 1n)
    expect(result.seized.map(({ amount }) => amount)).toEqual([WAD, WAD, 10n ** 8n])
    expect(after.collateral.map(({ asset, amount }) => [asset.symbol, amount])).toEqual([['USDC', 1n]])
    expect(result.cost).toBe(0n)
  })

  test('behavior: what is not covered is forgiven', async () => {
    const { after, repaid, badDebt, cost } = await liquidated({
      positions: [{ owner, supply: { WETH: '10' }, borrow: { USDC: '9800' } }],
    })
    expect([repaid[0]?.amount, badDebt[0]?.amount]).toEqual([9_500n * USDC, 300n * USDC])
    expect([after.collateral, after.debt, after.details]).toEqual([[], [], { principal: 0n }])
    expect(cost).toBe(200n * WAD)
  })

  test('behavior: a debt that nothing backs is all forgiven', async () => {
    const { repaid, seized, badDebt, cost } = await liquidated({ positions: [{ owner, borrow: { USDC: '100' } }] })
    expect([repaid[0]?.amount, seized, badDebt[0]?.amount]).toEqual([0n, [], 100n * USDC])
    expect(cost).toBe(-100n * WAD)
  })

  test('behavior: refused to the unit where the threshold holds, and where absorbing is shut', async () => {
    const owing = (amount: bigint) => [{ owner, supply: { WETH: '10' }, borrow: { USDC: amount } }]
    expect(await refusal({ positions: owing(9_000n * USDC) })).toEqual(['healthy'])
    expect(await refusal({ positions: owing(9_000n * USDC + 1n) })).toBe('liquidated')
    expect(await refusal({ positions: [{ owner, supply: { WETH: '10' } }] })).toEqual(['no-debt'])
    expect(await refusal({ paused: ['absorb'] })).toEqual(['paused'])
    // Others do not matter.
    expect(await refusal({ paused: ['supply', 'withdraw', 'transfer', 'buy'] })).toBe('liquidated')
  })

  test('behavior: a bad price stops Comet where it comes to it, and only there', async () => {
    const supply = { WETH: '10', BAD: '1' }
    const collaterals = { WETH: weth, BAD: { ...weth, price: '0' } }
    const owing = (USDC: string) => ({ collaterals, positions: [{ owner, supply, borrow: { USDC } }] })
    expect(await refusal(owing('9200'))).toEqual(['price'])
    expect(await refusal(owing('9000'))).toEqual(['healthy'])
  })

  test('behavior: unknown where versions of Comet differ: a collateral without a liquidation factor', async () => {
    const result = await simulated({ collaterals: { WETH: { ...weth, liquidationFactor: '0' } } })
    expect(result).toMatchObject({ status: 'unknown', issues: [{ owner, path: 'positions.WETH.liquidation' }] })
  })

  test('behavior: interest counts up to the block, and what is left is what the next reading says', async () => {
    const base = { symbol: 'USDC', price: '1', decimals: 6, borrowed: '500000', borrowRate: '0.1' }
    const aged = { base, lastAccrualTime: NOW - 31_536_000n }
    const positions = [{ owner, supply: { WETH: '10' }, borrow: { USDC: '8500' } }]
    const { repaid, after } = await liquidated({ ...aged, positions })
    expect(repaid[0]?.amount).toBeGreaterThan(9_349n * USDC)
    expect(after.flags).toEqual([])
  })

  test('behavior: after a what-if as well', async () => {
    const { client, view, position } = await viewOf({
      positions: [{ owner, supply: { WETH: '10' }, borrow: { USDC: '8500' } }],
    })
    expect(simulateLiquidation(client, { view, position })).toEqual({ status: 'refused', by: ['healthy'] })
    const [state] = view.markets
    const asset = state?.reserves[1]?.asset.address
    if (state === undefined || asset === undefined) throw new TypeError('no collateral')
    const changes = [{ kind: 'price', market: state.market.key, asset, price: 940n * WAD }] as const
    const fallen = whatIf(client, { view, changes })
    // 10 · 940 · 0.95 = 8,930.
    expect(simulateLiquidation(client, { view: fallen, position })).toMatchObject({
      after: { collateral: [{ amount: 430n * USDC }] },
    })
  })

  test('behavior: unknown in a state that was read without it', async () => {
    const comet = mockCompoundV3(plain)
    const { view } = await viewOf({})
    const [state, position] = [view.markets[0], view.positions[0]]
    if (state === undefined || position?.status !== 'read') throw new TypeError('nothing was read')
    const { liquidation } = compoundV3({ ...comet.market, comet: comet.market.id, liquidation: compoundV3Liquidation })
    expect(liquidation?.simulate({ state: { ...state, details: undefined }, position }).status).toBe('unknown')
    expect(liquidation?.simulate({ state, position }).status).toBe('liquidated')
  })
})
