import { createMarginClient, type MarginView, type ReadPosition, Wad } from '@unimargin/sdk'
import { type MockChain, MockRevert, mockChain } from '@unimargin/sdk/testing'
import { base } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { AmountNeededError, UnsupportedActionError } from '../MarketErrors.ts'
import { type MockMorphoBlue, type MockMorphoBlueOptions, mockMorphoBlue } from './mockMorphoBlue.ts'

const owner = '0x2222222222222222222222222222222222222222' as const
const NOW = 1_800_000_000n
const YEAR = 31_536_000n

const marketOf = (options: Partial<MockMorphoBlueOptions> = {}): MockMorphoBlue =>
  mockMorphoBlue({
    chainId: base.id,
    collateral: { symbol: 'WETH' },
    loan: { symbol: 'USDC', decimals: 6 },
    price: '3000',
    positions: [{ owner, supply: { WETH: '1' }, borrow: { USDC: '1290' } }],
    ...options,
  })

const chainWith = (market: MockMorphoBlue): MockChain =>
  mockChain({ chain: base, markets: [market], block: { number: 1n, timestamp: NOW } })

async function viewBy(market: MockMorphoBlue, chain = chainWith(market)): Promise<MarginView> {
  const client = createMarginClient({
    chains: [base],
    transports: { [base.id]: chain.transport },
    adapters: [market.adapter],
  })
  return client.getMarginView({ owner })
}

async function readBy(market: MockMorphoBlue, chain?: MockChain): Promise<ReadPosition> {
  const [position] = (await viewBy(market, chain)).positions
  if (position?.status !== 'read') throw new TypeError('the position was not read')
  return position
}

