import { Read, type ReadResult, Wad } from '@unimargin/sdk'
import fc from 'fast-check'
import { type Hex, numberToHex } from 'viem'
import { describe, expect, test } from 'vitest'
import { YEAR } from './Accrual.ts'
import { adaptiveCurve, wExp } from './adaptiveCurve.ts'
import type { MarketTotals } from './MarketTotals.ts'

const DAY = 86_400n
const FIRST_RATE = Wad.fromDecimal('0.04') / YEAR
const HIGHEST_RATE = Wad.fromDecimal('2') / YEAR
const LOWEST_RATE = Wad.fromDecimal('0.001') / YEAR

/** A market that has lent so much of each token. */
function lent(utilization: string): MarketTotals {
  return {
    supply: { assets: Wad.WAD, shares: Wad.WAD },
    borrow: { assets: Wad.fromDecimal(utilization), shares: Wad.WAD },
    lastUpdate: 1n,
    fee: 0n,
  }
}

describe('adaptiveCurve', () => {
  test('default: 4 % a year at 90 % for a new market, a quarter of it unused, four times it all lent', () => {
    expect(adaptiveCurve.borrowRate(lent('0.9'), 0n, 100n)).toEqual({ average: FIRST_RATE, state: FIRST_RATE })
    expect(adaptiveCurve.borrowRate(lent('1'), 0n, 0n).average).toBe(4n * FIRST_RATE)
    expect(adaptiveCurve.borrowRate(lent('0'), 0n, 0n).average).toBe(FIRST_RATE / 4n)
    const empty = { ...lent('0'), supply: { assets: 0n, shares: 0n } }
    expect(adaptiveCurve.borrowRate(empty, 0n, 0n).average).toBe(FIRST_RATE / 4n)
  })

  test('behavior: at the target the rate stays for any time', () => {
    expect(adaptiveCurve.borrowRate(lent('0.9'), FIRST_RATE, 100n * YEAR)).toEqual({
      average: FIRST_RATE,
      state: FIRST_RATE,
    })
  })

  test("behavior: halfway to 100 % for 45 days it grows to 4 % · exp(50 · 45 / 365 · 50 %), by Morpho's own tests", () => {
    const { state } = adaptiveCurve.borrowRate(lent('0.95'), FIRST_RATE, 45n * DAY)
    const expected = Wad.fromDecimal('0.8722') / YEAR
    expect(state > (expected * 995n) / 1_000n && state < (expected * 1_005n) / 1_000n).toBe(true)
  })

  test('behavior: it keeps within 0.1 % and 200 % a year, and its time to get there counts', () => {
    const up = adaptiveCurve.borrowRate(lent('1'), FIRST_RATE, YEAR)
    expect(up.state).toBe(HIGHEST_RATE)
    // Half of the way it is at the bound as well: (start + 3 · bound) / 4, times four.
    expect(up.average).toBe(4n * ((FIRST_RATE + 3n * HIGHEST_RATE) / 4n))
    expect(adaptiveCurve.borrowRate(lent('0'), FIRST_RATE, YEAR).state).toBe(LOWEST_RATE)
  })

  test('behavior: more time above the target never means a lower rate', () => {
    const time = fc.bigInt({ min: 0n, max: YEAR })
    fc.assert(
      fc.property(fc.bigInt({ min: LOWEST_RATE, max: HIGHEST_RATE }), time, time, (rate, some, more) => {
        const rateAt = (seconds: bigint) => adaptiveCurve.borrowRate(lent('0.97'), rate, seconds).state
        expect(rateAt(some + more) >= (rateAt(some) * 998n) / 1_000n).toBe(true)
      }),
    )
  })

  test('behavior: it reads where the rate at target has got to, and believes no rate that it cannot have', () => {
    const { calls, decode } = adaptiveCurve.readState(`0x${'11'.repeat(20)}`, `0x${'22'.repeat(32)}`)
    expect(calls).toHaveLength(1)
    const answer = (value: bigint): ReadResult<Hex> => ({
      status: 'ok',
      value: numberToHex(value, { size: 32, signed: true }),
    })
    expect(decode([answer(FIRST_RATE)])).toEqual(Read.succeed(FIRST_RATE).decode([]))
    expect(decode([answer(-1n)])).toMatchObject({
      status: 'unavailable',
      reason: '-1 is no rate that the model can have',
    })
    expect(decode([answer(HIGHEST_RATE + 1n)])).toMatchObject({ status: 'unavailable' })
  })
})

describe('wExp', () => {
  test('default: within 1 % of e to the power of x', () => {
    for (const x of [-30, -3.5, -1, -0.01, 0, 0.01, 0.5, 1, 2.5, 10, 40]) {
      const ours = Number(wExp(BigInt(Math.round(x * 1e6)) * 10n ** 12n)) / 1e18
      expect(Math.abs(ours - Math.exp(x))).toBeLessThanOrEqual(Math.exp(x) * 0.01 + 1e-17)
    }
    expect(wExp(0n)).toBe(Wad.WAD)
  })

  test('behavior: nothing below one wei, and cut off where 256 bits end', () => {
    expect(wExp(Wad.fromDecimal('41.5') * -1n)).toBe(0n)
    expect(wExp(Wad.fromDecimal('94'))).toBe(wExp(Wad.fromDecimal('1000')))
  })
})
