import {
  type Address,
  createMarginClient,
  type Hex,
  InvalidAddressError,
  OutOfRangeError,
  type ReadPosition,
} from '@unimargin/sdk'
import { type MockChain, MockRevert, mockChain, UnknownMockAssetError } from '@unimargin/sdk/testing'
import fc from 'fast-check'
import { type Abi, decodeErrorResult, encodeFunctionData, parseAbi } from 'viem'
import { arbitrum } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import type { MockReserveOptions } from './MockReserve.ts'
import { type MockAaveV3, type MockAaveV3Options, mockAaveV3 } from './mockAaveV3.ts'

const owner = '0x2222222222222222222222222222222222222222'
const ETH = 10n ** 18n
const reserves = {
  WETH: { price: '3000', liquidationThreshold: '0.825', loanToValue: '0.8' },
  USDC: { price: '1', decimals: 6, liquidationThreshold: '0.78' },
} as const

const walletAbi = parseAbi([
  'function approve(address spender, uint256 amount) returns (bool)',
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function withdraw(address asset, uint256 amount, address to) returns (uint256)',
  'function borrow(address asset, uint256 amount, uint256 rateMode, uint16 referralCode, address onBehalfOf)',
  'function repay(address asset, uint256 amount, uint256 rateMode, address onBehalfOf) returns (uint256)',
])

const poolOf = (options: Partial<MockAaveV3Options> = {}): MockAaveV3 =>
  mockAaveV3({ chainId: arbitrum.id, reserves, ...options })

async function readBy(aave: MockAaveV3, chain: MockChain, of: Address = owner): Promise<ReadPosition> {
  const client = createMarginClient({
    chains: [arbitrum],
    transports: { [arbitrum.id]: chain.transport },
    adapters: [aave.adapter],
  })
  const view = await client.getMarginView({ owner: of })
  const [position] = view.positions
  if (position?.status !== 'read') throw new TypeError(view.issues.map(({ reason }) => reason).join('; '))
  return position
}

const chainWith = (aave: MockAaveV3): MockChain => mockChain({ chain: arbitrum, markets: [aave] })

/** The text that a refusal carries. */
function refusedWith(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (!(error instanceof MockRevert)) throw error
    const { args } = decodeErrorResult({ abi: parseAbi(['error Error(string)']), data: error.data })
    return args[0]
  }
  return 'not refused'
}

