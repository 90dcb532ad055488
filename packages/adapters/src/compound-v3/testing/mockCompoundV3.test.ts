import { type Address, createMarginClient, type MarketState, type ReadPosition } from '@unimargin/sdk'
import { type MockChain, type MockContract, MockRevert, mockChain, UnknownMockAssetError } from '@unimargin/sdk/testing'
import { decodeFunctionData, numberToHex, parseAbi, toFunctionSelector } from 'viem'
import { base as chainBase } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { NoSuchCallError } from '../../shared/NoSuchCallError.ts'
import { NotOfCometError } from '../NotOfCometError.ts'
import { type MockCompoundV3Options, mockCompoundV3 } from './mockCompoundV3.ts'

const owner = '0x2222222222222222222222222222222222222222'
const friend = '0x3333333333333333333333333333333333333333'
const WAD = 10n ** 18n
const NOW = 1_760_000_000n
const YEAR = 31_536_000n
const options: MockCompoundV3Options = {
  chainId: chainBase.id,
  base: {
    symbol: 'USDC',
    price: '1',
    decimals: 6,
    minimum: '1',
    borrowed: '500000',
    supplyRate: '0.02',
    borrowRate: '0.1',
  },
  collaterals: {
    WETH: { price: '3000', liquidationThreshold: '0.9', loanToValue: '0.85' },
    WBTC: { price: '60000', decimals: 8, liquidationThreshold: '0.8', loanToValue: '0.75' },
  },
}
const walletAbi = parseAbi([
  'function supplyTo(address dst, address asset, uint256 amount)',
  'function withdrawTo(address to, address asset, uint256 amount)',
  'function withdrawFrom(address src, address to, address asset, uint256 amount)',
  'function allow(address manager, bool isAllowed)',
])

const cometOf = (changes: Partial<MockCompoundV3Options> = {}) => mockCompoundV3({ ...options, ...changes })
const chainOf = (comet: ReturnType<typeof cometOf>, contracts: Readonly<Record<Address, MockContract>> = {}) =>
  mockChain({ chain: chainBase, markets: [comet], contracts, block: { number: 1n, timestamp: NOW } })

async function viewOf(comet: ReturnType<typeof cometOf>, chain: MockChain = chainOf(comet)) {
  const client = createMarginClient({
    chains: [chainBase],
    transports: { [chainBase.id]: chain.transport },
    adapters: [comet.adapter],
  })
  return client.getMarginView({ owner })
}

async function readBy(comet: ReturnType<typeof cometOf>, chain?: MockChain) {
  const view = await viewOf(comet, chain)
  const [position] = view.positions
  const [state] = view.markets
  if (position?.status !== 'read' || state === undefined) throw new TypeError(JSON.stringify(view.issues))
  return { position, state, view }
}

const where = (
  { position, state }: { readonly position: ReadPosition; readonly state: MarketState },
  symbol: string,
) => {
  const asset = state.reserves.find((reserve) => reserve.asset.symbol === symbol)?.asset.address ?? '0x'
  return { position, state, asset, owner } as const
}

