import { type Address, type Hex, type MarketReading, MULTICALL3, type ReadResult, Wad } from '@unimargin/sdk'
import { decodeFunctionData, encodeFunctionResult, getAddress, numberToHex, parseAbi } from 'viem'
import { describe, expect, test } from 'vitest'
import { DuplicateAssetError } from './DuplicateAssetError.ts'
import type { WalletMetadata } from './metadata.ts'
import { NATIVE_COIN } from './nativeCoin.ts'
import { type WalletParameters, wallet } from './wallet.ts'

const weth = '0x4200000000000000000000000000000000000006'
const usdc = '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913'
const oracle = '0x2Cc0Fc26eD4563A5ce5e8bdcfe1A2878676Ae156'
const owner = '0x1111111111111111111111111111111111111111'
const parameters: WalletParameters = {
  chainId: 8453,
  assets: [weth, usdc],
  native: { symbol: 'ETH' },
  wrappedNative: weth,
  dollarOracle: oracle,
}

const abi = parseAbi([
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
  'function balanceOf(address) view returns (uint256)',
  'function getAssetPrice(address) view returns (uint256)',
  'function getEthBalance(address) view returns (uint256)',
])

type Answer = ReadResult<Hex>
/** `function` or `function(address)` or `contract.function` to what it says; the first that fits counts. */
type Fake = Readonly<Record<string, unknown>>

const healthy: Fake = {
  [`${usdc}.symbol`]: 'USDC',
  [`${usdc}.decimals`]: 6,
  symbol: 'WETH',
  decimals: 18,
  [`getAssetPrice(${weth})`]: 3_000n * 10n ** 8n,
  getAssetPrice: 10n ** 8n,
  [`${usdc}.balanceOf`]: 5_000_000n,
  balanceOf: 2n * Wad.WAD,
  [`${MULTICALL3}.getEthBalance`]: Wad.WAD,
}

function answersOf(fake: Fake, calls: readonly { readonly to: Address; readonly data: Hex }[]): readonly Answer[] {
  return calls.map(({ to, data }): Answer => {
    const { functionName, args = [] } = decodeFunctionData({ abi, data })
    const names = [`${to}.${functionName}`, `${functionName}(${args.join()})`, functionName]
    const value = names.map((name) => fake[name]).find((answer) => answer !== undefined)
    if (isFailure(value)) return value
    if (value === undefined) throw new TypeError(`${names[0]} is not faked`)
    // The fakes are as the ABI says, but for what a test breaks on purpose.
    return { status: 'ok', value: encodeFunctionResult({ abi, functionName, result: value as never }) }
  })
}

function isFailure(value: unknown): value is Exclude<Answer, { status: 'ok' }> {
  return typeof value === 'object' && value !== null && 'status' in value
}

function metadataOf(fake: Fake, given = parameters): ReadResult<WalletMetadata> {
  const { read } = wallet(given).metadata
  const step = read.decode(answersOf(fake, read.calls))
  if (step.status === 'more') throw new TypeError('a second step')
  return step
}

function readingOf(fake: Fake, given = parameters): MarketReading {
  const metadata = metadataOf(healthy, given)
  if (metadata.status !== 'ok') throw new TypeError(metadata.reason)
  const read = wallet(given).state(metadata.value, [owner])
  const step = read.decode(answersOf(fake, read.calls))
  if (step.status !== 'ok') throw new TypeError('no reading')
  return step.value
}

/** The reasons and places of all that is unknown. */
function holesOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  if ('issues' in value && Array.isArray(value.issues))
    return value.issues.map(({ path, reason }) => `${path}: ${reason}`)
  return [...new Set(Object.values(value).flatMap(holesOf))]
}

const legsOf = ({ positions }: MarketReading) =>
  positions.flatMap((position) => (position.status === 'ok' ? position.value.collateral : []))

