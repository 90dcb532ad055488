import {
  type Address,
  type Hex,
  type MarketReading,
  MULTICALL3,
  PositionHealth,
  type Read,
  type ReadResult,
  Wad,
} from '@unimargin/sdk'
import {
  type Abi,
  decodeFunctionData,
  encodeErrorResult,
  encodeFunctionResult,
  getAddress,
  numberToHex,
  parseAbi,
  zeroAddress,
} from 'viem'
import { describe, expect, test } from 'vitest'
import { aaveV3 } from './aaveV3.ts'
import { addressesProviderAbi, oracleAbi, poolAbi, tokenAbi } from './abi.ts'
import { aaveV3Lending } from './lending.ts'
import { sentinelAbi, sentinelProviderAbi } from './lendingReads.ts'
import type { AaveV3Metadata } from './PoolMetadata.ts'
import { strategyAbi } from './RateModel.ts'

const pool = getAddress('0x00000000000000000000000000000000000000aa')
const provider = getAddress('0x00000000000000000000000000000000000000bb')
const oracle = getAddress('0x00000000000000000000000000000000000000cc')
const owner = getAddress('0x000000000000000000000000000000000000beef')
const stranger = getAddress('0x000000000000000000000000000000000000dead')
const priceSource = getAddress('0x00000000000000000000000000000000000000e1')
const wethFeed = getAddress('0x00000000000000000000000000000000000000f1')
const usdcFeed = getAddress('0x00000000000000000000000000000000000000f2')
const strategy = getAddress('0x00000000000000000000000000000000000000d1')
const sentinel = getAddress('0x00000000000000000000000000000000000000d2')
const RAY = 10n ** 27n
/** Active, and borrowing is enabled. */
const OPEN = (1n << 56n) | (1n << 58n)
const UPDATED_AT = 1_700_000_000n
const weth = token(1)
const usdc = token(2)
const wsteth = token(3)

const feedAbi = parseAbi(['function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)'])

/** Three tokens hang on each asset: its aToken, its stable and its variable debt. */
function token(index: number, kind = 0): Address {
  return `0x${'0'.repeat(37)}${kind}0${index}`
}

type Answer = ReadResult<Hex>
type Fake = Readonly<Record<string, unknown>>

/** A pool as a table: `contract.function(args)` or `contract.function` to what it returns; the first that fits counts. */
const healthy: Fake = {
  'pool.POOL_REVISION': 1n,
  'pool.ADDRESSES_PROVIDER': provider,
  'pool.getReservesList': [weth, usdc, wsteth],
  [`pool.getReserveData(${weth})`]: reserveData(0, weth, { eMode: 1, supplyCap: 100n, borrowCap: 10n }),
  [`pool.getReserveData(${usdc})`]: reserveData(1, usdc, { decimals: 6, ltv: 7_500n, threshold: 7_800n }),
  [`pool.getReserveData(${wsteth})`]: reserveData(2, wsteth, { eMode: 1 }),
  'pool.getReserveNormalizedIncome': (11n * RAY) / 10n,
  'pool.getReserveNormalizedVariableDebt': RAY,
  'pool.getEModeCategoryData(1)': category({ label: 'ETH correlated' }),
  // WETH as collateral (bit 1), USDC borrowed (bit 2)
  [`pool.getUserConfiguration(${owner})`]: 0b0110n,
  'pool.getUserConfiguration': 0n,
  'pool.getUserEMode': 0n,
  'provider.getPriceOracle': oracle,
  'provider.getPriceOracleSentinel': zeroAddress,
  'strategy.OPTIMAL_USAGE_RATIO': (8n * RAY) / 10n,
  'strategy.getBaseVariableBorrowRate': 0n,
  'strategy.getVariableRateSlope1': (4n * RAY) / 100n,
  'strategy.getVariableRateSlope2': (75n * RAY) / 100n,
  'oracle.BASE_CURRENCY': zeroAddress,
  'oracle.BASE_CURRENCY_UNIT': 10n ** 8n,
  [`oracle.getAssetPrice(${weth})`]: 2_000n * 10n ** 8n,
  [`oracle.getAssetPrice(${usdc})`]: 10n ** 8n,
  [`oracle.getAssetPrice(${wsteth})`]: 2_300n * 10n ** 8n,
  [`oracle.getSourceOfAsset(${weth})`]: wethFeed,
  [`oracle.getSourceOfAsset(${usdc})`]: usdcFeed,
  'oracle.getSourceOfAsset': zeroAddress,
  'wethFeed.latestRoundData': [5n, 2_000n * 10n ** 8n, UPDATED_AT - 1n, UPDATED_AT, 5n],
  [`${weth}.symbol`]: 'WETH',
  [`${usdc}.symbol`]: 'USDC',
  [`${wsteth}.symbol`]: 'wstETH',
  [`${token(1, 1)}.name`]: 'Aave WETH',
  // Comes to ten at the index of 1.1.
  [`${token(1, 1)}.scaledBalanceOf(${owner})`]: 9_090_909_090_909_090_909n,
  [`${token(2, 3)}.scaledBalanceOf(${owner})`]: 8_000n * 10n ** 6n,
  [`${token(2, 2)}.balanceOf(${owner})`]: 250n * 10n ** 6n,
  [`${weth}.balanceOf`]: 50n * 10n ** 18n,
  [`${token(1, 1)}.scaledTotalSupply`]: 60n * 10n ** 18n,
  [`${token(1, 3)}.scaledTotalSupply`]: 4n * 10n ** 18n,
  [`${token(1, 2)}.getSupplyData`]: [10n ** 18n, 10n ** 18n, 0n, 0],
  name: 'aToken',
  balanceOf: 0n,
  scaledBalanceOf: 0n,
  getSupplyData: [0n, 0n, 0n, 0],
  scaledTotalSupply: 0n,
}

