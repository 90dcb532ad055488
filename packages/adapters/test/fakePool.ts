import {
  type Address,
  type Hex,
  type MarketReading,
  MULTICALL3,
  PositionHealth,
  type Read,
  type ReadResult,
} from '@unimargin/sdk'
import { type Abi, decodeFunctionData, encodeFunctionResult, getAddress, parseAbi, zeroAddress } from 'viem'
import { expect } from 'vitest'
import { aaveV3 } from '../src/aave-v3/aaveV3.ts'
import { addressesProviderAbi, oracleAbi, poolAbi, tokenAbi } from '../src/aave-v3/abi.ts'
import { aaveV3Lending } from '../src/aave-v3/lending.ts'
import { sentinelAbi, sentinelProviderAbi } from '../src/aave-v3/lendingReads.ts'
import type { AaveV3Metadata } from '../src/aave-v3/PoolMetadata.ts'
import { strategyAbi } from '../src/aave-v3/RateModel.ts'

/** An Aave pool as a table of answers, which reads are decoded with: no chain and no clock. */

export const pool = getAddress('0x00000000000000000000000000000000000000aa')
export const provider = getAddress('0x00000000000000000000000000000000000000bb')
export const oracle = getAddress('0x00000000000000000000000000000000000000cc')
export const owner = getAddress('0x000000000000000000000000000000000000beef')
export const stranger = getAddress('0x000000000000000000000000000000000000dead')
export const priceSource = getAddress('0x00000000000000000000000000000000000000e1')
export const wethFeed = getAddress('0x00000000000000000000000000000000000000f1')
export const usdcFeed = getAddress('0x00000000000000000000000000000000000000f2')
export const strategy = getAddress('0x00000000000000000000000000000000000000d1')
export const sentinel = getAddress('0x00000000000000000000000000000000000000d2')
export const RAY = 10n ** 27n
/** Active, and borrowing is enabled. */
export const OPEN = (1n << 56n) | (1n << 58n)
export const UPDATED_AT = 1_700_000_000n
export const weth = token(1)
export const usdc = token(2)
export const wsteth = token(3)

const feedAbi = parseAbi(['function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)'])

/** Three tokens hang on each asset: its aToken, its stable and its variable debt. */
export function token(index: number, kind = 0): Address {
  return `0x${'0'.repeat(37)}${kind}0${index}`
}

export type Answer = ReadResult<Hex>
export type Fake = Readonly<Record<string, unknown>>

/** A pool as a table: `contract.function(args)` or `contract.function` to what it returns; the first that fits counts. */
export const healthy: Fake = {
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

export function reserveData(
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

export function category(fields: { label?: string; priceSource?: Address; liquidationThreshold?: number } = {}) {
  const { liquidationThreshold = 9_300, priceSource: source = zeroAddress, label = '' } = fields
  return [9_000, liquidationThreshold, 10_100, source, label] as const
}

/** As from 3.2 on: e-modes list their reserves. The configuration's bit 252 says that the pool counts what it holds. */
export const later: Fake = {
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
export const since33 = { ...later, 'pool.POOL_REVISION': 6n, 'pool.getReserveDeficit': 9n }
export const since34 = { ...since33, 'pool.POOL_REVISION': 8n, 'pool.RESERVE_INTEREST_RATE_STRATEGY': strategy }
export const since36 = { ...since34, 'pool.POOL_REVISION': 10n, 'pool.getEModeCategoryLtvzeroBitmap': 0n }
export const since37 = { ...since36, 'pool.POOL_REVISION': 11n, 'pool.getIsEModeCategoryIsolated': false }

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
export const dead: Answer = { status: 'unavailable', reason: 'dead node' }
export const reverted: Answer = { status: 'reverted', reason: 'execution reverted', data: '0x' }

/** A table entry that is an answer is given as it stands; every other one is encoded; none at all is a revert. */
export function answer(fake: Fake, { to, data }: Read.ContractCall): Answer {
  const { name, abi } = contracts[to] ?? { name: to, abi: tokenAbi }
  const { functionName, args = [] } = decodeFunctionData({ abi, data })
  const keys = [`${name}.${functionName}(${args.join()})`, `${name}.${functionName}`, functionName]
  const found = keys.map((key) => fake[key]).find((value) => value !== undefined)
  if (found === undefined) return reverted
  if (typeof found === 'object' && found !== null && 'status' in found) return found as Answer
  return { status: 'ok', value: encodeFunctionResult({ abi, functionName, result: found } as never) }
}

export function run<value>(read: Read.Read<value>, fake: Fake): { result: ReadResult<value>; steps: number } {
  for (let steps = 1, current = read; ; steps += 1) {
    const step = current.decode(current.calls.map((call) => answer(fake, call)))
    if (step.status !== 'more') return { result: step, steps }
    current = step.read
  }
}

export const adapter = aaveV3({ chainId: 10, pool, name: 'Aave test', lending: aaveV3Lending })

export function metadataOf(fake: Fake): AaveV3Metadata {
  const { result } = run(adapter.metadata.read, fake)
  if (result.status !== 'ok') throw new TypeError(`metadata: ${result.reason}`)
  return result.value
}

/** Reads with the metadata of one table the state of another. */
export function stateOf(
  changes: Fake = {},
  base: Fake = healthy,
  owners: readonly Address[] = [owner],
): ReadResult<MarketReading> {
  const { result, steps } = run(adapter.state(metadataOf(base), owners), { ...base, ...changes })
  expect(steps).toBe(1)
  return result
}

export function readingOf(changes: Fake = {}, base: Fake = healthy): MarketReading {
  const result = stateOf(changes, base)
  if (result.status !== 'ok') throw new TypeError(`state: ${result.reason}`)
  return result.value
}

export function positionOf(changes: Fake = {}, base: Fake = healthy) {
  const [position] = readingOf(changes, base).positions
  if (position?.status !== 'ok') throw new TypeError(`position: ${position?.reason}`)
  return position.value
}

export function judge(changes: Fake = {}, base: Fake = healthy) {
  const position = positionOf(changes, base)
  const rule = adapter.rules[position.rule]
  if (rule === undefined) throw new TypeError(`no rule ${position.rule}`)
  return PositionHealth.assess(position, rule)
}
