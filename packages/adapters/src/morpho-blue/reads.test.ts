import { type MarketReading, type PositionFacts, type Read, type ReadResult, Wad } from '@unimargin/sdk'
import {
  type Address,
  decodeFunctionData,
  encodeAbiParameters,
  encodeFunctionResult,
  type Hex,
  keccak256,
  numberToHex,
  parseAbi,
  zeroAddress,
} from 'viem'
import { describe, expect, test } from 'vitest'
import { morphoBlueLending } from './lending.ts'
import { morphoBlue } from './morphoBlue.ts'

// Written anew, not the adapter's.
const abi = parseAbi([
  'function idToMarketParams(bytes32) view returns (address, address, address, address, uint256)',
  'function market(bytes32) view returns (uint128, uint128, uint128, uint128, uint128, uint128)',
  'function position(bytes32, address) view returns (uint256, uint128, uint128)',
  'function feeRecipient() view returns (address)',
  'function price() view returns (uint256)',
  'function rateAtTarget(bytes32) view returns (int256)',
  'function getCurrentBlockTimestamp() view returns (uint256)',
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
  'function balanceOf(address) view returns (uint256)',
  'function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)',
  'function BASE_FEED_1() view returns (address)',
  'function BASE_FEED_2() view returns (address)',
  'function QUOTE_FEED_1() view returns (address)',
  'function QUOTE_FEED_2() view returns (address)',
])
const address = (index: number): Address => numberToHex(index, { size: 20 })
const LOAN = address(1)
const COLLATERAL = address(2)
const ORACLE = address(3)
const IRM = address(4)
const OWNER = address(5)
const [DAILY, HOURLY] = [address(6), address(7)]
const NOW = 1_800_000_000n
const YEAR = 31_536_000n
const MOST = 2n ** 128n - 1n

type Params = readonly [Address, Address, Address, Address, bigint]
type Totals = readonly [bigint, bigint, bigint, bigint, bigint, bigint]

/** What a chain says; all else is refused. */
type Said = {
  readonly params?: Params
  /** Where it is not what the market's id is the hash of. */
  readonly paramsSaid?: Params
  readonly totals?: Totals
  readonly position?: readonly [bigint, bigint, bigint]
  readonly feeRecipient?: Address | 'unavailable'
  /** Of the loan token, in Morpho. */
  readonly held?: bigint
}

const PARAMS: Params = [LOAN, COLLATERAL, ORACLE, IRM, Wad.fromDecimal('0.86')]
/** A thousand lent, half of it borrowed, all of it a year ago, with a fee of a quarter. */
const TOTALS: Totals = [1_000_000_000n, 10n ** 15n, 500_000_000n, 5n * 10n ** 14n, NOW - YEAR, Wad.WAD / 4n]

function adapterOf({ params = PARAMS }: Said) {
  const types = [
    { type: 'address' },
    { type: 'address' },
    { type: 'address' },
    { type: 'address' },
    { type: 'uint256' },
  ]
  return morphoBlue({
    chainId: 8453,
    morpho: '0xBBBBBbbBBb9cC5e90e3b3Af64bdAF62C37EEFFCb',
    marketId: keccak256(encodeAbiParameters(types, params)),
    adaptiveCurveIrm: IRM,
    heartbeats: { [DAILY]: 86_400, [HOURLY]: 3_600 },
    lending: morphoBlueLending,
  })
}

function answer<value>(first: Read.Read<value>, said: Said): ReadResult<value> {
  const {
    params = PARAMS,
    paramsSaid = params,
    totals = TOTALS,
    position = [0n, 0n, 0n],
    held = MOST,
    feeRecipient = IRM,
  } = said
  const one = (to: Address, data: Hex): ReadResult<Hex> => {
    const { functionName } = decodeFunctionData({ abi, data })
    if (functionName === 'feeRecipient' && feeRecipient === 'unavailable') {
      return { status: 'unavailable', reason: 'no answer' }
    }
    const value = {
      idToMarketParams: paramsSaid,
      market: totals,
      feeRecipient,
      position,
      price: 3_000n * 10n ** 24n,
      rateAtTarget: Wad.fromDecimal('0.04') / YEAR,
      getCurrentBlockTimestamp: NOW,
      symbol: to === LOAN ? 'USDC' : 'WETH',
      decimals: to === LOAN ? 6 : 18,
      balanceOf: to === LOAN ? held : MOST,
      // Two hours old: the hourly feed is late by one, and the daily one is not.
      latestRoundData: [1n, 1n, 1n, NOW - 7_200n, 1n],
      BASE_FEED_1: DAILY,
      BASE_FEED_2: HOURLY,
      QUOTE_FEED_1: zeroAddress,
      QUOTE_FEED_2: zeroAddress,
    }[functionName]
    // Each value is of its function's type; viem cannot relate the two unions.
    return { status: 'ok', value: encodeFunctionResult({ abi, functionName, result: value } as never) }
  }
  for (let read = first; ; ) {
    const step = read.decode(read.calls.map(({ to, data }) => one(to, data)))
    if (step.status !== 'more') return step
    read = step.read
  }
}

function stateOf(said: Said): ReadResult<MarketReading> {
  const adapter = adapterOf(said)
  const metadata = answer(adapter.metadata.read, said)
  return metadata.status === 'ok' ? answer(adapter.state(metadata.value, [OWNER]), said) : metadata
}

function readingOf(said: Said): MarketReading & { readonly position: PositionFacts } {
  const result = stateOf(said)
  if (result.status !== 'ok') throw new TypeError(result.reason)
  const [position] = result.value.positions
  if (position?.status !== 'ok') throw new TypeError(position?.reason)
  return { ...result.value, position: position.value }
}

