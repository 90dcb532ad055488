import { setupServer } from 'msw/node'
import { http, parseAbi } from 'viem'
import { arbitrum, base } from 'viem/chains'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fakeMarket } from '../../test/fakeMarket.ts'
import { createMarginClient } from '../client/createMarginClient.ts'
import type { Address } from '../model/Hex.ts'
import * as Wad from '../units/Wad.ts'
import type { MockAmount, MockMarket, MockPosition } from './chain/MockMarket.ts'
import { UnknownMockAssetError, UnknownMockMarketError } from './chain/MockSetupErrors.ts'
import { mockContract } from './chain/mockContract.ts'
import { toBaseUnits } from './chain/toBaseUnits.ts'
import type { Fault } from './faults/Fault.ts'
import { type MockChainParameters, mockChain } from './mockChain.ts'

const OWNER: Address = '0x00000000000000000000000000000000000a11ce'
const POOL: Address = '0x0000000000000000000000000000000000000900'
const SECOND: Address = '0x0000000000000000000000000000000000000901'

const abi = parseAbi([
  'function decimals() view returns (uint8)',
  'function price() view returns (uint256)',
  'function collateralOf(address owner) view returns (uint256)',
  'function debtOf(address owner) view returns (uint256)',
])

type Holding = { readonly collateral: bigint; readonly debt: bigint }
type Book = { readonly price: bigint; readonly holdings: ReadonlyMap<string, Holding> }

/** The smallest market there is, as an adapter of a third party would contribute it: one asset, one contract. */
function tinyMarket(chainId: number, pool = POOL, book: Book = { price: Wad.WAD, holdings: new Map() }): MockMarket {
  const { market } = fakeMarket({ chainId, pool })
  const next = (change: Partial<Book>) => tinyMarket(chainId, pool, { ...book, ...change })
  const of = (owner: Address): Holding => book.holdings.get(owner.toLowerCase()) ?? { collateral: 0n, debt: 0n }
  const set = (owner: Address, holding: Holding) =>
    next({ holdings: new Map([...book.holdings, [owner.toLowerCase(), holding]]) })
  const sum = (amounts: MockPosition['supply']) =>
    Object.values(amounts ?? {}).reduce<bigint>((total, amount: MockAmount) => total + toBaseUnits(amount, 18), 0n)
  return {
    key: market.key,
    market,
    assets: [{ chainId, address: pool, symbol: 'FAKE', decimals: 18 }],
    contracts: () => ({
      [pool]: mockContract(abi, {
        decimals: () => 18,
        price: () => book.price,
        collateralOf: ([owner]) => of(owner).collateral,
        debtOf: ([owner]) => of(owner).debt,
      }),
    }),
    withPrice: (_, price) => next({ price: toBaseUnits(price, 18) }),
    withPosition: ({ owner, supply, borrow }) => set(owner, { collateral: sum(supply), debt: sum(borrow) }),
    suppliedOf: (owner) => of(owner).collateral,
    withSupply: (owner, _, amount) => set(owner, { ...of(owner), collateral: of(owner).collateral + amount }),
    withWithdrawal: (owner, _, amount) => set(owner, { ...of(owner), collateral: of(owner).collateral - amount }),
  }
}

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const position = { owner: OWNER, supply: { FAKE: '10' }, borrow: { FAKE: '4' } }

function stage(parameters: Partial<MockChainParameters> = {}) {
  const onBase = mockChain({ chain: base, markets: [tinyMarket(base.id)], positions: [position], ...parameters })
  const onArbitrum = mockChain({ chain: arbitrum, markets: [tinyMarket(arbitrum.id)], positions: [position] })
  server.use(...onBase.handlers, ...onArbitrum.handlers)
  const client = createMarginClient({
    chains: [base, arbitrum],
    transports: { [base.id]: http(), [arbitrum.id]: http() },
    adapters: [fakeMarket({ chainId: base.id, pool: POOL }), fakeMarket({ chainId: arbitrum.id, pool: POOL })],
  })
  const healths = async () => {
    const { positions } = await client.getMarginView({ owner: OWNER, timeout: 2_000 })
    return positions.map(({ health }) => (health.status === 'known' ? Wad.format(health.factor) : health.status))
  }
  return { onBase, onArbitrum, healths, client }
}

describe('mockChain', () => {
  test('default: a view of markets on two chains, through viem and msw', async () => {
    const { onBase, onArbitrum, client, healths } = stage()
    expect(await healths()).toEqual(['2', '2'])
    const view = await client.getMarginView({ owner: OWNER })
    expect(view.chains.map(({ status }) => status)).toEqual(['read', 'read'])
    expect([...onBase.unmocked, ...onArbitrum.unmocked]).toEqual([])
  })

  test('behavior: prices and positions change while it runs', async () => {
    const { onBase, healths } = stage()
    onBase.setPosition({ ...position, borrow: { FAKE: '8' } })
    expect(await healths()).toEqual(['1', '2'])
    onBase.reorg(1)
    expect(await healths()).toEqual(['2', '2'])
    expect(onBase.setPrice('fake', '2000.5').number).toBe(1_000_003n)
    expect(onBase.setPrice(POOL, 7n).number).toBe(1_000_004n)
  })

  test('behavior: one chain breaks and is mended, the other goes on', async () => {
    const { onBase, healths } = stage()
    const down: Fault = {
      kind: 'test-down',
      answer: () => ({ status: 'error', code: -32_000, message: 'missing trie node' }),
    }
    const mend = onBase.break(down)
    expect(await healths()).toEqual(['unknown', '2'])
    mend()
    expect(await healths()).toEqual(['2', '2'])
  })

  test('behavior: a market has to be named where there are several', async () => {
    const markets = [tinyMarket(base.id), tinyMarket(base.id, SECOND)]
    const chain = mockChain({ chain: base, markets })
    expect(() => chain.setPosition(position)).toThrow(UnknownMockMarketError)
    const { key } = fakeMarket({ chainId: base.id, pool: SECOND }).market
    chain.setPosition({ ...position, market: key })
    const supplied = markets.map((market) => {
      const now = chain.state.get(market.key)
      return now !== undefined && 'suppliedOf' in now ? (now as MockMarket).suppliedOf(OWNER, POOL) : undefined
    })
    expect(supplied).toEqual([0n, 10n * Wad.WAD])
  })

  test('error: UnknownMockMarketError, UnknownMockAssetError', () => {
    const chain = mockChain({ chain: base, markets: [tinyMarket(base.id)] })
    expect(() => chain.setPosition({ ...position, market: 'another' })).toThrow(UnknownMockMarketError)
    expect(() => chain.setPosition({ owner: OWNER, supply: { WETH: '1' } })).toThrow(UnknownMockAssetError)
    expect(() => chain.setPrice('WETH', '1')).toThrow(UnknownMockAssetError)
    const none = { chain: base, positions: [position] }
    expect(() => mockChain(none)).toThrow(UnknownMockMarketError)
  })
})
