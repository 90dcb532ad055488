import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Decimal from './Decimal.ts'
import { MAX_OPERAND } from './MulDiv.ts'

const decimals = fc.integer({ min: 0, max: 77 })
const value = fc.bigInt({ min: 0n, max: MAX_OPERAND })

describe('unit', () => {
  test('default', () => {
    expect([Decimal.unit(0), Decimal.unit(6)]).toEqual([1n, 1_000_000n])
  })

  test.each([-1, 78, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('error: OutOfRangeError (%d)', (invalid) => {
    expect(() => Decimal.unit(invalid)).toThrow(expect.objectContaining({ name: 'OutOfRangeError' }))
  })
})

describe('parse', () => {
  test('default', () => {
    expect(Decimal.parse('1.25', 6)).toBe(1_250_000n)
    expect(Decimal.parse('007', 2)).toBe(700n)
  })

  test('behavior: what is formatted is parsed again', () => {
    fc.assert(
      fc.property(value, decimals, (amount, places) => {
        expect(Decimal.parse(Decimal.format(amount, places), places)).toBe(amount)
      }),
    )
  })

  test.each(['', ' 1', '1 ', '-1', '+1', '1.', '.5', '1e3', '1,000', '0x1', '1.2.3', 'NaN', '١', '1_000', '1.1234567'])(
    'error: InvalidDecimalError ("%s")',
    (text) => {
      expect(() => Decimal.parse(text, 6)).toThrow(
        expect.objectContaining({ name: 'InvalidDecimalError', text, decimals: 6 }),
      )
    },
  )

  test('behavior: an endless text is refused at once and shown in short', () => {
    expect(() => Decimal.parse('9'.repeat(1_000_000), 0)).toThrow(
      expect.objectContaining({ name: 'InvalidDecimalError', shortMessage: expect.stringMatching(/^.{1,300}$/) }),
    )
  })

  test('error: OutOfRangeError', () => {
    expect(() => Decimal.parse((MAX_OPERAND + 1n).toString(), 0)).toThrow(
      expect.objectContaining({ name: 'OutOfRangeError', max: MAX_OPERAND }),
    )
  })
})

describe('format', () => {
  test('default', () => {
    expect([
      Decimal.format(1_250_000n, 6),
      Decimal.format(1n, 6),
      Decimal.format(0n, 6),
      Decimal.format(-1_500_000n, 6),
      Decimal.format(42n, 0),
    ]).toEqual(['1.25', '0.000001', '0', '-1.5', '42'])
  })
})

describe('formatDown', () => {
  test('default', () => {
    expect([
      Decimal.formatDown(1_259_999n, 6, 2),
      Decimal.formatDown(1_259_999n, 6, 0),
      Decimal.formatDown(5n, 0, 2),
      Decimal.formatDown(-1_259_999n, 6, 2),
      Decimal.formatDown(-1n, 6, 2),
    ]).toEqual(['1.25', '1', '5.00', '-1.25', '0.00'])
  })

  test('behavior: never shows more than there is', () => {
    fc.assert(
      fc.property(value, decimals, fc.integer({ min: 0, max: 77 }), (amount, scale, places) => {
        const shown = Decimal.formatDown(amount, scale, places)
        const [whole = '', fraction = ''] = shown.split('.')
        const size = BigInt(whole + fraction)
        const difference = amount * 10n ** BigInt(places) - size * 10n ** BigInt(scale)
        expect(difference >= 0n && difference < 10n ** BigInt(scale)).toBe(true)
      }),
    )
  })

  test('error: OutOfRangeError', () => {
    expect(() => Decimal.formatDown(1n, 6, -1)).toThrow(expect.objectContaining({ name: 'OutOfRangeError' }))
  })
})
