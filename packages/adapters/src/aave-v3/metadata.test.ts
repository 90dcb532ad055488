import { type Address, Wad } from '@unimargin/sdk'
import { numberToHex } from 'viem'
import { describe, expect, test } from 'vitest'
import {
  adapter,
  category,
  dead,
  healthy,
  later,
  metadataOf,
  oracle,
  positionOf,
  priceSource,
  provider,
  readingOf,
  reserveData,
  reverted,
  run,
  sentinel,
  since33,
  stateOf,
  token,
  usdc,
  usdcFeed,
  weth,
  wsteth,
} from '../../test/fakePool.ts'

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