function reserveData(
  id: number,
  asset: Address,
  fields: Partial<{
    decimals: number
    ltv: bigint
    threshold: bigint
    eMode: number
    supplyCap: bigint
    borrowCap: bigint
    /** Bits 56 active, 57 frozen, 58 borrowing, 60 paused. */
    flags: bigint
    debtCeiling: bigint
    strategy: Address
  }> = {},
) {
  const { decimals = 18, ltv = 8_000n, threshold = 8_250n, eMode = 0, supplyCap = 0n, borrowCap = 0n } = fields
  const { flags = OPEN, debtCeiling = 0n } = fields
  const index = Number(BigInt(asset))
  const data =
    ltv |
    (threshold << 16n) |
    (10_500n << 32n) |
    (BigInt(decimals) << 48n) |
    flags |
    (borrowCap << 80n) |
    (supplyCap << 116n) |
    (BigInt(eMode) << 168n) |
    (debtCeiling << 212n)
  return [
    data,
    // Liquidity index and rate, variable borrow index and rate, stable borrow rate, last change.
    ...[RAY, 2n * 10n ** 25n, RAY, 4n * 10n ** 25n + 1n, 0n, 1],
    id,
    // AToken, stable and variable debt token.
    ...[token(index, 1), token(index, 2), token(index, 3)],
    fields.strategy ?? strategy,
    // Accrued to the treasury, unbacked, debt in isolation.
    ...[10n ** 18n, 0n, 0n],
  ] as const
}

function category(fields: { label?: string; priceSource?: Address; liquidationThreshold?: number } = {}) {
  const { liquidationThreshold = 9_300, priceSource: source = zeroAddress, label = '' } = fields
  return [9_000, liquidationThreshold, 10_100, source, label] as const
}

/** As from 3.2 on: e-modes list their reserves. The configuration's bit 252 says that the pool counts what it holds. */
const later: Fake = {
  ...healthy,
  'pool.POOL_REVISION': 5n,
  [`pool.getReserveData(${weth})`]: reserveData(0, weth, { flags: OPEN | (1n << 252n) }),
  'pool.getEModeCategoryCollateralBitmap': 0b001n,
  'pool.getEModeCategoryBorrowableBitmap': 0b010n,
  'pool.getEModeCategoryData(1)': category({ liquidationThreshold: 0 }),
  'pool.getEModeCategoryData(7)': category({ label: 'ETH only' }),
  'pool.getEModeCategoryData': category({ liquidationThreshold: 0 }),
  'pool.getVirtualUnderlyingBalance': 7n,
  'strategy.getInterestRateDataBps': [8_000, 0, 400, 7_500],
}

/** What a pool of 3.3, 3.4, 3.6 and 3.7 has besides. */
const since33 = { ...later, 'pool.POOL_REVISION': 6n, 'pool.getReserveDeficit': 9n }
const since34 = { ...since33, 'pool.POOL_REVISION': 8n, 'pool.RESERVE_INTEREST_RATE_STRATEGY': strategy }
const since36 = { ...since34, 'pool.POOL_REVISION': 10n, 'pool.getEModeCategoryLtvzeroBitmap': 0n }
const since37 = { ...since36, 'pool.POOL_REVISION': 11n, 'pool.getIsEModeCategoryIsolated': false }

const contracts: Readonly<Record<string, { readonly name: string; readonly abi: Abi }>> = {
  [pool]: { name: 'pool', abi: poolAbi },
  [provider]: { name: 'provider', abi: [...addressesProviderAbi, ...sentinelProviderAbi] },
  [strategy]: { name: 'strategy', abi: strategyAbi },
  [sentinel]: { name: 'sentinel', abi: sentinelAbi },
  [oracle]: { name: 'oracle', abi: oracleAbi },
  [wethFeed]: { name: 'wethFeed', abi: feedAbi },
  [usdcFeed]: { name: 'usdcFeed', abi: feedAbi },
  [MULTICALL3]: { name: 'multicall3', abi: parseAbi(['function getCurrentBlockTimestamp() view returns (uint256)']) },
}
const dead: Answer = { status: 'unavailable', reason: 'dead node' }
const reverted: Answer = { status: 'reverted', reason: 'execution reverted', data: '0x' }

/** A table entry that is an answer is given as it stands; every other one is encoded; none at all is a revert. */
function answer(fake: Fake, { to, data }: Read.ContractCall): Answer {
  const { name, abi } = contracts[to] ?? { name: to, abi: tokenAbi }
  const { functionName, args = [] } = decodeFunctionData({ abi, data })
  const keys = [`${name}.${functionName}(${args.join()})`, `${name}.${functionName}`, functionName]
  const found = keys.map((key) => fake[key]).find((value) => value !== undefined)
  if (found === undefined) return reverted
  if (typeof found === 'object' && found !== null && 'status' in found) return found as Answer
  return { status: 'ok', value: encodeFunctionResult({ abi, functionName, result: found } as never) }
}

function run<value>(read: Read.Read<value>, fake: Fake): { result: ReadResult<value>; steps: number } {
  for (let steps = 1, current = read; ; steps += 1) {
    const step = current.decode(current.calls.map((call) => answer(fake, call)))
    if (step.status !== 'more') return { result: step, steps }
    current = step.read
  }
}

const adapter = aaveV3({ chainId: 10, pool, name: 'Aave test', lending: aaveV3Lending })

function metadataOf(fake: Fake): AaveV3Metadata {
  const { result } = run(adapter.metadata.read, fake)
  if (result.status !== 'ok') throw new Error(`metadata: ${result.reason}`)
  return result.value
}

/** Reads with the metadata of one table the state of another. */
function stateOf(
  changes: Fake = {},
  base: Fake = healthy,
  owners: readonly Address[] = [owner],
): ReadResult<MarketReading> {
  const { result, steps } = run(adapter.state(metadataOf(base), owners), { ...base, ...changes })
  expect(steps).toBe(1)
  return result
}

function readingOf(changes: Fake = {}, base: Fake = healthy): MarketReading {
  const result = stateOf(changes, base)
  if (result.status !== 'ok') throw new Error(`state: ${result.reason}`)
  return result.value
}

