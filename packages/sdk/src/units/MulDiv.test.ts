import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as MulDiv from './MulDiv.ts'

const operand = fc.oneof(
  fc.bigInt({ min: 0n, max: MulDiv.MAX_OPERAND }),
  fc.bigInt({ min: 0n, max: 20n }),
  fc.constantFrom(0n, 1n, 2n ** 128n, MulDiv.MAX_OPERAND),
)
const divisor = operand.filter((value) => value > 0n)

// The exact rational is a·b / c; a result r is compared with it by r·c against a·b, without any division.
describe('down', () => {
  test('default', () => {
    expect(MulDiv.down(7n, 3n, 4n)).toBe(5n)
  })

  test('behavior: the greatest integer that does not exceed the exact rational', () => {
    fc.assert(
      fc.property(operand, operand, divisor, (a, b, c) => {
        const result = MulDiv.down(a, b, c)
        expect(result * c <= a * b && a * b < (result + 1n) * c).toBe(true)
      }),
    )
  })
})

describe('up', () => {
  test('default', () => {
    expect([MulDiv.up(7n, 3n, 4n), MulDiv.up(8n, 3n, 4n), MulDiv.up(0n, 3n, 4n)]).toEqual([6n, 6n, 0n])
  })

  test('behavior: the least integer that is not below the exact rational', () => {
    fc.assert(
      fc.property(operand, operand, divisor, (a, b, c) => {
        const result = MulDiv.up(a, b, c)
        expect((result - 1n) * c < a * b && a * b <= result * c).toBe(true)
      }),
    )
  })
})

describe('halfUp', () => {
  test('default', () => {
    expect([MulDiv.halfUp(5n, 1n, 4n), MulDiv.halfUp(6n, 1n, 4n), MulDiv.halfUp(7n, 1n, 4n)]).toEqual([1n, 2n, 2n])
  })

  test('behavior: an integer at most half away from the exact rational, the upper one at a tie', () => {
    fc.assert(
      fc.property(operand, operand, divisor, (a, b, c) => {
        const twice = 2n * MulDiv.halfUp(a, b, c) * c
        expect(2n * a * b - c < twice && twice <= 2n * a * b + c).toBe(true)
      }),
    )
  })

  test('behavior: lies between down and up', () => {
    fc.assert(
      fc.property(operand, operand, divisor, (a, b, c) => {
        const result = MulDiv.halfUp(a, b, c)
        expect(result === MulDiv.down(a, b, c) || result === MulDiv.up(a, b, c)).toBe(true)
      }),
    )
  })
})

describe.each([
  ['down', MulDiv.down],
  ['up', MulDiv.up],
  ['halfUp', MulDiv.halfUp],
])('%s', (_, verb) => {
  test('error: DivisionByZeroError', () => {
    expect(() => verb(2n, 3n, 0n)).toThrowErrorMatchingInlineSnapshot(`
      [DivisionByZeroError: A number was divided by zero.
      Numerator: 6
      Handle the case without a denominator (e.g. a position without debt) before dividing.]
    `)
  })

  test.each([
    [-1n, 1n, 1n, 'first factor'],
    [1n, -1n, 1n, 'second factor'],
    [1n, 1n, -1n, 'divisor'],
    [2n ** 256n, 1n, 1n, 'first factor'],
    [1n, 2n ** 256n, 1n, 'second factor'],
    [1n, 1n, 2n ** 256n, 'divisor'],
  ])('error: OutOfRangeError (%d · %d / %d)', (a, b, c, parameter) => {
    expect(() => verb(a, b, c)).toThrow(
      expect.objectContaining({ name: 'OutOfRangeError', parameter, min: 0n, max: MulDiv.MAX_OPERAND }),
    )
  })
})
