import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Bps from './Bps.ts'
import * as Ray from './Ray.ts'
import * as Wad from './Wad.ts'

const operand = fc.bigInt({ min: 0n, max: 2n ** 255n })
const nonZero = fc.bigInt({ min: 1n, max: 2n ** 255n })

/** The exact rational `numerator / denominator`, rounded by its name. */
function rounded(mode: 'Down' | 'Up' | 'HalfUp', numerator: bigint, denominator: bigint): bigint {
  const floor = numerator / denominator
  const rest = numerator - floor * denominator
  if (mode === 'Down' || rest === 0n) return floor
  if (mode === 'Up') return floor + 1n
  return 2n * rest >= denominator ? floor + 1n : floor
}

describe.each([
  ['Wad', 10n ** 18n, Wad.WAD, Wad],
  ['Ray', 10n ** 27n, Ray.RAY, Ray],
] as const)('%s', (_, expected, one, unit) => {
  test('default', () => {
    expect(one).toBe(expected)
    expect(unit.mulDown(one, one)).toBe(one)
    expect(unit.divDown(one, one)).toBe(one)
  })

  test.each(['Down', 'Up', 'HalfUp'] as const)(
    'behavior: mul%s and div%s equal the exact rational, rounded',
    (mode) => {
      const mul = { Down: unit.mulDown, Up: unit.mulUp, HalfUp: unit.mulHalfUp }[mode]
      const div = { Down: unit.divDown, Up: unit.divUp, HalfUp: unit.divHalfUp }[mode]
      fc.assert(
        fc.property(operand, nonZero, (a, b) => {
          expect(mul(a, b)).toBe(rounded(mode, a * b, one))
          expect(div(a, b)).toBe(rounded(mode, a * one, b))
        }),
      )
    },
  )

  test('error: DivisionByZeroError', () => {
    for (const divide of [unit.divDown, unit.divUp, unit.divHalfUp]) {
      expect(() => divide(one, 0n)).toThrow(expect.objectContaining({ name: 'DivisionByZeroError' }))
    }
  })
})

describe('Ray.toWad', () => {
  test('default', () => {
    expect(Ray.toWadDown(1_999_999_999n)).toBe(1n)
    expect(Ray.toWadUp(1_000_000_001n)).toBe(2n)
    expect(Ray.toWadDown(Ray.RAY)).toBe(Wad.WAD)
  })
})

describe('Bps', () => {
  test('default', () => {
    expect(Bps.mulHalfUp(1n, 4_999n)).toBe(0n)
    expect(Bps.mulHalfUp(1n, 5_000n)).toBe(1n)
    expect(Bps.toWad(8_250n)).toBe(825n * 10n ** 15n)
  })

  test('behavior: equals the exact rational, rounded', () => {
    fc.assert(
      fc.property(operand, fc.bigInt({ min: 0n, max: 65_535n }), (value, bps) => {
        expect(Bps.mulDown(value, bps)).toBe(rounded('Down', value * bps, 10_000n))
        expect(Bps.mulUp(value, bps)).toBe(rounded('Up', value * bps, 10_000n))
        expect(Bps.mulHalfUp(value, bps)).toBe(rounded('HalfUp', value * bps, 10_000n))
      }),
    )
  })

  test('behavior: to WAD and back is the identity, and what no basis point hits is rounded by name', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 65_535n }), fc.bigInt({ min: 1n, max: 10n ** 14n - 1n }), (bps, rest) => {
        expect(Bps.fromWadDown(Bps.toWad(bps))).toBe(bps)
        expect(Bps.fromWadUp(Bps.toWad(bps))).toBe(bps)
        expect(Bps.fromWadDown(Bps.toWad(bps) + rest)).toBe(bps)
        expect(Bps.fromWadUp(Bps.toWad(bps) + rest)).toBe(bps + 1n)
      }),
    )
  })
})

describe('Wad.fromDecimal', () => {
  test('default', () => {
    expect(Wad.fromDecimal('1.25')).toBe(125n * 10n ** 16n)
    expect(Wad.format(Wad.fromDecimal('0.000000000000000001'))).toBe('0.000000000000000001')
  })

  test('error: InvalidDecimalError', () => {
    expect(() => Wad.fromDecimal('0.0000000000000000001')).toThrow(
      expect.objectContaining({ name: 'InvalidDecimalError', decimals: 18 }),
    )
  })
})

describe('Wad.formatDown', () => {
  test('default', () => {
    expect(Wad.formatDown(Wad.WAD - 1n, 4)).toBe('0.9999')
  })
})
