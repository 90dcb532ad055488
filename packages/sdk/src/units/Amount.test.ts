import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Amount from './Amount.ts'

const amount = fc.bigInt({ min: 0n, max: 2n ** 128n })
const decimals = fc.integer({ min: 0, max: 36 })

describe('scaleDown', () => {
  test('default', () => {
    expect(Amount.scaleDown(1_999_999_999_999n, 18, 6)).toBe(1n)
    expect(Amount.scaleDown(5n, 6, 18)).toBe(5_000_000_000_000n)
  })

  test('behavior: scaling to finer decimals and back loses nothing; to coarser ones at most one coarse unit', () => {
    fc.assert(
      fc.property(amount, decimals, decimals, (value, from, to) => {
        const back = Amount.scaleDown(Amount.scaleDown(value, from, to), to, from)
        const unit = from > to ? 10n ** BigInt(from - to) : 1n
        expect(back <= value && value - back < unit).toBe(true)
      }),
    )
  })

  test('error: OutOfRangeError', () => {
    expect(() => Amount.scaleDown(-1n, 18, 6)).toThrow(expect.objectContaining({ name: 'OutOfRangeError' }))
    expect(() => Amount.scaleDown(1n, 78, 6)).toThrow(expect.objectContaining({ name: 'OutOfRangeError' }))
  })
})

describe('scaleUp', () => {
  test('behavior: exceeds scaleDown by one exactly when something is cut off', () => {
    fc.assert(
      fc.property(amount, decimals, decimals, (value, from, to) => {
        const isExact = (value * 10n ** BigInt(to)) % 10n ** BigInt(from) === 0n
        expect(Amount.scaleUp(value, from, to) - Amount.scaleDown(value, from, to)).toBe(isExact ? 0n : 1n)
      }),
    )
  })
})

describe('parse', () => {
  test('default', () => {
    const usdc = { decimals: 6 }
    expect(Amount.parse('250.5', usdc)).toBe(250_500_000n)
    expect(Amount.format(250_500_000n, usdc)).toBe('250.5')
  })

  test('error: InvalidDecimalError', () => {
    expect(() => Amount.parse('0.0000001', { decimals: 6 })).toThrow(
      expect.objectContaining({ name: 'InvalidDecimalError' }),
    )
  })
})
