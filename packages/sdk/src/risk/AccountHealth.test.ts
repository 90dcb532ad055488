import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idle, issue, read, safe, unread, usd, weak } from '../../../../test/fixtures/positions.ts'
import { type Quantity, unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import * as AccountHealth from './AccountHealth.ts'
import { totals } from './Totals.ts'
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

describe('idle', () => {
  const market = { ...safe.market, holdsIdle: true } as const
  const blind = { ...unread, id: 'wallet', market }

  test('behavior: a wallet that was not read makes no health unknown: nobody liquidates it', () => {
    expect(AccountHealth.weakest([safe, blind])).toEqual(AccountHealth.weakest([safe]))
    expect(AccountHealth.aggregate([safe, blind])).toEqual(AccountHealth.aggregate([safe]))
    expect(verdict([safe, blind])).toBe('ok')
    expect(verdict([safe, blind, unread])).toBe('unknown')
  })

  test('behavior: what is idle backs nothing, as in the totals', () => {
    expect(AccountHealth.aggregate([weak, { ...idle, market }])).toEqual(AccountHealth.aggregate([weak]))
    expect(totals([weak, { ...idle, market }])).toMatchObject({ idleValue: usd(500), weightedCollateral: usd(8_000) })
  })
})

describe('units of account', () => {
  const inEther = (price: Quantity) => ({ ...read('E', usd(2), usd(1)), unit: { symbol: 'WETH', price } })

  test('behavior: sums are in dollars, each side rounded against the user', () => {
    const list = [inEther(usd(3_000)), read('F', usd(3_000), usd(1_500))]
    expect(AccountHealth.aggregate(list)).toEqual({ status: 'known', factor: Wad.fromDecimal('2') })
    expect(totals(list)).toMatchObject({
      status: 'complete',
      collateralValue: usd(9_000),
      debtValue: usd(4_500),
      weightedCollateral: usd(9_000),
      weightedDebt: usd(4_500),
      netValue: usd(4_500),
    })
    const dust = { ...read('G', 1n, 1n), unit: { symbol: 'WETH', price: usd(3_000) + 1n } }
    expect(totals([dust])).toMatchObject({ collateralValue: 3_000n, debtValue: 3_001n })
  })

  test('behavior: a unit without a price leaves the healths known, and the sums without it', () => {
    const blind = inEther(unknown(issue))
    expect(AccountHealth.weakest([blind]).health).toEqual({ status: 'known', factor: usd(2) })
    expect(AccountHealth.aggregate([blind, safe])).toEqual(unknown(issue))
    expect(totals([blind, safe])).toMatchObject({ status: 'partial', missing: ['E'], known: { debtValue: usd(2_000) } })
    expect(verdict([blind])).toBe('ok')
  })

  test('behavior: nothing is worth nothing in any unit', () => {
    const empty = { ...read('H', 0n, 0n), unit: { symbol: 'WETH', price: unknown(issue) } }
    expect(totals([empty])).toMatchObject({ status: 'complete', netValue: 0n })
    expect(AccountHealth.aggregate([empty])).toEqual({ status: 'no-debt' })
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
