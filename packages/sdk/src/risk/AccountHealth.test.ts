import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idle, issue, read, safe, unread, usd, weak } from '../../../../test/fixtures/positions.ts'
import { unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import * as AccountHealth from './AccountHealth.ts'
import * as UniformFall from './UniformFall.ts'
import { verdict } from './Verdict.ts'

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