describe('mockAaveV3', () => {
  test('default', async () => {
    const aave = poolOf({ positions: [{ owner, supply: { WETH: '1.5' }, borrow: { USDC: '1200' } }] })
    const chain = chainWith(aave)
    const position = await readBy(aave, chain)
    expect(position.health).toEqual({ status: 'known', factor: 3_093_750_000_000_000_000n })
    expect(position.issues).toEqual([])
    expect(position.collateral).toMatchObject([
      { asset: { symbol: 'WETH', decimals: 18 }, amount: (3n * ETH) / 2n, price: 3_000n * ETH, isCollateral: true },
    ])
    expect(position.debt).toMatchObject([{ asset: { symbol: 'USDC', decimals: 6 }, amount: 1_200_000_000n }])
    expect(chain.unmocked).toEqual([])
  })

  test('behavior: has the same addresses in every run, others on another chain', () => {
    expect(poolOf().addresses).toEqual(poolOf().addresses)
    const other = poolOf({ chainId: 8453 })
    expect(other.addresses.pool).not.toBe(poolOf().addresses.pool)
    expect(other.market.key).toBe(`aave-v3:8453:${other.addresses.pool.toLowerCase()}`)
    const pool = '0x794a61358D6845594F94dc1DB02A252b5b4814aD'
    expect(poolOf({ pool }).adapter.market.id).toBe(pool)
  })

  test('behavior: a change gives a new pool, and older blocks keep the old one', async () => {
    const aave = poolOf({ positions: [{ owner, supply: { WETH: '1' }, borrow: { USDC: '1000' } }] })
    const chain = chainWith(aave)
    chain.setPrice('WETH', '1000')
    expect((await readBy(aave, chain)).health).toEqual({ status: 'known', factor: 825_000_000_000_000_000n })
    expect(aave.in(chain.state).healthOf(owner)).toBe(825_000_000_000_000_000n)
    expect(aave.healthOf(owner)).toBe(2_475_000_000_000_000_000n)
    chain.reorg(1)
    expect((await readBy(aave, chain)).health).toEqual({ status: 'known', factor: 2_475_000_000_000_000_000n })
  })

  test('behavior: a position replaces what was there, and may name its collateral and its e-mode', async () => {
    const aave = poolOf({
      reserves: { ...reserves, wstETH: { price: '3500', liquidationThreshold: '0.79', eMode: 1 } },
      eModes: { 1: { label: 'ETH correlated', liquidationThreshold: '0.93', loanToValue: '0.9' } },
      positions: [{ owner, supply: { WETH: '1' }, borrow: { USDC: '1000' } }],
    })
    const chain = chainWith(aave)
    const position = { owner, supply: { wstETH: '1', USDC: '500' }, borrow: { WETH: '0.5' } } as const
    chain.update(aave.in(chain.state).withPosition({ ...position, eMode: 1, collateral: ['wstETH'] }))
    const read = await readBy(aave, chain)
    expect(read.details).toMatchObject({ eMode: 'ETH correlated', isolated: false })
    expect(read.collateral.map(({ asset, isCollateral }) => [asset.symbol, isCollateral])).toEqual([
      ['USDC', false],
      ['wstETH', true],
    ])
    expect(read.health).toEqual({ status: 'known', factor: (3_255n * ETH) / 1_500n })
  })

  test('behavior: a reserve can be frozen, paused and full, and its feed old or silent', async () => {
    const aave = poolOf({
      reserves: {
        WETH: { ...reserves.WETH, isFrozen: true, priceUpdatedAt: 1_700_000_000n },
        USDC: { ...reserves.USDC, isPaused: true, priceUpdatedAt: 'unknown' },
        DAI: { price: '1', supplyCap: 1_000n, borrowCap: 10n, liquidity: '1000', isBorrowable: false },
      },
    })
    const chain = chainWith(aave)
    const client = createMarginClient({
      chains: [arbitrum],
      transports: { [arbitrum.id]: chain.transport },
      adapters: [aave.adapter],
    })
    const { markets } = await client.getMarginView({ owner })
    expect(markets[0]?.reserves).toMatchObject([
      { supplyBlockedBy: ['frozen'], withdrawBlockedBy: [], oracle: { updatedAt: 1_700_000_000n } },
      { supplyBlockedBy: ['paused'], withdrawBlockedBy: ['paused'], oracle: { updatedAt: { status: 'unknown' } } },
      { supplyBlockedBy: ['cap'], supplyRoom: 0n, borrowRoom: 10n * ETH, borrowBlockedBy: ['borrowing-disabled'] },
    ])
  })

  test('behavior: a new price is as young as its block, where the feed tells its age', async () => {
    const aave = poolOf({
      reserves: {
        WETH: { ...reserves.WETH, priceUpdatedAt: 1_700_000_000n },
        USDC: { ...reserves.USDC, priceUpdatedAt: 'unknown' },
      },
    })
    const chain = chainWith(aave)
    chain.setPrice('WETH', '3001')
    const { timestamp } = chain.setPrice('USDC', '0.99')
    const client = createMarginClient({
      chains: [arbitrum],
      transports: { [arbitrum.id]: chain.transport },
      adapters: [aave.adapter],
    })
    const { markets } = await client.getMarginView({ owner })
    expect(markets[0]?.reserves).toMatchObject([
      { price: 3_001n * ETH, oracle: { updatedAt: timestamp } },
      { price: 99n * 10n ** 16n, oracle: { updatedAt: { status: 'unknown' } } },
    ])
  })

  test('behavior: refuses in the words of Aave', () => {
    const aave = poolOf({ positions: [{ owner, supply: { WETH: '1' }, borrow: { USDC: '2000' } }] })
    const weth = aave.addresses.reserves.WETH?.asset ?? '0x'
    const supply = (pool: MockAaveV3) => refusedWith(() => pool.withSupply(owner, weth, ETH))
    const withdraw = (pool: MockAaveV3, amount: bigint) => refusedWith(() => pool.withWithdrawal(owner, weth, amount))
    expect([
      supply(aave),
      supply(aave.withReserve('WETH', { isFrozen: true })),
      supply(aave.withReserve('WETH', { isPaused: true })),
      supply(aave.withReserve('WETH', { isActive: false })),
      supply(aave.withReserve('WETH', { supplyCap: 1_000_001n })),
      withdraw(aave, ETH / 10n),
      withdraw(aave, ETH / 2n),
      withdraw(aave, 2n * ETH),
      withdraw(aave, 0n),
      withdraw(aave.withReserve('WETH', { isFrozen: true }), ETH / 10n),
      withdraw(aave.withReserve('WETH', { isPaused: true }), ETH / 10n),
    ]).toEqual(['not refused', '28', '29', '27', '51', 'not refused', '35', '32', '26', 'not refused', '29'])
  })

  test('behavior: wallets can supply, borrow, repay and withdraw', async () => {
    const chain = chainWith(poolOf().withTokens(owner, poolOf().assets[0]?.address ?? '0x', 2n * ETH))
    const aave = poolOf()
    const { WETH, USDC } = aave.addresses.reserves
    if (WETH === undefined || USDC === undefined) throw new TypeError('the pool lists both')
    const pool = { from: owner, to: aave.addresses.pool, value: 0n } as const
    const send = async (data: Hex, to: Address = pool.to) => {
      const hash = chain.include({ ...pool, to, data })
      const receipt = await chain.backend({ method: 'eth_getTransactionReceipt', params: [hash] })
      return receipt.status === 'result' ? Reflect.get(Object(receipt.result), 'status') : receipt.message
    }
    const call = (functionName: string, args: readonly unknown[]) =>
      encodeFunctionData({ abi: walletAbi as Abi, functionName, args })
    const now = () => aave.in(chain.state)
    expect(await send(call('supply', [WETH.asset, ETH, owner, 0]))).toBe('0x0')
    expect(await send(call('approve', [aave.addresses.pool, ETH]), WETH.asset)).toBe('0x1')
    expect(await send(call('supply', [WETH.asset, ETH, owner, 0]))).toBe('0x1')
    expect([now().suppliedOf(owner, WETH.asset), now().tokensOf(owner, WETH.asset)]).toEqual([ETH, ETH])
    expect(await send(call('borrow', [USDC.asset, 2_401_000_000n, 2n, 0, owner]))).toBe('0x0')
    expect(await send(call('borrow', [USDC.asset, 2_400_000_000n, 2n, 0, owner]))).toBe('0x1')
    expect(now().healthOf(owner)).toBe(1_031_250_000_000_000_000n)
    expect(await send(call('approve', [aave.addresses.pool, 2n ** 256n - 1n]), USDC.asset)).toBe('0x1')
    expect(await send(call('repay', [USDC.asset, 2n ** 256n - 1n, 2n, owner]))).toBe('0x1')
    expect([now().borrowedOf(owner, USDC.asset), now().tokensOf(owner, USDC.asset)]).toEqual([0n, 0n])
    expect(await send(call('withdraw', [WETH.asset, 2n ** 256n - 1n, owner]))).toBe('0x1')
    expect([now().suppliedOf(owner, WETH.asset), now().tokensOf(owner, WETH.asset)]).toEqual([0n, 2n * ETH])
    expect((await readBy(aave, chain)).collateral).toEqual([])
  })

  test.each<[string, Partial<MockReserveOptions>]>([
    ['a threshold in percent', { liquidationThreshold: '82.5' }],
    ['a loan to value in percent', { loanToValue: '80' }],
    ['a price in whole dollars', { price: 1_800n }],
    ['a price below zero', { price: -ETH }],
    ['liquidity below zero', { liquidity: -1n }],
    ['a cap in base units', { supplyCap: 10n ** 24n }],
    ['a cap below zero', { borrowCap: -1n }],
    ['an e-mode that is none', { eMode: 256 }],
    ['a debt ceiling that does not fit', { debtCeiling: 2n ** 40n }],
  ])('error: OutOfRangeError for %s', (_, changes) => {
    expect(() => poolOf().withReserve('WETH', changes)).toThrowError(OutOfRangeError)
    expect(() => poolOf({ reserves: { WETH: { ...reserves.WETH, ...changes } } })).toThrowError(OutOfRangeError)
  })

  test('error: InvalidAddressError', () => {
    const none = '0x12'
    expect(() => poolOf({ pool: none })).toThrowError(InvalidAddressError)
    expect(() => poolOf({ positions: [{ owner: none, supply: { WETH: '1' } }] })).toThrowError(InvalidAddressError)
    expect(() => poolOf().withReserve('WETH', { address: none })).toThrowError(InvalidAddressError)
    expect(() => poolOf().withReserve('WETH', { feed: none })).toThrowError(InvalidAddressError)
  })

  test('error: UnknownMockAssetError', () => {
    expect(() => poolOf({ positions: [{ owner, supply: { DOGE: '1' } }] })).toThrowError(UnknownMockAssetError)
    expect(() => poolOf().withPrice('DOGE', '1')).toThrowError(UnknownMockAssetError)
  })
})

