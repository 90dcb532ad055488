import { Wad } from '@unimargin/sdk'
import { encodeErrorResult, parseAbi, zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import {
  type Answer,
  adapter,
  dead,
  healthy,
  judge,
  metadataOf,
  OPEN,
  owner,
  pool,
  positionOf,
  RAY,
  readingOf,
  reserveData,
  reverted,
  run,
  sentinel,
  since36,
  stateOf,
  stranger,
  token,
  UPDATED_AT,
  usdc,
  usdcFeed,
  weth,
  wethFeed,
  wsteth,
} from '../../test/fakePool.ts'
import { aaveV3 } from './aaveV3.ts'

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
    if (metadata.status !== 'ok') throw new TypeError(metadata.reason)
    expect(metadata.value.lending).toBeUndefined()
    const read = shows.state(metadata.value, [owner])
    // The sentinel, the time, five calls for one e-mode and the next, and two for each reserve.
    expect(adapter.state(metadataOf(since36), [owner]).calls.length - read.calls.length).toBe(1 + 3 * 2 + 6)
    const { result } = run(read, since36)
    if (result.status !== 'ok') throw new TypeError(result.reason)
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
    if (result.status !== 'ok') throw new TypeError(result.reason)
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
    if (result.status !== 'ok') throw new TypeError(result.reason)
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