function positionOf(changes: Fake = {}, base: Fake = healthy) {
  const [position] = readingOf(changes, base).positions
  if (position?.status !== 'ok') throw new Error(`position: ${position?.reason}`)
  return position.value
}

function judge(changes: Fake = {}, base: Fake = healthy) {
  const position = positionOf(changes, base)
  const rule = adapter.rules[position.rule]
  if (rule === undefined) throw new Error(`no rule ${position.rule}`)
  return PositionHealth.assess(position, rule)
}

describe('aaveV3', () => {
  test('default', () => {
    expect(adapter.market).toEqual({
      key: 'aave-v3:10:0x00000000000000000000000000000000000000aa',
      protocol: 'aave-v3',
      chainId: 10,
      id: pool,
      name: 'Aave test',
    })
    expect(adapter.metadata.ttl).toBe(3_600)
  })

  test.each([0, -1, 1.5, Number.NaN, 2 ** 32])('error: InvalidHeartbeatError of %s', (seconds) => {
    const failure = expect.objectContaining({ name: 'InvalidHeartbeatError', heartbeat: seconds })
    expect(() => aaveV3({ chainId: 10, pool, defaultHeartbeat: seconds })).toThrow(failure)
    expect(() => aaveV3({ chainId: 10, pool, heartbeats: { [wethFeed]: seconds } })).toThrow(failure)
  })

  test('error: InvalidAddressError', () => {
    expect(() => aaveV3({ chainId: 10, pool: '0x12' })).toThrow(
      expect.objectContaining({ name: 'InvalidAddressError', parameter: 'pool' }),
    )
    expect(() => aaveV3({ chainId: 10, pool, heartbeats: { '0x12': 1 } })).toThrow(
      expect.objectContaining({ name: 'InvalidAddressError', parameter: 'heartbeats' }),
    )
  })
})

describe('metadata', () => {
  test('default', () => {
    const { result, steps } = run(adapter.metadata.read, healthy)
    expect(steps).toBe(3)
    expect(result).toMatchObject({
      status: 'ok',
      value: {
        revision: 1n,
        version: '3.0',
        oracle,
        reserves: [
          { id: 0, asset: { chainId: 10, address: weth, symbol: 'WETH', decimals: 18 }, aTokenName: 'Aave WETH' },
          { id: 1, asset: { symbol: 'USDC', decimals: 6 }, aToken: token(2, 1), variableDebtToken: token(2, 3) },
          { id: 2, asset: { symbol: 'wstETH' }, stableDebtToken: token(3, 2) },
        ],
        categories: [{ id: 1, priceSource: undefined }],
      },
    })
  })

  test('behavior: a symbol that is missing, endless or hostile becomes the address or harmless', () => {
    const hostile = {
      [`${weth}.symbol`]: reverted,
      [`${usdc}.symbol`]: '\u001b[31mUSDC\u202e\nok',
      [`${wsteth}.symbol`]: 'x'.repeat(99),
    }
    expect(metadataOf({ ...healthy, ...hostile }).reserves.map(({ asset }) => asset.symbol)).toEqual([
      '0x0000…0001',
      '[31mUSDC ok',
      '0x0000…0003',
    ])
  })

  test('behavior: an aToken without a name has no permit', () => {
    const fake = { ...healthy, [`${token(1, 1)}.name`]: reverted }
    expect(readingOf({}, fake).state.reserves[0]?.collateralTokenPermit).toBeUndefined()
  })

  test.each([
    ['a base currency that is not USD', { 'oracle.BASE_CURRENCY': weth }],
    ['another unit', { 'oracle.BASE_CURRENCY_UNIT': 10n ** 18n }],
  ])('behavior: %s is unavailable', (_, changes) => {
    expect(run(adapter.metadata.read, { ...healthy, ...changes }).result).toMatchObject({
      status: 'unavailable',
      reason: expect.stringContaining('only USD with 8 decimals'),
    })
  })

  test.each<[string, readonly Address[]]>([
    ['a reserve that is there twice', [weth, usdc, weth]],
    [
      'more reserves than the bitmaps have bits for',
      Array.from({ length: 129 }, (_, index) => numberToHex(index + 1, { size: 20 })),
    ],
  ])('behavior: a list with %s is unavailable', (_, list) => {
    const { result, steps } = run(adapter.metadata.read, { ...healthy, 'pool.getReservesList': list })
    expect(result).toEqual({ status: 'unavailable', reason: 'the list of reserves is none that a pool can have' })
    expect(steps).toBe(1)
  })

  test('behavior: a later pool that denies its bitmaps is unavailable: its e-modes would not count', () => {
    const denied = { ...since33, 'pool.getEModeCategoryCollateralBitmap': reverted }
    expect(run(adapter.metadata.read, denied).result).toEqual({
      status: 'unavailable',
      reason: 'version not known: pool revision 6 is Aave 3.3, and has not just its functions',
    })
  })

  test('behavior: decimals beyond the arithmetic are unavailable', () => {
    const fake = { ...healthy, [`pool.getReserveData(${usdc})`]: reserveData(1, usdc, { decimals: 37 }) }
    expect(run(adapter.metadata.read, fake).result).toEqual({ status: 'unavailable', reason: 'USDC has 37 decimals' })
  })

  test.each([
    'pool.POOL_REVISION',
    'pool.getReservesList',
    'pool.getEModeCategoryCollateralBitmap',
    'provider.getPriceOracle',
  ])('behavior: no answer of %s is unavailable, not another version', (key) => {
    expect(run(adapter.metadata.read, { ...healthy, [key]: dead }).result).toEqual(dead)
  })
})

