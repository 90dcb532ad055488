import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Search from './Search.ts'

const least = (a: bigint, b: bigint) => (a < b ? a : b)
const big = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n })

describe('least', () => {
  test('default', () => {
    expect(Search.least({ estimate: 40n, most: 100n, passes: (n) => n >= 42n })).toBe(42n)
    expect(Search.least({ estimate: 90n, most: 100n, passes: (n) => n >= 42n })).toBe(42n)
    expect(Search.least({ estimate: 1n, most: 1n, passes: () => true })).toBe(1n)
    expect(Search.least({ estimate: 1n, most: 99n, passes: (n) => n >= 100n })).toBeUndefined()
    expect(Search.least({ estimate: 1n, most: 0n, passes: () => true })).toBeUndefined()
  })

  test('behavior: finds the boundary from any estimate, with few questions', () => {
    fc.assert(
      fc.property(big, big, big, (a, b, estimate) => {
        const [threshold, most] = a < b ? [a, b] : [b, a]
        let questions = 0
        const passes = (n: bigint) => {
          questions++
          return n >= threshold
        }
        expect(Search.least({ estimate, most, passes })).toBe(threshold)
        expect(questions).toBeLessThanOrEqual(2 * 64 + 4)
      }),
    )
  })

  test('behavior: where the answer has teeth, what is found passes and its predecessor does not', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), fc.nat(50), (answers, estimate) => {
        const passes = (n: bigint) => n > 0n && answers[Number(n) - 1] === true
        const found = Search.least({ estimate: BigInt(estimate), most: BigInt(answers.length), passes })
        if (found === undefined) expect(answers.at(-1)).toBe(false)
        else expect([passes(found), passes(found - 1n)]).toEqual([true, false])
      }),
    )
  })
})

describe('greatest', () => {
  test('default', () => {
    expect(Search.greatest({ most: 100n, holds: (n) => n <= 42n })).toBe(42n)
    expect(Search.greatest({ most: 100n, holds: () => true })).toBe(100n)
    expect(Search.greatest({ most: 100n, holds: () => false })).toBeUndefined()
    expect(Search.greatest({ most: 0n, holds: () => true })).toBe(0n)
  })

  test('behavior: finds the boundary', () => {
    fc.assert(
      fc.property(big, big, (threshold, most) => {
        expect(Search.greatest({ most, holds: (n) => n <= threshold })).toBe(least(threshold, most))
      }),
    )
  })
})