describe('mockCompoundV3', () => {
  test('default', async () => {
    const comet = cometOf({ positions: [{ owner, supply: { WETH: '1.5' }, borrow: { USDC: '1200' } }] })
    const chain = chainOf(comet)
    const { position, state } = await readBy(comet, chain)
    expect(position.health).toEqual({ status: 'known', factor: (3_375n * WAD) / 1_000n })
    expect(position.flags).toEqual([])
    expect(state.unit).toBeUndefined()
    expect(chain.unmocked).toEqual([])
  })

  test('behavior: interest up to the block, and a flag where Comet has not counted it', async () => {
    const comet = cometOf({
      positions: [{ owner, supply: { WETH: '1' }, borrow: { USDC: '2600' } }],
      lastAccrualTime: NOW - YEAR,
    })
    const { position, view } = await readBy(comet)
    expect(position.debt[0]?.amount).toBeGreaterThan(2_859_000_000n)
    expect(position.health.status === 'known' && position.health.factor < WAD).toBe(true)
    expect(comet.isLiquidatable(owner)).toBe(false)
    expect(view.flags.filter(({ kind }) => kind === 'protocol-behind')).toMatchObject([{ market: comet.market.key }])
    const accrued = comet.accruedTo(NOW)
    expect(accrued.isLiquidatable(owner)).toBe(true)
    expect((await readBy(accrued)).position.flags).toEqual([])
  })

  test('behavior: a Comet that counts in its base asset is valued by the oracle for dollars', async () => {
    const oracle = '0x00000000000000000000000000000000000000aa'
    const comet = cometOf({
      base: { symbol: 'WETH', price: '1' },
      collaterals: { CBETH: { price: '1.05', liquidationThreshold: '0.93' } },
      positions: [{ owner, supply: { CBETH: '2' }, borrow: { WETH: '1' } }],
      unit: 'base',
      dollarOracle: oracle,
    })
    const dollars =
      (value: bigint): MockContract =>
      () =>
        `0x${value.toString(16).padStart(64, '0')}`
    const { position } = await readBy(comet, chainOf(comet, { [oracle]: dollars(3_000n * 10n ** 8n) }))
    expect(position.unit).toMatchObject({ symbol: 'WETH', price: 3_000n * WAD })
    expect(position.health).toEqual({ status: 'known', factor: (1_953n * WAD) / 1_000n })
  })

  test('behavior: a loan of just the minimum is given', async () => {
    const collaterals = { DAI: { price: '1', liquidationThreshold: '1' } }
    const comet = cometOf({
      base: { symbol: 'USDC', price: '1', decimals: 6, minimum: '1000' },
      collaterals,
      positions: [{ owner, supply: { DAI: '1000' } }],
    })
    const usdc = where(await readBy(comet), 'USDC')
    expect(comet.adapter.lending.limits.borrow(usdc)).toMatchObject({ amount: 1_000_000_000n })
    expect(comet.withWithdrawal(owner, usdc.asset, 1_000_000_000n).borrowedOf(owner)).toBe(1_000_000_000n)
  })

  test('behavior: more than 16 collaterals count', async () => {
    const collaterals = Object.fromEntries(
      Array.from({ length: 24 }, (_, index) => [`C${index}`, { price: '1', liquidationThreshold: '0.9' }] as const),
    )
    const supply = { C3: '10', C16: '20', C23: '30' }
    const comet = cometOf({ collaterals, positions: [{ owner, supply, borrow: { USDC: '27' } }] })
    const { position } = await readBy(comet)
    expect(position.collateral.map(({ asset, isCollateral }) => [asset.symbol, isCollateral])).toEqual([
      ['C3', true],
      ['C16', true],
      ['C23', true],
    ])
    expect(position.health).toEqual({ status: 'known', factor: 2n * WAD })
  })

  test('behavior: metadata that no longer holds is noticed in the next reading', async () => {
    const comet = cometOf({ positions: [{ owner, supply: { WETH: '1' } }] })
    const chain = chainOf(comet)
    const client = createMarginClient({
      chains: [chainBase],
      transports: { [chainBase.id]: chain.transport },
      adapters: [comet.adapter],
    })
    await client.getMarginView({ owner })
    chain.update(cometOf({ extendedPauses: {}, positions: [{ owner, supply: { WETH: '2' } }] }))
    const noticed = await client.getMarginView({ owner })
    expect(noticed.issues).toMatchObject([{ reason: 'metadata is stale: it can be paused in another way' }])
    const { position } = await readBy(comet, chain)
    expect(position.collateral).toMatchObject([{ amount: 2n * WAD }])
  })

  test('behavior: says what is shut, and what else limits', async () => {
    const comet = cometOf({ paused: ['withdraw', 'absorb'], positions: [{ owner, supply: { WETH: '1' } }] })
    const read = await readBy(comet)
    expect(comet.adapter.lending.limits.withdraw(where(read, 'WETH'))).toEqual({ amount: 0n, by: ['paused'] })
    expect(comet.adapter.lending.limits.borrow(where(read, 'USDC'))).toEqual({ amount: 0n, by: ['paused'] })
    expect(comet.adapter.lending.limits.supply(where(read, 'USDC'))).toEqual({ amount: undefined, by: [] })
    expect(read.state.details).toMatchObject({ isAbsorbPaused: true, isBuyPaused: false })
  })

  test('behavior: a price that Comet refuses is unknown, and what it would refuse is refused', async () => {
    const supply = { WETH: '1', WBTC: '1' }
    const comet = cometOf({ positions: [{ owner, supply, borrow: { USDC: '2000' } }] }).withPrice('WBTC', '0')
    const read = await readBy(comet)
    expect(read.position.health).toMatchObject({
      status: 'unknown',
      issues: [{ reason: 'getPrice reverted: BadPrice()' }],
    })
    const { limits } = comet.adapter.lending
    // WETH comes first: it carries 2,550, and a loan beyond it would come to the bad price.
    expect(limits.borrow(where(read, 'USDC'))).toEqual({ amount: 550_000_000n, by: ['price'] })
    expect(limits.withdraw(where(read, 'WBTC'))).toEqual({ amount: 10n ** 8n, by: ['balance'] })
  })

  test('behavior: where Comet may pass over a bad price without saying so, nobody knows how far it comes', async () => {
    const collaterals = {
      WETH: { price: '3000', liquidationThreshold: '0.9', loanToValue: '0.85' },
      OLD: { price: '0', liquidationThreshold: '0.5', loanToValue: '0' },
      WBTC: { price: '60000', decimals: 8, liquidationThreshold: '0.8', loanToValue: '0.75' },
    }
    const supply = { WETH: '1', OLD: '1', WBTC: '1' }
    const limitsOf = async (changes: Partial<MockCompoundV3Options>, debt: string) => {
      const comet = cometOf({ collaterals, positions: [{ owner, supply, borrow: { USDC: debt } }], ...changes })
      const read = await readBy(comet)
      const { limits } = comet.adapter.lending
      const withdrawals = ['WETH', 'OLD', 'WBTC'].map((symbol) => limits.withdraw(where(read, symbol)))
      return { borrow: limits.borrow(where(read, 'USDC')), withdrawals }
    }
    const unknown = { amount: { status: 'unknown', issues: [{ path: 'reserves.OLD.price' }] }, by: [] }
    const whole = (amount: bigint) => ({ amount, by: ['balance'] })
    // Earlier versions ask every feed.
    const earlier = await limitsOf({}, '2000')
    expect(earlier.borrow).toEqual({ amount: 550_000_000n, by: ['price'] })
    expect(earlier.withdrawals[0]?.by).toEqual(['price'])
    const later = await limitsOf({ extendedPauses: {} }, '2000')
    expect(later.borrow).toMatchObject(unknown)
    // What is out of the way before the price is asked for is known.
    expect(later.withdrawals).toMatchObject([unknown, whole(WAD), whole(10n ** 8n)])
    const deactivated = await limitsOf({ extendedPauses: { deactivated: 0b10 } }, '2000')
    expect(deactivated.borrow).toEqual({ amount: 550_000_000n, by: ['inactive'] })
    // A price that Comet gives is worth nothing, and in nobody's way.
    const priced = { ...collaterals, OLD: { ...collaterals.OLD, price: '1' } }
    const good = await limitsOf({ extendedPauses: {}, collaterals: priced }, '2000')
    expect(good.borrow).toEqual({ amount: 45_550_000_000n, by: ['loan-to-value'] })
  })

  test('behavior: calls name the owner, and another sender needs to be allowed', async () => {
    const comet = cometOf({ positions: [{ owner, supply: { WETH: '1', USDC: '10' } }] })
    const read = await readBy(comet)
    const { calls } = comet.adapter.lending
    const { call, authorizations } = calls.withdraw({ ...where(read, 'WETH'), sender: friend, amount: 'all' })
    expect(decodeFunctionData({ abi: walletAbi, data: call.data })).toMatchObject({
      functionName: 'withdrawFrom',
      args: [owner, friend, where(read, 'WETH').asset, WAD],
    })
    expect(authorizations).toMatchObject([{ kind: 'operator', owner, spender: friend, signature: 'comet' }])
    const all = calls.withdraw({ ...where(read, 'USDC'), amount: 'all' })
    expect(decodeFunctionData({ abi: walletAbi, data: all.call.data }).args?.[2]).toBe(2n ** 256n - 1n)
    expect(all.authorizations).toEqual([])
  })

  test('behavior: a repayment of more than is owed takes what is owed when it is included', async () => {
    const comet = cometOf({ positions: [{ owner, supply: { WETH: '1' }, borrow: { USDC: '100' } }] })
    const read = await readBy(comet)
    const argument = (amount: bigint | 'all') => {
      const { call } = comet.adapter.lending.calls.repay({ ...where(read, 'USDC'), amount })
      return decodeFunctionData({ abi: walletAbi, data: call.data }).args?.[2]
    }
    expect([argument(100_000_000n), argument(100_000_001n), argument('all')]).toEqual([
      100_000_000n,
      2n ** 256n - 1n,
      2n ** 256n - 1n,
    ])
  })

  test('error: NoSuchCallError', async () => {
    const comet = cometOf({ positions: [{ owner, supply: { WETH: '1' } }] })
    const read = await readBy(comet)
    const { calls } = comet.adapter.lending
    expect(() => calls.borrow({ ...where(read, 'WETH'), amount: 1n })).toThrow(NoSuchCallError)
    expect(() => calls.repay({ ...where(read, 'WETH'), amount: 1n })).toThrow(NoSuchCallError)
    expect(() => calls.borrow({ ...where(read, 'USDC'), amount: 'all' })).toThrow(NoSuchCallError)
    expect(() => calls.supply({ ...where(read, 'WETH'), amount: 'all' })).toThrow(NoSuchCallError)
    // It would be a loan.
    expect(() => calls.withdraw({ ...where(read, 'USDC'), amount: 1n })).toThrow(NoSuchCallError)
  })

  test('error: NotOfCometError', async () => {
    const comet = cometOf({ positions: [{ owner, supply: { WETH: '1' } }] })
    const read = await readBy(comet)
    const { limits } = comet.adapter.lending
    expect(() => limits.supply({ ...read, asset: friend })).toThrow(NotOfCometError)
    const strange = { ...read, state: { ...read.state, details: {} } }
    expect(() => limits.borrow(where(strange, 'USDC'))).toThrow(NotOfCometError)
  })

  test('behavior: a view that is asked by itself answers as it does among others', async () => {
    const comet = cometOf({ positions: [{ owner, supply: { WETH: '1' }, borrow: { USDC: '2550' } }] })
    const { backend } = chainOf(comet)
    const data = toFunctionSelector('numAssets()')
    await expect(
      backend({ method: 'eth_call', params: [{ to: comet.market.id, data }, 'latest'] }),
    ).resolves.toMatchObject({ status: 'result', result: numberToHex(2, { size: 32 }) })
  })

  test('error: MockRevert', () => {
    const comet = cometOf({ positions: [{ owner, supply: { WETH: '1' }, borrow: { USDC: '2550' } }] })
    const { address } = comet.assets[1] ?? { address: owner }
    expect(() => comet.withWithdrawal(owner, address, 1n)).toThrow(MockRevert)
    expect(() => comet.withSupply(owner, address, 10n ** 30n)).toThrow(MockRevert)
  })

  test('error: UnknownMockAssetError', () => {
    expect(() => cometOf().withPrice('DAI', '1')).toThrow(UnknownMockAssetError)
    expect(() => cometOf().withPosition({ owner, borrow: { WETH: '1' } })).toThrow(UnknownMockAssetError)
  })
})
