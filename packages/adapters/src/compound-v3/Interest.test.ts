import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Interest from './Interest.ts'

const WAD = 10n ** 18n
const ONE = Interest.INDEX_SCALE
const curve: Interest.Curve = {
  kink: (85n * WAD) / 100n,
  base: 475_646_879n,
  low: 1_109_842_719n,
  high: 7_927_447_995n,
}
const curves: Interest.Curves = { supply: { ...curve, base: 0n }, borrow: curve }
const totals: Interest.Totals = { supplyIndex: ONE, borrowIndex: ONE, totalSupplyBase: 100n, totalBorrowBase: 85n }
const index = fc.bigInt(ONE, 10n * ONE)
const amount = fc.bigInt(0n, 10n ** 30n)

describe('perSecond', () => {
  // As measured on a real Comet.
  test.each([
    [0n, 475_646_879n],
    [123_456_789_012_345_678n, 612_664_497n],
    [850_000_000_000_000_001n, 1_419_013_190n],
    [1_500_000_000_000_000_000n, 6_571_854_386n],
  ])('at %d', (utilization, rate) => {
    expect(Interest.perSecond(curve, utilization)).toBe(rate)
  })
})

describe('accrued', () => {
  test('default', () => {
    const after = Interest.accrued(totals, curves, 3_600n)
    expect(after).toEqual({ ...totals, supplyIndex: ONE + 3_396_118_719n, borrowIndex: ONE + 5_108_447_484n })
  })

  test('behavior: no time, no interest', () => {
    expect(Interest.accrued(totals, curves, 0n)).toEqual(totals)
  })

  test('behavior: nothing where Comet itself would revert', () => {
    expect(Interest.accrued({ ...totals, totalBorrowBase: 10n ** 40n }, curves, 1n)).toBeUndefined()
    expect(Interest.accrued(totals, curves, 2n ** 62n)).toBeUndefined()
    expect(Interest.accrued({ ...totals, borrowIndex: 0n }, curves, 1n)).toBeUndefined()
    expect(Interest.accrued(totals, { ...curves, borrow: { ...curve, high: 2n ** 256n } }, 1n)).toBeUndefined()
  })
})

describe('toAmount', () => {
  test('behavior: a principal is never worth more than what made it, and a debt never less', () => {
    fc.assert(
      fc.property(amount, index, (value, rate) => {
        expect(Interest.toAmount(Interest.toSupply(value, rate), rate)).toBeLessThanOrEqual(value)
        expect(Interest.toAmount(Interest.toDebt(value, rate), rate)).toBeGreaterThanOrEqual(value)
      }),
    )
  })

  test('behavior: what is worth a principal comes back to it', () => {
    fc.assert(
      fc.property(amount, index, (principal, rate) => {
        const value = Interest.toAmount(principal, rate)
        expect(Interest.toDebt(value, rate)).toBe(principal)
      }),
    )
  })
})