describe('state', () => {
  test('default', () => {
    expect(positionOf()).toMatchObject({
      owner,
      rule: 'aave-v3/3.0',
      collateral: [
        {
          asset: { symbol: 'WETH' },
          amount: 10n * 10n ** 18n,
          price: 2_000n * Wad.WAD,
          value: 20_000n * Wad.WAD,
          isCollateral: true,
          liquidationThreshold: Wad.fromDecimal('0.825'),
          loanToValue: Wad.fromDecimal('0.8'),
        },
      ],
      // Variable and stable debt are one leg.
      debt: [
        { asset: { symbol: 'USDC' }, amount: 8_250n * 10n ** 6n, value: 8_250n * Wad.WAD, liabilityWeight: Wad.WAD },
      ],
      details: { eMode: 'none', isolated: false },
    })
    expect(judge()).toMatchObject({ health: { status: 'known', factor: Wad.fromDecimal('2') }, issues: [] })
  })

  test('behavior: reserves in the words of the model', () => {
    const [reserve] = readingOf().state.reserves
    expect(reserve).toEqual({
      asset: { chainId: 10, address: weth, symbol: 'WETH', decimals: 18 },
      collateralToken: token(1, 1),
      collateralTokenPermit: { name: 'Aave WETH', version: '1' },
      price: 2_000n * Wad.WAD,
      oracle: { source: wethFeed, updatedAt: UPDATED_AT, heartbeat: 86_400n },
      liquidationThreshold: Wad.fromDecimal('0.825'),
      loanToValue: Wad.fromDecimal('0.8'),
      liquidationBonus: Wad.fromDecimal('0.05'),
      // 100 − (60 + 1 for the treasury) · 1.1
      supplyRoom: Wad.fromDecimal('32.9'),
      // 10 − 4 − 1
      borrowRoom: 5n * 10n ** 18n,
      availableLiquidity: 50n * 10n ** 18n,
      supplyRate: Wad.fromDecimal('0.02'),
      borrowRate: Wad.fromDecimal('0.04') + 1n,
      supplyBlockedBy: [],
      withdrawBlockedBy: [],
      borrowBlockedBy: [],
      details: {
        id: 0,
        variableDebtToken: token(1, 3),
        reserveFactor: 0n,
        supplyCap: 100n * 10n ** 18n,
        borrowCap: 10n * 10n ** 18n,
        isSiloed: false,
        isBorrowableInIsolation: false,
        debtCeiling: 0n,
        isolatedDebt: 0n,
        eModeCategory: 1,
        liquidityIndex: (11n * RAY) / 10n,
        borrowIndex: RAY,
        storedLiquidityIndex: RAY,
        storedBorrowIndex: RAY,
        liquidityRate: (2n * RAY) / 100n,
        variableRate: (4n * RAY) / 100n + 1n,
        changedAt: 1n,
        bookedToTreasury: 10n ** 18n,
        scaledSupply: 60n * 10n ** 18n,
        scaledDebt: 4n * 10n ** 18n,
        accruedToTreasury: 10n ** 18n,
        stableDebt: 10n ** 18n,
        averageStableRate: 0n,
        unbacked: 0n,
        optimalUsage: (8n * RAY) / 10n,
        baseRate: 0n,
        slope1: (4n * RAY) / 100n,
        slope2: (75n * RAY) / 100n,
      },
    })
  })

  test('behavior: without lending it reads as much as the view needs, and gives no details of it', () => {
    const shows = aaveV3({ chainId: 10, pool, name: 'Aave test' })
    const metadata = run(shows.metadata.read, since36).result
    if (metadata.status !== 'ok') throw new Error(metadata.reason)
    expect(metadata.value.lending).toBeUndefined()
    const read = shows.state(metadata.value, [owner])
    // The sentinel, the time, five calls for one e-mode and the next, and two for each reserve.
    expect(adapter.state(metadataOf(since36), [owner]).calls.length - read.calls.length).toBe(1 + 3 * 2 + 6)
    const { result } = run(read, since36)
    if (result.status !== 'ok') throw new Error(result.reason)
    const { state, positions } = readingOf({}, since36)
    expect(result.value.positions).toEqual(positions)
    expect(result.value.state).toEqual({
      ...state,
      details: { version: '3.6' },
      reserves: state.reserves.map((reserve) => ({ ...reserve, details: undefined })),
    })
  })

  test('behavior: what could not be read is no detail', () => {
    const silent = {
      'pool.getReserveNormalizedIncome': dead,
      [`${token(1, 3)}.scaledTotalSupply`]: dead,
      [`${token(1, 2)}.getSupplyData`]: dead,
    }
    const details = readingOf(silent).state.reserves[0]?.details ?? {}
    for (const name of ['liquidityIndex', 'scaledDebt', 'borrowIndex', 'accruedToTreasury', 'stableDebt']) {
      expect(details).not.toHaveProperty(name)
    }
    expect(details).toHaveProperty('scaledSupply')
    const unknown = readingOf({}, { ...healthy, 'strategy.getVariableRateSlope2': reverted }).state.reserves[0]?.details
    expect(unknown).not.toHaveProperty('slope1')
  })

  test('behavior: while nobody owes anything the stored index holds', () => {
    const idle = { 'pool.getReserveNormalizedVariableDebt': 2n * RAY, scaledTotalSupply: 0n }
    const { reserves } = readingOf(idle).state
    expect(reserves.map(({ details }) => details?.borrowIndex)).toEqual([2n * RAY, RAY, RAY])
  })

  test('behavior: an index below one is none', () => {
    const { state, positions } = readingOf({ 'pool.getReserveNormalizedIncome': RAY - 1n })
    expect(state.reserves[0]?.supplyRoom).toMatchObject({ status: 'unknown' })
    expect(positions[0]).toMatchObject({ value: { collateral: [{ amount: { status: 'unknown' } }] } })
  })

  test("behavior: a leg has the protocol's own shares", () => {
    expect(positionOf()).toMatchObject({
      collateral: [{ shares: { balance: 9_090_909_090_909_090_909n, rate: (11n * RAY) / 10n } }],
      debt: [{ shares: { balance: 8_000n * 10n ** 6n, rate: RAY } }],
      details: { configuration: 0b0110n, eModeId: 0 },
    })
  })

  test.each([
    ['allows it', true, { borrowAllowed: true }],
    ['forbids it', false, { borrowAllowed: false }],
    ['reverts', reverted, { borrowAllowed: false }],
    ['cannot be asked', dead, { isSentinelUnknown: true }],
  ])('behavior: the sentinel %s', (_, says, expected) => {
    const guarded = { ...healthy, 'provider.getPriceOracleSentinel': sentinel, 'sentinel.isBorrowAllowed': says }
    expect(readingOf({}, guarded).state.details).toMatchObject({ version: '3.0', ...expected })
    expect(readingOf().state.details).not.toHaveProperty('borrowAllowed')
    expect(readingOf().state.details).not.toHaveProperty('isSentinelUnknown')
  })

  test.each([
    ['a feed that only has a price', {}, usdcFeed, 'latestRoundData reverted'],
    [
      'a feed without a completed round',
      { 'usdcFeed.latestRoundData': [0n, 0n, 0n, 0n, 0n] },
      usdcFeed,
      'no completed',
    ],
    [
      'a time that is none',
      { 'usdcFeed.latestRoundData': [1n, 1n, 1n, 2n ** 70n, 1n] },
      usdcFeed,
      'too large to be true',
    ],
    [
      'an oracle that does not say',
      { [`oracle.getSourceOfAsset(${usdc})`]: reverted },
      usdcFeed,
      'getSourceOfAsset reverted',
    ],
  ] as const)(
    'behavior: %s leaves the age of the price unknown, and the price as it is',
    (_, changes, source, reason) => {
      const reserve = readingOf(changes).state.reserves[1]
      expect(reserve).toMatchObject({
        price: Wad.WAD,
        oracle: { source, updatedAt: { status: 'unknown', issues: [{ path: 'reserves.USDC.price.updatedAt' }] } },
      })
      expect(
        JSON.stringify(reserve?.oracle, (__, value) => (typeof value === 'bigint' ? String(value) : value)),
      ).toContain(reason)
    },
  )

  test('behavior: an asset without a feed of its own says so', () => {
    expect(readingOf().state.reserves[2]?.oracle).toMatchObject({
      source: zeroAddress,
      updatedAt: { issues: [{ reason: 'the oracle names no feed for the asset' }] },
      heartbeat: undefined,
    })
  })

  test('behavior: each feed has its own heartbeat, however its address is written', () => {
    const own = aaveV3({ chainId: 10, pool, heartbeats: { [wethFeed.toLowerCase()]: 1_200 }, defaultHeartbeat: 3_600 })
    const { result } = run(own.state(metadataOf(healthy), [owner]), healthy)
    if (result.status !== 'ok') throw new Error(result.reason)
    expect(result.value.state.reserves.map(({ oracle: feed }) => feed?.heartbeat)).toEqual([1_200n, 3_600n, undefined])
  })

  test('behavior: two reserves with one symbol do not share a path', () => {
    const twins = { ...healthy, [`${usdc}.symbol`]: 'WETH', [`oracle.getAssetPrice(${usdc})`]: reverted }
    const [, second] = readingOf({}, twins).state.reserves
    expect(second).toMatchObject({ price: { issues: [{ path: `reserves.WETH@${usdc}.price` }] } })
    expect(readingOf({}, twins).positions[0]).toMatchObject({
      value: { debt: [{ price: { issues: [{ path: `reserves.WETH@${usdc}.price` }] } }] },
    })
  })

  test('behavior: no cap is no room', () => {
    expect(readingOf().state.reserves[1]).toMatchObject({ supplyRoom: undefined, borrowRoom: undefined })
  })

  test.each([
    ['frozen', { flags: OPEN | (1n << 57n) }, [['frozen'], [], ['frozen']]],
    ['paused', { flags: OPEN | (1n << 60n) }, [['paused'], ['paused'], ['paused']]],
    ['inactive', { flags: 1n << 58n }, [['inactive'], ['inactive'], ['inactive']]],
    ['not borrowable', { flags: 1n << 56n }, [[], [], ['borrowing-disabled']]],
    ['full', { supplyCap: 67n, borrowCap: 5n }, [['cap'], [], ['cap']]],
  ] as const)('behavior: %s is said where it blocks', (_, fields, expected) => {
    const [reserve] = readingOf({ [`pool.getReserveData(${weth})`]: reserveData(0, weth, fields) }).state.reserves
    expect([reserve?.supplyBlockedBy, reserve?.withdrawBlockedBy, reserve?.borrowBlockedBy]).toEqual(expected)
  })

  test('behavior: a pool that is lent out pays nothing', () => {
    const [reserve] = readingOf({ [`${weth}.balanceOf`]: 0n }).state.reserves
    expect([reserve?.withdrawBlockedBy, reserve?.borrowBlockedBy]).toEqual([['no-liquidity'], ['no-liquidity']])
  })

  test('behavior: an owner without anything has an empty position, several owners keep their order', () => {
    const result = stateOf({}, healthy, [stranger, owner])
    if (result.status !== 'ok') throw new Error(result.reason)
    expect(result.value.positions).toMatchObject([
      { status: 'ok', value: { owner: stranger, collateral: [], debt: [] } },
      { status: 'ok', value: { owner, debt: [{ amount: 8_250n * 10n ** 6n }] } },
    ])
  })

  test('behavior: collateral that is switched off, or without a threshold, backs nothing', () => {
    expect(judge({ [`pool.getUserConfiguration(${owner})`]: 0b0100n })).toMatchObject({
      collateralValue: 20_000n * Wad.WAD,
      weightedCollateral: 0n,
      health: { status: 'known', factor: 0n },
    })
    expect(judge({ [`pool.getReserveData(${weth})`]: reserveData(0, weth, { threshold: 0n, ltv: 0n }) })).toMatchObject(
      {
        collateral: [{ isCollateral: false }],
        weightedCollateral: 0n,
      },
    )
  })

  test('behavior: isolation is seen', () => {
    const isolated = { [`pool.getReserveData(${weth})`]: reserveData(0, weth, { debtCeiling: 1n }) }
    expect(positionOf(isolated).details).toMatchObject({ isolated: true })
    const both = { ...isolated, [`pool.getUserConfiguration(${owner})`]: 0b1110n }
    expect(positionOf(both).details).toMatchObject({ isolated: false })
  })
})

