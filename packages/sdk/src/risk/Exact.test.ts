import { describe, expect, test } from 'vitest'
import * as Wad from '../units/Wad.ts'
import * as Exact from './Exact.ts'

const conversion = { toAmount: Wad.mulDown, toShares: Wad.divDown }

describe('toWad', () => {
  test('default: rounds down what a WAD cannot hold', () => {
    expect(Exact.toWad({ value: 1_999_999n, decimals: 24 })).toBe(1n)
    expect(Exact.toWad({ value: 25n, decimals: 1 })).toBe(25n * 10n ** 17n)
  })
})

describe('priceOf', () => {
  const exactPrice = { value: 3_000_000_000_000_000_000_123_456n, decimals: 24 }
  const price = Exact.toWad(exactPrice)

  test('default: the exact price', () => expect(Exact.priceOf({ price, exactPrice }, 24)).toBe(exactPrice.value))

  test('behavior: a changed price counts alone', () => {
    expect(Exact.priceOf({ price: price + 1n, exactPrice }, 24)).toBe((price + 1n) * 10n ** 6n)
  })

  test('behavior: an exact price of other decimals does not count', () => {
    expect(Exact.priceOf({ price, exactPrice }, 8)).toBe(price / 10n ** 10n)
  })
})

describe('sharesOf', () => {
  const shares = { balance: 7n, rate: Wad.fromDecimal('1.5') }

  test('default: those that were read', () => {
    expect(Exact.sharesOf({ amount: 10n, shares }, conversion)).toBe(shares)
  })

  test('behavior: a changed amount makes its own', () => {
    expect(Exact.sharesOf({ amount: 4n, shares }, conversion)).toEqual({ balance: 2n, rate: shares.rate })
  })

  test('behavior: none without a rate', () => expect(Exact.sharesOf({ amount: 1n }, conversion)).toBeUndefined())
})
