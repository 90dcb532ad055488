import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Wad from '../units/Wad.ts'
import { loopLeverage } from './loopLeverage.ts'

const wad = Wad.fromDecimal
const { WAD } = Wad

describe('loopLeverage', () => {
  test('default: 10,000 at a loan-to-value of 0.6 are 21,760 against 11,760 after three loops', () => {
    expect(loopLeverage({ principal: wad('10000'), loanToValue: wad('0.6'), loops: 3 })).toEqual({
      collateral: wad('21760'),
      debt: wad('11760'),
      leverage: wad('2.176'),
      limit: wad('2.5'),
    })
  })

  // docs.reaper.farm, "LTV Looping": 100 FTM at 70 % are 305.882 after six loops, 205.882 of them borrowed.
  test('behavior: a loan-to-value of 0.7 gives 3.05882 after six loops', () => {
    const { collateral, debt, leverage } = loopLeverage({ principal: wad('100'), loanToValue: wad('0.7'), loops: 6 })
    expect([collateral, debt, leverage].map((value) => Wad.formatDown(value, 5))).toEqual([
      '305.88190',
      '205.88190',
      '3.05881',
    ])
    // Published with the last digit rounded.
    expect(Wad.formatDown(leverage + 5n * 10n ** 12n, 5)).toBe('3.05882')
  })

  // docs.indexzoo.com, "3x leverage token using debt": 1 / (1 − LTV), which is 5 at 80 %, and 1.8 after one loan.
  test('behavior: ever more loops come close to 1 / (1 − LTV)', () => {
    const at = (loops: number) => loopLeverage({ principal: WAD, loanToValue: wad('0.8'), loops })
    expect(at(0)).toEqual({ collateral: WAD, debt: 0n, leverage: WAD, limit: 5n * WAD })
    expect(at(1).leverage).toBe(wad('1.8'))
    expect(at(100).leverage).toBeLessThan(5n * WAD)
    expect(Wad.formatDown(at(100).leverage, 7)).toBe('4.9999999')
  })

  test('behavior: it is what one loop after the other comes to, with less each time where the exchange costs something', () => {
    const share = fc.bigInt(0n, WAD - 1n)
    fc.assert(
      fc.property(
        fc.bigInt(1n, 10n ** 28n),
        share,
        share,
        fc.integer({ min: 0, max: 40 }),
        (principal, ltv, cost, loops) => {
          const closed = loopLeverage({ principal, loanToValue: ltv, cost, loops })
          let [collateral, debt, last] = [principal, 0n, principal]
          for (let loop = 0; loop < loops; loop += 1) {
            const loan = (last * ltv) / WAD
            last = (loan * (WAD - cost)) / WAD
            collateral += last
            debt += loan
          }
          // Each step of the loop rounds down, and what it rounded away is missing in all that come after.
          const doubt = BigInt(2 * loops * (loops + 1))
          expect(closed.collateral - collateral >= 0n && closed.collateral - collateral <= doubt).toBe(true)
          expect(closed.debt - debt >= 0n && closed.debt - debt <= doubt + 1n).toBe(true)
          expect(closed.leverage).toBeLessThanOrEqual(closed.limit)
        },
      ),
    )
  })

  test('error: InvalidParameterError', () => {
    const good = { principal: WAD, loanToValue: wad('0.8'), loops: 3 }
    for (const [parameter, bad] of [
      ['principal', { principal: 0n }],
      ['loanToValue', { loanToValue: WAD }],
      ['cost', { cost: WAD }],
      ['cost', { cost: -1n }],
      ['loops', { loops: 257 }],
      ['loops', { loops: 1.5 }],
      ['loops', { loops: -1 }],
    ] as const) {
      expect(() => loopLeverage({ ...good, ...bad }), parameter).toThrow(
        expect.objectContaining({ name: 'InvalidParameterError', parameter }),
      )
    }
  })
})