describe('e-mode', () => {
  const inside = { 'pool.getUserEMode': 1n }

  test('default', () => {
    expect(positionOf(inside)).toMatchObject({
      details: { eMode: 'ETH correlated' },
      collateral: [{ liquidationThreshold: Wad.fromDecimal('0.93'), loanToValue: Wad.fromDecimal('0.9') }],
    })
  })

  test('behavior: assets of other categories keep their own threshold', () => {
    const other = { ...inside, [`pool.getReserveData(${weth})`]: reserveData(0, weth) }
    expect(positionOf(other).collateral[0]?.liquidationThreshold).toBe(Wad.fromDecimal('0.825'))
  })

  test("behavior: a category's price source prices all its assets, for those who are in it", () => {
    const priced = {
      ...healthy,
      'pool.getEModeCategoryData(1)': category({ priceSource }),
      [`oracle.getAssetPrice(${priceSource})`]: 1_900n * 10n ** 8n,
    }
    expect(positionOf(inside, priced).collateral[0]?.price).toBe(1_900n * Wad.WAD)
    expect(positionOf({}, priced).collateral[0]?.price).toBe(2_000n * Wad.WAD)
    const silent = { ...inside, [`oracle.getAssetPrice(${priceSource})`]: 0n }
    expect(positionOf(silent, priced).collateral[0]?.price).toBe(2_000n * Wad.WAD)
    const broken = { ...inside, [`oracle.getAssetPrice(${priceSource})`]: reverted }
    expect(positionOf(broken, priced).collateral[0]?.price).toMatchObject({ issues: [{ path: 'eModes.1.price' }] })
  })

  test('behavior: what is not held is said as the owner would hold it', () => {
    const wstethOf = (changes: Fake = {}, base: Fake = healthy) =>
      positionOf(changes, base).firstSupplies?.find(({ asset }) => asset.symbol === 'wstETH')
    expect(positionOf().firstSupplies?.map(({ asset, amount }) => [asset.symbol, amount])).toEqual([
      ['USDC', 0n],
      ['wstETH', 0n],
    ])
    expect(wstethOf()).toMatchObject({ isCollateral: true, liquidationThreshold: Wad.fromDecimal('0.825') })
    const priced = {
      ...healthy,
      'pool.getEModeCategoryData(1)': category({ priceSource }),
      [`oracle.getAssetPrice(${priceSource})`]: 1_900n * 10n ** 8n,
    }
    expect(wstethOf(inside, priced)).toMatchObject({
      isCollateral: true,
      price: 1_900n * Wad.WAD,
      liquidationThreshold: Wad.fromDecimal('0.93'),
      loanToValue: Wad.fromDecimal('0.9'),
    })
    for (const changes of [{ ltv: 0n }, { threshold: 0n }, { debtCeiling: 1n }]) {
      const fake = { [`pool.getReserveData(${wsteth})`]: reserveData(2, wsteth, { eMode: 1, ...changes }) }
      expect(wstethOf(fake)).toMatchObject({ isCollateral: false })
    }
    const isolated = { [`pool.getReserveData(${weth})`]: reserveData(0, weth, { eMode: 1, debtCeiling: 1n }) }
    expect(wstethOf(isolated)).toMatchObject({ isCollateral: false })
  })

  test('behavior: a threshold or loan-to-value of zero of the reserve itself stays', () => {
    const zero = {
      ...inside,
      [`pool.getReserveData(${weth})`]: reserveData(0, weth, { eMode: 1, ltv: 0n, threshold: 0n }),
    }
    expect(positionOf(zero).collateral[0]).toMatchObject({ isCollateral: false, loanToValue: 0n })
  })

  test('behavior: from 3.2 the bitmaps of the categories count, and virtual balances', () => {
    expect(metadataOf(later)).toMatchObject({ version: '3.2', categories: [{ id: 7 }] })
    expect(positionOf({ 'pool.getUserEMode': 7n }, later)).toMatchObject({
      details: { eMode: 'ETH only', eModeId: 7, borrowable: 0b010n },
      collateral: [{ liquidationThreshold: Wad.fromDecimal('0.93') }],
    })
    expect(
      positionOf({ 'pool.getUserEMode': 7n, 'pool.getEModeCategoryCollateralBitmap': 0b110n }, later),
    ).toMatchObject({
      collateral: [{ liquidationThreshold: Wad.fromDecimal('0.825') }],
    })
    const [counted, uncounted] = readingOf({}, later).state.reserves
    expect(counted?.availableLiquidity).toBe(7n)
    expect(uncounted?.availableLiquidity).toMatchObject({ status: 'unknown' })
  })
})

