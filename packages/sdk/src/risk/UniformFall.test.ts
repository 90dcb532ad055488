import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Wad from '../units/Wad.ts'
import * as UniformFall from './UniformFall.ts'

describe('toLiquidation', () => {
  test('default', () => {
    expect(UniformFall.toLiquidation(Wad.fromDecimal('1.25'))).toBe(Wad.fromDecimal('0.2'))
  })

  test('behavior: zero at and below the boundary', () => {
    expect([0n, 1n, Wad.WAD].map(UniformFall.toLiquidation)).toEqual([0n, 0n, 0n])
  })

  test('behavior: falling by it leaves a factor of at least 1, by one unit more less than 1', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: Wad.WAD + 1n, max: 1_000n * Wad.WAD }), (factor) => {
        const left = Wad.WAD - UniformFall.toLiquidation(factor)
        expect(factor * left >= Wad.WAD * Wad.WAD).toBe(true)
        expect(factor * (left - 1n) < Wad.WAD * Wad.WAD).toBe(true)
      }),
    )
  })

  test('error: OutOfRangeError', () => {
    expect(() => UniformFall.toLiquidation(-1n)).toThrow(expect.objectContaining({ name: 'OutOfRangeError' }))
  })
})