describe('morphoBlue reads', () => {
  test('default: a year of interest at the average of a rate that falls, with the fee in shares of what is left', () => {
    // By a second implementation of the published formulas, in another language.
    expect(readingOf({}).state.details).toMatchObject({
      supplyAssets: 1_003_596_204n,
      supplyShares: 1_000_896_632_644_575n,
      borrowAssets: 503_596_204n,
      borrowShares: 500_000_000_000_000n,
      accruedAt: NOW,
      modelState: 31_709_791n,
    })
  })

  test('behavior: the fee recipient has what the market has not booked yet, and nobody else', () => {
    const { limits, after } = adapterOf({}).lending
    const withdrawable = (said: Said) => {
      const { state, position } = readingOf(said)
      const { supplyShares } = position.details
      return { supplyShares, ...limits.withdraw({ state, position, asset: LOAN }) }
    }
    // 896,632,644,575 shares are a quarter of the year's interest of 3,596,204, rounded down.
    const fee = { supplyShares: 896_632_644_575n, amount: 899_050n, by: ['balance'] }
    expect(withdrawable({ feeRecipient: OWNER })).toEqual(fee)
    const position = [10n ** 12n, 0n, 0n] as const
    expect(withdrawable({ feeRecipient: OWNER, position })).toMatchObject({ supplyShares: 1_896_632_644_575n })
    expect(withdrawable({ position })).toMatchObject({ supplyShares: 10n ** 12n })
    expect(withdrawable({})).toEqual({ supplyShares: 0n, amount: 0n, by: ['balance'] })

    const unread: Said = { feeRecipient: 'unavailable', position: [10n ** 12n, 10n ** 12n, 10n ** 18n] }
    const { state, position: facts } = readingOf(unread)
    expect(facts.debt).toMatchObject([{ amount: 1_007_192n + 1n }])
    expect(facts.collateral).toMatchObject([{ amount: 10n ** 18n }, { amount: { status: 'unknown' } }])
    expect(withdrawable(unread)).toMatchObject({ amount: { status: 'unknown' }, by: [] })
    const where = { state, position: facts, asset: LOAN }
    expect(after(where, { action: 'supply', amount: 5n })).toEqual(facts)
    // Without a fee it does not matter whose it would be.
    const free: Totals = [TOTALS[0], TOTALS[1], TOTALS[2], TOTALS[3], TOTALS[4], 0n]
    expect(withdrawable({ ...unread, totals: free })).toMatchObject({ by: ['balance'] })
  })

  test('behavior: no market of that id, or parameters of another one', () => {
    const none: Params = [zeroAddress, zeroAddress, zeroAddress, zeroAddress, 0n]
    expect(stateOf({ paramsSaid: none })).toMatchObject({ reason: expect.stringMatching(/^Morpho knows no market 0x/) })
    const other: Params = [LOAN, COLLATERAL, ORACLE, IRM, Wad.fromDecimal('0.915')]
    expect(stateOf({ paramsSaid: other })).toMatchObject({ reason: expect.stringMatching(/is of another one$/) })
    const totals: Totals = [0n, 0n, 0n, 0n, 0n, 0n]
    expect(stateOf({ totals })).toMatchObject({ reason: expect.stringMatching(/^metadata is stale/) })
  })

  test('behavior: a market against its own loan token is refused, not muddled', () => {
    const params: Params = [LOAN, LOAN, ORACLE, IRM, Wad.fromDecimal('0.86')]
    expect(stateOf({ params })).toMatchObject({ status: 'unavailable', reason: expect.stringMatching(/not supported/) })
  })

  test('behavior: what Morpho does not hold it pays to nobody', () => {
    const { state, position } = readingOf({ position: [10n ** 14n, 0n, 10n ** 18n], held: 7n })
    expect(state.reserves[0]?.availableLiquidity).toBe(7n)
    const { limits } = adapterOf({}).lending
    const expected = { amount: 7n, by: ['liquidity'] }
    expect(limits.borrow({ state, position, asset: LOAN })).toEqual(expected)
    expect(limits.withdraw({ state, position, asset: LOAN })).toEqual(expected)
    expect(limits.withdraw({ state, position, asset: COLLATERAL })).toEqual({ amount: 10n ** 18n, by: ['balance'] })
  })

  test('behavior: interest that leaves 128 bits reverts in Morpho, and is unknown here', () => {
    const totals: Totals = [MOST, MOST, MOST, MOST, NOW - 1n, 0n]
    const { state, position } = readingOf({ totals, position: [0n, 5n, 1n] })
    expect(state.reserves[0]?.availableLiquidity).toMatchObject({ status: 'unknown' })
    expect(position.debt).toMatchObject([{ amount: { status: 'unknown' } }])
  })

  test('behavior: liquidators gain 1 / (1 − 0.3 · (1 − lltv)), 15 % at most', () => {
    const bonusAt = (lltv: string) => {
      const params: Params = [LOAN, COLLATERAL, ORACLE, IRM, Wad.fromDecimal(lltv)]
      return readingOf({ params }).state.reserves[1]?.liquidationBonus
    }
    expect(bonusAt('0.86')).toBe(Wad.fromDecimal('0.043841336116910229'))
    expect(bonusAt('0.385')).toBe(Wad.fromDecimal('0.15'))
  })

  test('behavior: of several feeds, the one that is latest for its heartbeat tells the age', () => {
    expect(readingOf({}).state.reserves[1]?.oracle).toEqual({
      source: HOURLY,
      updatedAt: NOW - 7_200n,
      heartbeat: 3_600n,
    })
  })
})