describe('failure', () => {
  test('behavior: one broken price makes that price unknown and nothing else', () => {
    const judged = judge({ [`oracle.getAssetPrice(${wsteth})`]: reverted })
    expect(judged).toMatchObject({ health: { status: 'known', factor: Wad.fromDecimal('2') }, issues: [] })
    const { state } = readingOf({ [`oracle.getAssetPrice(${wsteth})`]: reverted })
    expect(state.reserves.map(({ price }) => typeof price)).toEqual(['bigint', 'bigint', 'object'])
  })

  test('behavior: a broken price of collateral is located, and counts as zero in the conservative health only', () => {
    const issue = {
      kind: 'reverted',
      chainId: 10,
      market: adapter.market.key,
      path: 'reserves.WETH.price',
      reason: 'getAssetPrice reverted',
    }
    expect(judge({ [`oracle.getAssetPrice(${weth})`]: reverted })).toMatchObject({
      health: { status: 'unknown', issues: [issue] },
      conservativeHealth: { status: 'known', factor: 0n },
      issues: [issue],
    })
  })

  test.each([
    ['a dead node', dead],
    ['no answer', { status: 'ok', value: '0x' } as const],
    ['half a word', { status: 'ok', value: '0x00ff' } as const],
    ['a number that cannot be', 2n ** 128n],
  ])('behavior: a debt of %s is unknown, never zero', (_, given) => {
    const { health, conservativeHealth, debtValue } = judge({ [`${token(2, 3)}.scaledBalanceOf(${owner})`]: given })
    expect([health.status, conservativeHealth.status, typeof debtValue]).toEqual(['unknown', 'unknown', 'object'])
  })

  test('behavior: a balance that is unknown is a leg, though the owner may hold none', () => {
    const { collateral } = positionOf({ [`${token(3, 1)}.scaledBalanceOf(${owner})`]: dead })
    expect(collateral.map(({ amount }) => typeof amount)).toEqual(['bigint', 'object'])
    expect(collateral[1]?.amount).toMatchObject({
      issues: [{ kind: 'unavailable', owner, path: 'positions.wstETH.supplied', reason: 'dead node' }],
    })
  })

  test('behavior: an impossible price is unknown', () => {
    expect(judge({ [`oracle.getAssetPrice(${weth})`]: 2n ** 80n }).health.status).toBe('unknown')
  })

  test('behavior: caps and liquidity that are unknown are no room', () => {
    const [reserve] = readingOf({
      [`${token(1, 1)}.scaledTotalSupply`]: dead,
      [`${token(1, 3)}.scaledTotalSupply`]: dead,
      [`${weth}.balanceOf`]: dead,
    }).state.reserves
    expect([reserve?.supplyRoom, reserve?.borrowRoom, reserve?.availableLiquidity]).toMatchObject([
      { status: 'unknown' },
      { status: 'unknown' },
      { status: 'unknown' },
    ])
  })

  test.each(['getUserConfiguration', 'getUserEMode'])(
    "behavior: without %s an owner's position is unavailable, the market is not",
    (name) => {
      const { state, positions } = readingOf({ [`pool.${name}(${owner})`]: dead })
      expect(state.reserves).toHaveLength(3)
      expect(positions).toEqual([dead])
    },
  )

  test('behavior: without the data of a reserve nothing can be said', () => {
    expect(stateOf({ [`pool.getReserveData(${usdc})`]: dead })).toEqual(dead)
  })

  test('behavior: a revert keeps its reason', () => {
    const abi = parseAbi(['error Error(string)'])
    const data = encodeErrorResult({ abi, errorName: 'Error', args: ['stale'] })
    const refused: Answer = { status: 'reverted', reason: 'reverted', data }
    expect(judge({ [`oracle.getAssetPrice(${weth})`]: refused }).issues[0]?.reason).toContain('stale')
  })
})

