import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Usd from './Usd.ts'
import * as Wad from './Wad.ts'

const priced = fc.record({
  amount: fc.bigInt({ min: 0n, max: 2n ** 128n }),
  price: fc.bigInt({ min: 1n, max: 10n ** 30n }),
  decimals: fc.integer({ min: 0, max: 36 }),
})

describe('valueDown', () => {
  test('default', () => {
    const usdc = { amount: 2_500_000n, price: Wad.fromDecimal('0.999'), decimals: 6 }
    expect(Usd.valueDown(usdc)).toBe(Wad.fromDecimal('2.4975'))
    expect(Usd.valueUp({ amount: 1n, price: 1n, decimals: 6 })).toBe(1n)
    expect(Usd.valueDown({ amount: 1n, price: 1n, decimals: 6 })).toBe(0n)
  })

  test('behavior: encloses the exact rational', () => {
    fc.assert(
      fc.property(priced, (leg) => {
        const exact = leg.amount * leg.price
        const unit = 10n ** BigInt(leg.decimals)
        expect(Usd.valueDown(leg) * unit <= exact && exact <= Usd.valueUp(leg) * unit).toBe(true)
        expect(Usd.valueUp(leg) - Usd.valueDown(leg)).toBe(exact % unit === 0n ? 0n : 1n)
      }),
    )
  })
})

describe('amountDown', () => {
  test('default', () => {
    const weth = { price: Wad.fromDecimal('2000'), decimals: 18 }
    expect(Usd.amountDown({ ...weth, value: Wad.WAD })).toBe(Wad.fromDecimal('0.0005'))
  })

  test('behavior: what is bought is not worth more than the value, one unit more than amountUp is needed for is not less', () => {
    fc.assert(
      fc.property(priced, ({ amount: value, price, decimals }) => {
        const bought = Usd.amountDown({ value, price, decimals })
        const needed = Usd.amountUp({ value, price, decimals })
        expect(Usd.valueDown({ amount: bought, price, decimals }) <= value).toBe(true)
        expect(Usd.valueUp({ amount: needed, price, decimals }) >= value).toBe(true)
      }),
    )
  })

  test('error: DivisionByZeroError', () => {
    expect(() => Usd.amountUp({ value: 1n, price: 0n, decimals: 6 })).toThrow(
      expect.objectContaining({ name: 'DivisionByZeroError' }),
    )
  })
})

describe('format', () => {
  test('default', () => {
    expect(
      ['0', '0.005', '0.994', '1', '999.995', '12345.678', '1234567'].map((text) => Usd.format(Wad.fromDecimal(text))),
    ).toMatchInlineSnapshot(`
      [
        "$0.00",
        "$0.01",
        "$0.99",
        "$1.00",
        "$1,000.00",
        "$12,345.68",
        "$1,234,567.00",
      ]
    `)
  })

  test('behavior: what is not zero does not look like zero', () => {
    expect([Usd.format(1n), Usd.format(-1n), Usd.format(-Wad.fromDecimal('1500.5'))]).toEqual([
      '<$0.01',
      '>-$0.01',
      '-$1,500.50',
    ])
  })
})
