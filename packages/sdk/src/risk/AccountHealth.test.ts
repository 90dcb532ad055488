import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DataIssue } from '../model/DataIssue.ts'
import type { Health } from '../model/Health.ts'
import type { Position, ReadPosition } from '../model/Position.ts'
import { type Quantity, unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import * as AccountHealth from './AccountHealth.ts'
import { totals } from './Totals.ts'
import * as UniformFall from './UniformFall.ts'
import { DEFAULT_THRESHOLDS, verdict, verdictOf } from './Verdict.ts'

const market = { key: 'm', protocol: 'p', chainId: 1, id: '0x01', name: 'M' } as const
const block = { chainId: 1, number: 1n, timestamp: 1n }
const issue: DataIssue = { kind: 'unavailable', chainId: 1, path: 'debt', reason: 'no answer' }

function read(id: string, weightedCollateral: Quantity, weightedDebt: Quantity): ReadPosition {
  const isKnown = typeof weightedCollateral === 'bigint' && typeof weightedDebt === 'bigint'
  const health: Health = !isKnown
    ? unknown(issue)
    : weightedDebt === 0n
      ? { status: 'no-debt' }
      : { status: 'known', factor: Wad.divDown(weightedCollateral, weightedDebt) }
  const identity = { id, owner: '0x0a', market, rule: 'r', block } as const
  const values = { collateralValue: weightedCollateral, debtValue: weightedDebt, weightedCollateral, weightedDebt }
  const judged = { health, conservativeHealth: health, issues: isKnown ? [] : [issue] }
  return { status: 'read', ...identity, ...values, ...judged, collateral: [], debt: [], details: {} }
}

const unread: Position = {
  status: 'unread',
  id: 'dead',
  owner: '0x0a',
  market,
  health: { status: 'unknown', issues: [issue] },
  issues: [issue],
}
const usd = (value: number) => BigInt(value) * Wad.WAD
const safe = read('A', usd(8_000), usd(2_000))
const weak = read('B', usd(8_000), usd(7_900))
const idle = read('C', usd(500), 0n)

describe('weakest', () => {
  test('default', () => {
    expect(AccountHealth.weakest([safe, weak, idle])).toEqual({
      health: { status: 'known', factor: Wad.divDown(usd(8_000), usd(7_900)) },
      weakestKnown: { position: 'B', factor: Wad.divDown(usd(8_000), usd(7_900)) },
    })
  })

  test('behavior: no debt anywhere', () => {
    expect(AccountHealth.weakest([idle])).toEqual({ health: { status: 'no-debt' }, weakestKnown: undefined })
    expect(AccountHealth.weakest([])).toEqual({ health: { status: 'no-debt' }, weakestKnown: undefined })
  })

  test('behavior: unknown as soon as one is, and still names the weakest that is known', () => {
    expect(AccountHealth.weakest([safe, unread, weak])).toEqual({
      health: unknown(issue),
      weakestKnown: { position: 'B', factor: Wad.divDown(usd(8_000), usd(7_900)) },
    })
  })

  test('behavior: equal factors are told apart by id', () => {
    const twin = { ...weak, id: 'Z' }
    expect(AccountHealth.weakest([twin, weak]).weakestKnown?.position).toBe('B')
    expect(AccountHealth.weakest([weak, twin]).weakestKnown?.position).toBe('B')
  })
})

describe('aggregate', () => {
  test('default', () => {
    const health = AccountHealth.aggregate([safe, weak])
    expect(health).toEqual({ status: 'known', factor: Wad.divDown(usd(16_000), usd(9_900)) })
    expect(health.status === 'known' && Wad.formatDown(health.factor, 3)).toBe('1.616')
  })

  test('behavior: bounds nothing: B dies on a fall of 1.25 % while the aggregate reads 1.616', () => {
    const { weakestKnown } = AccountHealth.weakest([safe, weak])
    const fall = UniformFall.toLiquidation(weakestKnown?.factor ?? 0n)
    expect(Wad.formatDown(fall, 4)).toBe('0.0124') // 1.25 % exactly, from a factor that was rounded down
    expect(Wad.fromDecimal('0.0125') - fall <= 1n).toBe(true)
  })

  test('behavior: no debt at all', () => {
    expect(AccountHealth.aggregate([idle])).toEqual({ status: 'no-debt' })
  })

  test('behavior: unknown as soon as one weight is', () => {
    expect(AccountHealth.aggregate([safe, unread])).toEqual(unknown(issue))
    expect(AccountHealth.aggregate([safe, read('D', unknown(issue), usd(1))])).toEqual(unknown(issue))
    expect(AccountHealth.aggregate([safe, read('D', usd(1), unknown(issue))])).toEqual(unknown(issue))
  })
})

describe('totals', () => {
  test('default', () => {
    expect(totals([safe, weak, idle])).toEqual({
      status: 'complete',
      collateralValue: usd(16_500),
      debtValue: usd(9_900),
      weightedCollateral: usd(16_500),
      weightedDebt: usd(9_900),
      netValue: usd(6_600),
    })
  })

  test('behavior: the net value may be negative', () => {
    expect(totals([read('E', usd(1), usd(3))])).toMatchObject({ netValue: -usd(2) })
  })

  test('behavior: partial when a position is unread or not wholly known, and names it', () => {
    const blind = { ...idle, id: 'blind', collateralValue: unknown(issue) }
    const sums = totals([safe, unread, blind])
    expect(sums).toMatchObject({ status: 'partial', missing: ['dead', 'blind'], known: { netValue: usd(6_000) } })
    expect(sums).not.toHaveProperty('netValue')
  })
})

describe('verdict', () => {
  const at = (text: string): Health => ({ status: 'known', factor: Wad.fromDecimal(text) })

  test('default', () => {
    expect(verdict([safe, weak])).toBe('at-risk')
  })

  test.each([
    ['0.999999999999999999', 'liquidatable'],
    ['1', 'at-risk'],
    ['1.099999999999999999', 'at-risk'],
    ['1.1', 'watch'],
    ['1.249999999999999999', 'watch'],
    ['1.25', 'ok'],
  ] as const)('behavior: %s is %s', (factor, expected) => {
    expect(verdictOf(at(factor))).toBe(expected)
    expect(verdict([{ health: at(factor) }, idle])).toBe(expected)
  })

  test("behavior: thresholds are the caller's", () => {
    expect(verdictOf(at('1.5'), { atRisk: Wad.fromDecimal('1.6'), watch: Wad.fromDecimal('2') })).toBe('at-risk')
  })

  test('behavior: worst first: unknown, liquidatable, at-risk, watch, ok', () => {
    const dead = { health: at('0.5') }
    expect(verdict([dead, unread])).toBe('unknown')
    expect(verdict([weak, dead])).toBe('liquidatable')
    expect(verdict([{ health: at('1.2') }, weak])).toBe('at-risk')
    expect(verdict([safe, { health: at('1.2') }])).toBe('watch')
    expect(verdict([])).toBe('ok')
    expect(verdict([idle], DEFAULT_THRESHOLDS)).toBe('ok')
  })
})

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

describe('account', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 30n })
  const positions = fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.tuple(amount, amount).map(([W, D]) => read(`${W}:${D}`, W, D)) },
      { weight: 1, arbitrary: fc.constant(unread) },
    ),
    { maxLength: 8 },
  )

  test('behavior: the order of positions does not matter', () => {
    fc.assert(
      fc.property(positions, (list) => {
        const turned = [...list].reverse()
        expect(AccountHealth.weakest(turned)).toEqual(AccountHealth.weakest(list))
        expect(AccountHealth.aggregate(turned)).toEqual(AccountHealth.aggregate(list))
        expect(verdict(turned)).toBe(verdict(list))
      }),
    )
  })

  test('behavior: weakest ≤ aggregate, where both are known', () => {
    fc.assert(
      fc.property(positions, (list) => {
        const { health } = AccountHealth.weakest(list)
        const aggregate = AccountHealth.aggregate(list)
        if (health.status === 'known') {
          expect(aggregate.status === 'known' && aggregate.factor >= health.factor).toBe(true)
        } else {
          expect(aggregate.status).toBe(health.status)
        }
      }),
    )
  })
})