describe('what the adapter reads of a mocked pool', () => {
  const symbols = ['WETH', 'USDC', 'WBTC'] as const
  const decimals = { WETH: 18, USDC: 6, WBTC: 8 } as const
  const reserveOf = fc.record({
    price: fc.bigInt({ min: 1n, max: 10n ** 13n }),
    threshold: fc.integer({ min: 0, max: 9_500 }),
    supplyIndex: fc.bigInt({ min: 10n ** 27n, max: 3n * 10n ** 27n }),
    borrowIndex: fc.bigInt({ min: 10n ** 27n, max: 3n * 10n ** 27n }),
    supplied: fc.bigInt({ min: 0n, max: 10n ** 22n }),
    borrowed: fc.bigInt({ min: 0n, max: 10n ** 20n }),
    isCollateral: fc.boolean(),
  })
  const half = (value: bigint, by: bigint, unit: bigint) => (value * by + unit / 2n) / unit
  const up = (a: bigint, b: bigint) => (a + b - 1n) / b
  const text = (bps: number) => `0.${String(bps).padStart(4, '0')}`

  test('property: positions of all kinds have the health that is computed from their numbers alone', async () => {
    const world = fc.record({
      WETH: reserveOf,
      USDC: reserveOf,
      WBTC: reserveOf,
      version: fc.constantFrom('3.0' as const, '3.2' as const, '3.6' as const),
      eMode: fc.constantFrom(undefined, 1),
    })
    await fc.assert(
      fc.asyncProperty(world, async ({ version, eMode, ...drawn }) => {
        const RAY = 10n ** 27n
        const aave = mockAaveV3({
          chainId: arbitrum.id,
          version,
          reserves: Object.fromEntries(
            symbols.map((symbol) => {
              const { price, threshold, supplyIndex, borrowIndex } = drawn[symbol]
              const indices = { liquidityIndex: supplyIndex, borrowIndex }
              const isIn = symbol !== 'WBTC'
              const options = { price: price * 10n ** 10n, decimals: decimals[symbol], liquidity: 10n ** 24n }
              return [symbol, { ...options, ...indices, liquidationThreshold: text(threshold), eMode: isIn ? 1 : 0 }]
            }),
          ),
          eModes: { 1: { liquidationThreshold: '0.97' } },
          positions: [
            {
              owner,
              eMode,
              supply: Object.fromEntries(symbols.map((symbol) => [symbol, drawn[symbol].supplied])),
              borrow: Object.fromEntries(symbols.map((symbol) => [symbol, drawn[symbol].borrowed])),
              collateral: symbols.filter((symbol) => drawn[symbol].isCollateral),
            },
          ],
        })
        const isLate = version === '3.6'
        let [collateral, weighted, debt] = [0n, 0n, 0n]
        for (const symbol of symbols) {
          const { price, threshold, supplyIndex, borrowIndex, supplied, borrowed, isCollateral } = drawn[symbol]
          const unit = 10n ** BigInt(decimals[symbol])
          // Kept divided by the index: half up both ways, or down both ways, and up both ways for a debt.
          const balance = isLate
            ? (((supplied * RAY) / supplyIndex) * supplyIndex) / RAY
            : half((supplied * RAY + supplyIndex / 2n) / supplyIndex, supplyIndex, RAY)
          const owed = isLate
            ? up(up(borrowed * RAY, borrowIndex) * borrowIndex, RAY)
            : half((borrowed * RAY + borrowIndex / 2n) / borrowIndex, borrowIndex, RAY)
          debt += isLate ? up(owed * price, unit) : (owed * price) / unit
          if (!isCollateral || (threshold === 0 && !isLate)) continue
          const value = (balance * price) / unit
          collateral += value
          weighted += value * (eMode === 1 && symbol !== 'WBTC' ? 9_700n : BigInt(threshold))
        }
        const average = collateral === 0n ? 0n : weighted / collateral
        const backing = half(collateral, average, 10_000n)
        const { health } = await readBy(aave, chainWith(aave))
        if (debt === 0n) {
          expect(health).toEqual({ status: 'no-debt' })
          expect(aave.healthOf(owner)).toBe(2n ** 256n - 1n)
        } else {
          const factor = isLate ? (weighted * ETH + debt / 2n) / debt / 10_000n : (backing * ETH + debt / 2n) / debt
          expect(health).toEqual({ status: 'known', factor })
          expect(aave.healthOf(owner)).toBe(factor)
        }
      }),
      { numRuns: 150 },
    )
  })
})
