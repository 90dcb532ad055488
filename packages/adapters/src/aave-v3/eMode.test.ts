import { Wad } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import {
  category,
  type Fake,
  healthy,
  later,
  metadataOf,
  positionOf,
  priceSource,
  readingOf,
  reserveData,
  reverted,
  weth,
  wsteth,
} from '../../test/fakePool.ts'

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
