import { Wad } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import {
  adapter,
  type Fake,
  healthy,
  later,
  metadataOf,
  pool,
  positionOf,
  RAY,
  readingOf,
  reserveData,
  run,
  since33,
  since34,
  since36,
  since37,
  token,
  weth,
} from '../../test/fakePool.ts'
import { aaveV3 } from './aaveV3.ts'

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