describe('stale metadata', () => {
  test.each([
    ['a new reserve', { 'pool.getReservesList': [weth, usdc, wsteth, token(4)] }, 'the list of reserves changed'],
    ['another order', { 'pool.getReservesList': [usdc, weth, wsteth] }, 'the list of reserves changed'],
    ['a new oracle', { 'provider.getPriceOracle': provider }, `the price oracle became ${provider}`],
    ['an upgrade', { 'pool.POOL_REVISION': 9n }, 'the pool revision became 9'],
    [
      'another id',
      { [`pool.getReserveData(${usdc})`]: reserveData(3, usdc, { decimals: 6 }) },
      'the id of USDC became 3',
    ],
    [
      'other decimals',
      { [`pool.getReserveData(${usdc})`]: reserveData(1, usdc, { decimals: 18 }) },
      'the decimals of USDC became 18',
    ],
    [
      'an e-mode that answers as from 3.2 on (the probe had run out of gas)',
      { 'pool.getEModeCategoryCollateralBitmap': 0b001n },
      'it has other functions',
    ],
    ['a new sentinel', { 'provider.getPriceOracleSentinel': sentinel }, `the sentinel became ${sentinel}`],
    [
      'a new interest rate strategy',
      { [`pool.getReserveData(${weth})`]: reserveData(0, weth, { strategy: oracle }) },
      `the strategy of WETH became ${oracle}`,
    ],
    ['a new feed', { [`oracle.getSourceOfAsset(${weth})`]: usdcFeed }, `the price source of WETH became ${usdcFeed}`],
    [
      'a new price source',
      { 'pool.getEModeCategoryData(1)': category({ priceSource }) },
      `the price source of e-mode 1 became ${priceSource}`,
    ],
  ])('behavior: %s makes the reading unavailable, never silently incomplete', (_, changes, reason) => {
    expect(stateOf(changes)).toEqual({ status: 'unavailable', reason: `metadata is stale: ${reason}` })
  })

  test('behavior: an e-mode of a reserve that was not known makes the reading unavailable', () => {
    expect(stateOf({ [`pool.getReserveData(${wsteth})`]: reserveData(2, wsteth, { eMode: 2 }) })).toEqual({
      status: 'unavailable',
      reason: 'metadata is stale: e-mode 2 is new',
    })
  })

  test('behavior: an e-mode that a reserve names and nobody has set up is not new for ever', () => {
    const fake = { ...healthy, 'pool.getEModeCategoryData(1)': category({ liquidationThreshold: 0 }) }
    expect(positionOf({}, fake)).toMatchObject({ collateral: [{ liquidationThreshold: Wad.fromDecimal('0.825') }] })
  })

  test('behavior: an e-mode without reserves changes nothing for those who are in it', () => {
    expect(positionOf({ 'pool.getUserEMode': 2n })).toMatchObject({
      details: { eMode: 'category 2' },
      collateral: [{ liquidationThreshold: Wad.fromDecimal('0.825') }],
    })
  })

  test('behavior: from 3.2 an unknown e-mode of an owner makes the reading unavailable', () => {
    expect(stateOf({ 'pool.getUserEMode': 2n }, later)).toEqual({
      status: 'unavailable',
      reason: 'metadata is stale: e-mode 2 is new',
    })
  })
})