describe('wallet', () => {
  test('default', () => {
    const { market, routed, lending } = wallet(parameters)
    expect(market).toEqual({
      key: 'wallet:8453:0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee',
      protocol: 'wallet',
      chainId: 8453,
      id: NATIVE_COIN,
      name: 'Wallet on chain 8453',
      holdsIdle: true,
    })
    expect([routed, lending]).toEqual([undefined, undefined])
    const reading = readingOf(healthy)
    expect(holesOf(reading)).toEqual([])
    expect(
      legsOf(reading).map(({ asset, amount, price, value, isCollateral }) => ({
        asset,
        amount,
        price,
        value,
        isCollateral,
      })),
    ).toEqual([
      {
        asset: { chainId: 8453, address: NATIVE_COIN, symbol: 'ETH', decimals: 18 },
        amount: Wad.WAD,
        price: 3_000n * Wad.WAD,
        value: 3_000n * Wad.WAD,
        isCollateral: false,
      },
      {
        asset: { chainId: 8453, address: weth, symbol: 'WETH', decimals: 18 },
        amount: 2n * Wad.WAD,
        price: 3_000n * Wad.WAD,
        value: 6_000n * Wad.WAD,
        isCollateral: false,
      },
      {
        asset: { chainId: 8453, address: usdc, symbol: 'USDC', decimals: 6 },
        amount: 5_000_000n,
        price: Wad.WAD,
        value: 5n * Wad.WAD,
        isCollateral: false,
      },
    ])
  })

  test('behavior: a balance of zero is left out', () => {
    const reading = readingOf({ ...healthy, [`${MULTICALL3}.getEthBalance`]: 0n, [`${usdc}.balanceOf`]: 0n })
    expect(legsOf(reading).map(({ asset }) => asset.symbol)).toEqual(['WETH'])
    expect(reading.state.reserves.map(({ asset }) => asset.symbol)).toEqual(['ETH', 'WETH', 'USDC'])
  })

  test('behavior: each balance fails by itself', () => {
    const dead = { status: 'unavailable', reason: 'nobody answered' }
    const reading = readingOf({ ...healthy, [`${MULTICALL3}.getEthBalance`]: dead })
    expect(holesOf(reading)).toEqual(['positions.ETH.balance: nobody answered'])
    expect(legsOf(reading).map(({ amount }) => typeof amount)).toEqual(['object', 'bigint', 'bigint'])
  })

  test('behavior: a price that fails takes no amount with it', () => {
    const refused = { status: 'reverted', reason: 'no', data: '0x' }
    const reading = readingOf({ ...healthy, [`getAssetPrice(${usdc})`]: refused })
    expect(holesOf(reading)).toEqual(['reserves.USDC.price: getAssetPrice reverted'])
    expect(legsOf(reading).map(({ amount }) => typeof amount)).toEqual(['bigint', 'bigint', 'bigint'])
  })

  test('behavior: without an oracle no price is known, and without a wrapped coin not the native one', () => {
    expect(holesOf(readingOf(healthy, { ...parameters, dollarOracle: undefined }))).toEqual([
      'reserves.ETH.price: no oracle for its price in dollars is configured',
      'reserves.WETH.price: no oracle for its price in dollars is configured',
      'reserves.USDC.price: no oracle for its price in dollars is configured',
    ])
    expect(holesOf(readingOf(healthy, { ...parameters, wrappedNative: undefined }))).toEqual([
      'reserves.ETH.price: no token is configured that has the price of the native coin',
    ])
  })

  test('behavior: numbers too large to be true are unknown', () => {
    const reading = readingOf({ ...healthy, [`${usdc}.balanceOf`]: 2n ** 255n, [`getAssetPrice(${weth})`]: 2n ** 200n })
    expect(holesOf(reading).map((hole) => hole.split(':')[0])).toEqual([
      'reserves.ETH.price',
      'reserves.WETH.price',
      'positions.USDC.balance',
    ])
  })

  test('behavior: without the native coin nobody asks for it', () => {
    const reading = readingOf(healthy, { ...parameters, native: false })
    expect(legsOf(reading).map(({ asset }) => asset.symbol)).toEqual(['WETH', 'USDC'])
  })

  test('behavior: a token without decimals is named, and nothing is guessed', () => {
    expect(metadataOf({ ...healthy, [`${usdc}.decimals`]: { status: 'reverted', reason: '', data: '0x' } })).toEqual({
      status: 'reverted',
      reason: `token ${usdc}: decimals reverted`,
      data: '0x',
    })
    expect(metadataOf({ ...healthy, [`${usdc}.decimals`]: 77 })).toMatchObject({
      status: 'unavailable',
      reason: `token ${usdc}: USDC has 77 decimals`,
    })
  })

  test('behavior: two tokens of one symbol have paths of their own', () => {
    expect(metadataOf({ ...healthy, [`${usdc}.symbol`]: 'WETH' })).toMatchObject({
      value: { labels: ['ETH', expect.stringContaining('0x'), expect.stringContaining('0x')] },
    })
  })

  test('behavior: metadata of other assets is stale', () => {
    const metadata = metadataOf(healthy)
    if (metadata.status !== 'ok') throw new TypeError(metadata.reason)
    const stale = { status: 'unavailable', reason: 'metadata is stale: the list of assets changed' }
    const stateOf = (assets: readonly Address[], native = parameters.native) =>
      wallet({ ...parameters, assets, native }).state(metadata.value, [owner])
    expect(stateOf([weth]).decode([])).toEqual(stale)
    expect(stateOf([weth, getAddress(numberToHex(1, { size: 20 }))]).decode([])).toEqual(stale)
    expect(stateOf([weth, usdc], false).decode([])).toEqual(stale)
    expect(stateOf([weth, usdc]).calls).toHaveLength(6)
  })

  test('error: DuplicateAssetError', () => {
    expect(() => wallet({ ...parameters, assets: [weth, weth] })).toThrow(DuplicateAssetError)
    expect(() => wallet({ ...parameters, assets: [NATIVE_COIN] })).toThrow(DuplicateAssetError)
    const lower: Address = `0x${usdc.slice(2).toLowerCase()}`
    expect(() => wallet({ ...parameters, assets: [usdc, lower] })).toThrow(DuplicateAssetError)
  })

  test('error: InvalidAddressError', () => {
    expect(() => wallet({ ...parameters, assets: ['0x12'] })).toThrow('`assets` is not an address.')
    expect(() => wallet({ ...parameters, dollarOracle: '0x12' })).toThrow('`dollarOracle` is not an address.')
    expect(() => wallet({ ...parameters, wrappedNative: '0x12' })).toThrow('`wrappedNative` is not an address.')
    expect(() => wallet({ ...parameters, multicall3: '0x12' })).toThrow('`multicall3` is not an address.')
    // @ts-expect-error: no compiler looks at what JavaScript passes, e.g. an entry of another adapter.
    expect(() => wallet({ chainId: 8453, pool: usdc })).toThrow('`assets` is not an address.')
  })
})
