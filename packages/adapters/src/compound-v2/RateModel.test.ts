import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as RateModel from './RateModel.ts'
import * as Totals from './Totals.ts'

const WAD = 10n ** 18n
const half: Totals.Totals = { cash: 50n, borrows: 50n, reserves: 0n, badDebt: 0n, supply: 1n }
const full: Totals.Totals = { ...half, cash: 0n }

describe('rateAt', () => {
  test('default: a line with a kink', () => {
    const model = `1000 ${2_000n} ${30_000n} ${(8n * WAD) / 10n}`
    expect(RateModel.rateAt(model, half, true)).toBe(2_000n)
    expect(RateModel.rateAt(model, full, true)).toBe(1_000n + 1_600n + 6_000n)
  })

  test('behavior: two kinks, each segment on top of the last', () => {
    // Base and slope below 40 %, then 10 and 300 up to 90 %, then 5,000.
    const model = ['0', '100', (4n * WAD) / 10n, '10', '300', (9n * WAD) / 10n, '5000'].join(' ')
    expect(RateModel.rateAt(model, { ...half, cash: 70n, borrows: 30n }, true)).toBe(30n)
    expect(RateModel.rateAt(model, half, true)).toBe(40n + 30n + 10n)
    expect(RateModel.rateAt(model, full, true)).toBe(40n + 150n + 10n + 500n)
  })

  test('behavior: never below nothing', () => {
    const model = ['5', '-100', (4n * WAD) / 10n, '0', '0', (9n * WAD) / 10n, '0'].join(' ')
    expect(RateModel.rateAt(model, half, true)).toBe(0n)
  })

  test('behavior: Venus counts bad debt as lent, and nothing above one', () => {
    const broken: Totals.Totals = { cash: 0n, borrows: 50n, reserves: 10n, badDebt: 50n, supply: 1n }
    expect(Totals.utilisation(broken, true)).toBe(WAD)
    expect(Totals.utilisation({ ...broken, badDebt: 0n }, false)).toBe((50n * WAD) / 40n)
  })
})

describe('accrue', () => {
  test('behavior: paying out the reserves changes neither rate nor exchange rate', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 24n })
    fc.assert(
      fc.property(amount, amount, amount, fc.bigInt({ min: 0n, max: 10n ** 9n }), (cash, borrows, supply, slots) => {
        const later = Totals.accrue({ cash, borrows, reserves: 0n, badDebt: 0n, supply }, 10n ** 9n, slots, WAD / 10n)
        const paid = later.reserves % (cash + 1n)
        const after = { ...later, cash: cash - paid, reserves: later.reserves - paid }
        expect(Totals.exchangeRate(after)).toBe(Totals.exchangeRate(later))
        expect(Totals.utilisation(after, true)).toBe(Totals.utilisation(later, true))
      }),
    )
  })
})