describe('versions', () => {
  const failing = (fake: Fake) => {
    const { result } = run(adapter.metadata.read, fake)
    return result.status === 'unavailable' ? result.reason : result.status
  }

  test.each([
    ['3.0', 'aave-v3/3.0', healthy],
    ['3.1', 'aave-v3/3.0', { ...healthy, 'pool.getVirtualUnderlyingBalance': 7n }],
    ['3.2', 'aave-v3/3.0', later],
    ['3.3', 'aave-v3/3.0', since33],
    ['3.4', 'aave-v3/3.0', since34],
    ['3.5', 'aave-v3/3.5', { ...since34, 'pool.POOL_REVISION': 9n }],
    ['3.6', 'aave-v3/3.5', since36],
    ['3.7', 'aave-v3/3.5', since37],
  ])('default: %s has rule %s', (version, rule, fake) => {
    expect(metadataOf(fake).version).toBe(version)
    expect(positionOf({}, fake).rule).toBe(rule)
  })

  test('behavior: a revision that is not known is unavailable rather than wrong', () => {
    expect(failing({ ...since37, 'pool.POOL_REVISION': 12n })).toBe(
      'version not known: pool revision 12 is none of those known here',
    )
  })

  test('behavior: a fork whose tokens round in another way is unavailable, whatever it says that it is', () => {
    // 66,000,000,000,000,000,001.7 units.
    const weighed = (fake: Fake, total: bigint): Fake => ({
      ...fake,
      [`${token(1, 1)}.scaledTotalSupply`]: 60n * 10n ** 18n + 1n,
      [`${token(1, 1)}.totalSupply`]: total,
      'pool.getReserveNormalizedIncome': (11n * RAY) / 10n + 10n ** 7n,
    })
    const [down, halfUp] = [66n * 10n ** 18n + 1n, 66n * 10n ** 18n + 2n]
    expect(run(adapter.metadata.read, weighed(healthy, halfUp)).result.status).toBe('ok')
    expect(failing(weighed(healthy, down))).toBe('version not known: WETH does not round as Aave 3.0 does')
    expect(run(adapter.metadata.read, weighed(since36, down)).result.status).toBe('ok')
    expect(failing(weighed(since36, halfUp))).toBe('version not known: WETH does not round as Aave 3.6 does')
  })

  test("behavior: a fork that counts in its own way is not taken for Aave's, and may be named", () => {
    const fork = { ...since36, 'pool.POOL_REVISION': 2n }
    expect(failing(fork)).toBe('version not known: pool revision 2 is none of those known here')
    const named = aaveV3({ chainId: 10, pool, revisions: { 2: '3.6' } })
    expect(run(named.metadata.read, fork).result).toMatchObject({ status: 'ok', value: { version: '3.6' } })
    // Another implementation behind the same number has other functions.
    expect(run(named.metadata.read, { ...since34, 'pool.POOL_REVISION': 2n }).result.status).toBe('unavailable')
    expect(run(named.metadata.read, { ...since36, 'pool.POOL_REVISION': 3n }).result.status).toBe('unavailable')
  })

  test('behavior: from 3.3 on the deficit is unbacked, and from 3.2 on there is no stable debt', () => {
    expect(readingOf({}, since33).state.reserves[0]?.details).toMatchObject({ unbacked: 9n, stableDebt: 0n })
    expect(positionOf({}, since33).debt[0]?.amount).toBe(8_000n * 10n ** 6n)
  })

  test('behavior: from 3.5 on balances are rounded down, and debts up', () => {
    const odd = { 'pool.getReserveNormalizedVariableDebt': RAY + 1n }
    expect(positionOf(odd, since34)).toMatchObject({
      collateral: [{ amount: 10n ** 19n }],
      debt: [{ amount: 8_000_000_000n }],
    })
    expect(positionOf(odd, since36)).toMatchObject({
      collateral: [{ amount: 10n ** 19n - 1n }],
      debt: [{ amount: 8_000_000_001n }],
    })
  })

  test('behavior: from 3.6 on an e-mode alone says what is collateral in it, and what that lends', () => {
    const inside = { 'pool.getUserEMode': 7n }
    const none = { [`pool.getReserveData(${weth})`]: reserveData(0, weth, { ltv: 0n, threshold: 0n }) }
    expect(positionOf({ ...inside, ...none }, since34).collateral[0]).toMatchObject({ isCollateral: false })
    expect(positionOf({ ...inside, ...none }, since36).collateral[0]).toMatchObject({
      isCollateral: true,
      liquidationThreshold: Wad.fromDecimal('0.93'),
      loanToValue: Wad.fromDecimal('0.9'),
    })
    const zero = { ...inside, 'pool.getEModeCategoryLtvzeroBitmap': 0b001n }
    expect(positionOf(zero, since36).collateral[0]).toMatchObject({
      liquidationThreshold: Wad.fromDecimal('0.93'),
      loanToValue: 0n,
    })
  })

  test('behavior: from 3.7 on an isolated e-mode lends on nothing else, and a debt ceiling means nothing', () => {
    const other = { 'pool.getUserEMode': 7n, 'pool.getEModeCategoryCollateralBitmap': 0b110n }
    expect(positionOf(other, since37).collateral[0]?.loanToValue).toBe(Wad.fromDecimal('0.8'))
    expect(positionOf({ ...other, 'pool.getIsEModeCategoryIsolated': true }, since37).collateral[0]).toMatchObject({
      loanToValue: 0n,
      liquidationThreshold: Wad.fromDecimal('0.825'),
    })
    const ceiling = { [`pool.getReserveData(${weth})`]: reserveData(0, weth, { debtCeiling: 1n }) }
    expect(positionOf(ceiling, since36).details.isolated).toBe(true)
    expect(positionOf(ceiling, since37).details.isolated).toBe(false)
  })
})