describe('mockMorphoBlue', () => {
  test('default: a position counts in the loan token, and has its value in dollars', async () => {
    const market = marketOf({ loan: { symbol: 'USDC', decimals: 6, dollars: '0.5' } })
    const position = await readBy(market)
    expect(position.health).toEqual({ status: 'known', factor: 2n * Wad.WAD })
    expect(position.collateralValue).toBe(Wad.fromDecimal('3000'))
    expect(position.unit).toMatchObject({ symbol: 'USDC', price: Wad.fromDecimal('0.5') })
    expect(market.healthOf(owner)).toBe(2n * Wad.WAD)
  })

  test('behavior: interest runs from the last update to the block, and the debt is what the chain then books', async () => {
    const market = marketOf({ updatedAt: NOW - YEAR, fee: '0.1' })
    const { debt, health } = await readBy(market)
    const booked = market.accruedAt(NOW)
    expect(debt[0]?.amount).toBe(booked.borrowedOf(owner))
    expect(booked.borrowedOf(owner) > market.borrowedOf(owner)).toBe(true)
    expect(health).toEqual({ status: 'known', factor: booked.healthOf(owner) })
  })

  test('behavior: the fee recipient can take out what is not booked yet', async () => {
    const options = { updatedAt: NOW - YEAR, fee: '0.1', feeRecipient: owner }
    const { loan } = marketOf().addresses
    const market = marketOf(options)
    const view = await viewBy(market)
    const [[state], [position]] = [view.markets, view.positions]
    if (state === undefined || position?.status !== 'read') throw new TypeError('the position was not read')
    const { amount } = market.adapter.lending.limits.withdraw({ state, position, asset: loan })
    const booked = market.accruedAt(NOW)
    expect(market.suppliedOf(owner, loan)).toBe(0n)
    expect(amount).toBe(booked.suppliedOf(owner, loan))
    if (typeof amount !== 'bigint' || amount === 0n) throw new TypeError('no fee')
    expect(booked.withWithdrawal(owner, loan, amount).suppliedOf(owner, loan)).toBe(0n)
    expect(() => booked.withWithdrawal(owner, loan, amount + 1n)).toThrowError(MockRevert)
  })

  test('behavior: with a model that nobody named, debt and rates are unknown and the collateral is not', async () => {
    const market = marketOf({ isModelKnown: false, updatedAt: NOW - 1n })
    const { markets, positions } = await viewBy(market)
    const [position] = positions
    expect(position).toMatchObject({
      status: 'read',
      collateral: [{ amount: 10n ** 18n }],
      debt: [{ amount: { status: 'unknown' } }],
      health: { status: 'unknown' },
    })
    expect(markets[0]?.reserves[0]).toMatchObject({
      supplyRate: { status: 'unknown' },
      borrowRate: { status: 'unknown' },
    })
    const [issue] = position?.issues ?? []
    expect(issue?.reason).toBe(`the interest rate model ${market.addresses.interestRateModel} is not known here`)
  })

  test('behavior: where nothing is owed no rate is needed', async () => {
    const market = marketOf({ isModelKnown: false, updatedAt: NOW - YEAR, positions: [] })
    const position = await readBy(market.withPosition({ owner, supply: { USDC: '5', WETH: '2' } }))
    expect(position.collateral.map(({ amount }) => amount)).toEqual([2n * 10n ** 18n, 5_000_000n])
    expect(position.health).toEqual({ status: 'no-debt' })
  })

  test('behavior: without a price the health is unknown, and so is what it limits', async () => {
    const market = marketOf().withoutPrice()
    const { markets, positions } = await viewBy(market)
    const [[state], [position]] = [markets, positions]
    if (state === undefined || position?.status !== 'read') throw new TypeError('the position was not read')
    expect(position.health).toMatchObject({ status: 'unknown' })
    const { limits } = market.adapter.lending
    const { collateral, loan } = market.addresses
    expect(limits.withdraw({ state, position, asset: collateral })).toMatchObject({ amount: { status: 'unknown' } })
    expect(limits.borrow({ state, position, asset: loan })).toMatchObject({ amount: { status: 'unknown' } })
    expect(limits.repay({ state, position, asset: loan }).by).toEqual(['balance'])
  })

  test('behavior: where price times collateral leaves 256 bits, Morpho reverts, and nobody knows a health', async () => {
    const market = marketOf().withPrice('WETH', 10n ** 60n)
    expect(() => market.withWithdrawal(owner, market.addresses.collateral, 1n)).toThrowError(MockRevert)
    const { markets, positions } = await viewBy(market)
    const [[state], [position]] = [markets, positions]
    if (state === undefined || position?.status !== 'read') throw new TypeError('the position was not read')
    expect(position).toMatchObject({ health: { status: 'unknown' }, debt: [{ amount: 1_290_000_000n }] })
    const { collateral, loan } = market.addresses
    const { limits } = market.adapter.lending
    expect(limits.borrow({ state, position, asset: loan })).toMatchObject({ amount: { status: 'unknown' } })
    expect(limits.withdraw({ state, position, asset: collateral })).toMatchObject({ amount: { status: 'unknown' } })
  })

  test('behavior: the feed behind the oracle makes the price old', async () => {
    const kindsOf = async (market: MockMorphoBlue) => {
      const { flags } = await viewBy(market)
      return flags.flatMap(({ kind, path }) => (path === 'reserves.WETH.price' ? [kind] : []))
    }
    expect(await kindsOf(marketOf({ defaultHeartbeat: 3_600 }).withPriceAt(NOW - 7_200n))).toEqual(['stale-oracle'])
    expect(await kindsOf(marketOf())).toEqual([])
  })

  test('behavior: all of a debt goes by its shares, also when interest came in between', async () => {
    const market = marketOf({ updatedAt: NOW - YEAR }).withTokens(owner, marketOf().addresses.loan, 10n ** 10n)
    const chain = chainWith(market)
    const view = await viewBy(market, chain)
    const [state] = view.markets
    const [position] = view.positions
    if (state === undefined || position?.status !== 'read') throw new TypeError('the position was not read')
    const where = { state, position, asset: market.addresses.loan, owner, amount: 'all' } as const
    const { call, authorizations } = market.adapter.lending.calls.repay(where)
    for (const request of [...authorizations.map(({ grant }) => grant), call])
      chain.include({ from: owner, ...request })
    const after = market.in(chain.state)
    expect(after.borrowedOf(owner)).toBe(0n)
    expect((await readBy(market, chain)).debt).toEqual([])
  })

  test('behavior: it refuses in the words of Morpho', () => {
    const market = marketOf()
    const { collateral, loan } = market.addresses
    expect(() => market.withWithdrawal(owner, collateral, 6n * 10n ** 17n)).toThrowError(MockRevert)
    expect(market.withWithdrawal(owner, collateral, 10n ** 17n).suppliedOf(owner, collateral)).toBe(9n * 10n ** 17n)
    expect(() => market.withSupply(owner, loan, 0n)).toThrowError(MockRevert)
  })

  test('error: UnsupportedActionError, AmountNeededError', async () => {
    const market = marketOf()
    const view = await viewBy(market)
    const [[state], [position]] = [view.markets, view.positions]
    if (state === undefined || position?.status !== 'read') throw new TypeError('the position was not read')
    const { calls } = market.adapter.lending
    const { collateral, loan } = market.addresses
    const where = { state, position, owner, asset: collateral } as const
    expect(() => calls.borrow({ ...where, amount: 1n })).toThrowError(UnsupportedActionError)
    expect(() => calls.supply({ ...where, amount: 'all' })).toThrowError(AmountNeededError)
    expect(() => calls.borrow({ ...where, asset: loan, amount: 'all' })).toThrowError(AmountNeededError)
  })
})
