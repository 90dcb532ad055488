import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DataIssue } from '../model/DataIssue.ts'
import type { CollateralLeg, DebtLeg } from '../model/Leg.ts'
import type { PositionFacts } from '../model/Position.ts'
import { type Quantity, unknown } from '../model/Quantity.ts'
import * as Usd from '../units/Usd.ts'
import * as Wad from '../units/Wad.ts'
import type { LiquidationRule } from './LiquidationRule.ts'
import * as PositionHealth from './PositionHealth.ts'

/** Collateral down, debt up, health down: no protocol's rule, but one without teeth. */
const rule: LiquidationRule = {
  key: 'plain',
  valueOf: Usd.valueDown,
  assess: ({ collateral, debt }) => {
    const values = collateral.map((leg) => ({
      leg,
      value: Usd.valueDown({ ...leg, decimals: leg.asset.decimals }),
    }))
    const sum = (numbers: readonly bigint[]) => numbers.reduce((a, b) => a + b, 0n)
    const backing = values.filter(({ leg }) => leg.isCollateral)
    const weightedCollateral = sum(backing.map(({ leg, value }) => Wad.mulDown(value, leg.liquidationThreshold)))
    const debtValue = sum(debt.map((leg) => Usd.valueUp({ ...leg, decimals: leg.asset.decimals })))
    return {
      collateralValue: sum(values.map(({ value }) => value)),
      debtValue,
      weightedCollateral,
      weightedDebt: debtValue,
      health:
        debtValue === 0n
          ? { status: 'no-debt' }
          : { status: 'known', factor: Wad.divDown(weightedCollateral, debtValue) },
    }
  },
}

const asset = { chainId: 1, address: '0x01', symbol: 'T', decimals: 18 } as const

function collateral(fields: Partial<CollateralLeg> = {}): CollateralLeg {
  const defaults = { amount: 4n * Wad.WAD, price: 2_000n * Wad.WAD, value: 0n, isCollateral: true }
  const ratios = { liquidationThreshold: Wad.fromDecimal('0.8'), loanToValue: Wad.fromDecimal('0.75') }
  return { asset, ...defaults, ...ratios, ...fields }
}

function debt(fields: Partial<DebtLeg> = {}): DebtLeg {
  return { asset, amount: 5_000n * Wad.WAD, price: Wad.WAD, value: 0n, liabilityWeight: Wad.WAD, ...fields }
}

function facts(fields: Partial<Pick<PositionFacts, 'collateral' | 'debt'>> = {}): PositionFacts {
  return { owner: '0x0a', rule: 'plain', details: {}, collateral: [collateral()], debt: [debt()], ...fields }
}

function missing(path: string): { issue: DataIssue; quantity: Quantity } {
  const issue = { kind: 'reverted', chainId: 1, path, reason: 'no answer' } as const
  return { issue, quantity: unknown(issue) }
}

describe('assess', () => {
  test('default', () => {
    expect(PositionHealth.assess(facts(), rule)).toEqual({
      collateral: [collateral({ value: 8_000n * Wad.WAD })],
      debt: [debt({ value: 5_000n * Wad.WAD })],
      collateralValue: 8_000n * Wad.WAD,
      debtValue: 5_000n * Wad.WAD,
      weightedCollateral: 6_400n * Wad.WAD,
      weightedDebt: 5_000n * Wad.WAD,
      health: { status: 'known', factor: Wad.fromDecimal('1.28') },
      conservativeHealth: { status: 'known', factor: Wad.fromDecimal('1.28') },
      issues: [],
    })
  })

  test('behavior: an empty position has no debt', () => {
    expect(PositionHealth.assess(facts({ collateral: [], debt: [] }), rule)).toMatchObject({
      health: { status: 'no-debt' },
      collateralValue: 0n,
      weightedDebt: 0n,
      issues: [],
    })
  })

  test.each(['amount', 'price'] as const)('behavior: an unknown %s of a debt makes both healths unknown', (field) => {
    const { issue, quantity } = missing(`debt.${field}`)
    const judged = PositionHealth.assess(facts({ debt: [debt(), debt({ [field]: quantity })] }), rule)
    expect(judged).toMatchObject({
      collateralValue: 8_000n * Wad.WAD,
      debtValue: unknown(issue),
      weightedCollateral: 6_400n * Wad.WAD,
      weightedDebt: unknown(issue),
      health: unknown(issue),
      conservativeHealth: unknown(issue),
      issues: [issue],
    })
    expect(judged.debt.map(({ value }) => value)).toEqual([5_000n * Wad.WAD, unknown(issue)])
  })

  test.each(['amount', 'price'] as const)(
    'behavior: an unknown %s of collateral counts as zero only in the conservative health',
    (field) => {
      const { issue, quantity } = missing(`collateral.${field}`)
      expect(
        PositionHealth.assess(facts({ collateral: [collateral(), collateral({ [field]: quantity })] }), rule),
      ).toMatchObject({
        collateralValue: unknown(issue),
        debtValue: 5_000n * Wad.WAD,
        weightedCollateral: unknown(issue),
        weightedDebt: 5_000n * Wad.WAD,
        health: unknown(issue),
        conservativeHealth: { status: 'known', factor: Wad.fromDecimal('1.28') },
        issues: [issue],
      })
    },
  )

  test('behavior: a rule in which more collateral may lower the health says what is certain without it', () => {
    const asked: unknown[] = []
    const toothed: LiquidationRule = {
      ...rule,
      healthAtLeast: (legs, unread) => {
        asked.push([legs.collateral.length, unread.map(({ liquidationThreshold }) => liquidationThreshold)])
        return { status: 'known', factor: 7n }
      },
    }
    const low = collateral({ liquidationThreshold: 5n, price: missing('price').quantity })
    const idle = collateral({ price: missing('price').quantity, isCollateral: false })
    const judge = (legs: readonly CollateralLeg[]) => PositionHealth.assess(facts({ collateral: legs }), toothed)
    expect(judge([collateral(), low, idle]).conservativeHealth).toEqual({ status: 'known', factor: 7n })
    // Where all of what counts is known, the health is what it is.
    expect(judge([collateral(), idle]).conservativeHealth).toEqual(judge([collateral()]).health)
    expect(asked).toEqual([[1, [5n]]])
  })

  test('behavior: what backs nothing leaves the health alone', () => {
    const { issue, quantity } = missing('collateral.price')
    const idle = collateral({ price: quantity, isCollateral: false })
    expect(PositionHealth.assess(facts({ collateral: [collateral(), idle] }), rule)).toMatchObject({
      collateralValue: unknown(issue),
      weightedCollateral: 6_400n * Wad.WAD,
      health: { status: 'known', factor: Wad.fromDecimal('1.28') },
      conservativeHealth: { status: 'known', factor: Wad.fromDecimal('1.28') },
      issues: [issue],
    })
  })

  test('behavior: without debt, unknown collateral cannot be liquidated', () => {
    const { issue, quantity } = missing('collateral.price')
    expect(
      PositionHealth.assess(facts({ collateral: [collateral({ price: quantity })], debt: [] }), rule),
    ).toMatchObject({
      weightedCollateral: unknown(issue),
      health: { status: 'no-debt' },
      conservativeHealth: { status: 'no-debt' },
      issues: [issue],
    })
  })

  test('behavior: one missing price is one issue, however many legs need it', () => {
    const { issue, quantity } = missing('price')
    const other = missing('amount')
    const judged = PositionHealth.assess(
      facts({
        collateral: [collateral({ price: quantity })],
        debt: [debt({ price: quantity, amount: other.quantity })],
      }),
      rule,
    )
    expect(judged.issues).toEqual([issue, other.issue])
    expect(judged.health).toEqual(unknown(other.issue, issue))
  })

  test('behavior: an amount of zero is worth nothing at an unknown price', () => {
    const { quantity } = missing('price')
    expect(PositionHealth.assess(facts({ debt: [debt(), debt({ amount: 0n, price: quantity })] }), rule)).toMatchObject(
      { health: { status: 'known', factor: Wad.fromDecimal('1.28') }, issues: [] },
    )
  })

  test('behavior: an unknown without a reason is unknown all the same', () => {
    const judged = PositionHealth.assess(facts({ debt: [debt({ amount: unknown() })] }), rule)
    expect([judged.health, judged.conservativeHealth, judged.debtValue]).toEqual([unknown(), unknown(), unknown()])
  })

  const number = fc.bigInt({ min: 1n, max: 10n ** 30n })
  const collaterals = fc.array(
    fc.record({ amount: number, price: number, isCollateral: fc.boolean() }).map((fields) => collateral(fields)),
    { maxLength: 5 },
  )
  const debts = fc.array(
    fc.record({ amount: number, price: number }).map((fields) => debt(fields)),
    { minLength: 1, maxLength: 5 },
  )
  const factorOf = (position: PositionFacts) => {
    const { health } = PositionHealth.assess(position, rule)
    return health.status === 'known' ? health.factor : undefined
  }

  test('behavior: more collateral or a higher price of it never lowers the health, more debt never raises it', () => {
    fc.assert(
      fc.property(collaterals, debts, collaterals, debts, fc.bigInt(1n, 1_000n), (held, owed, more, worse, times) => {
        const before = factorOf(facts({ collateral: held, debt: owed })) ?? -1n
        const richer = facts({ collateral: [...held, ...more], debt: owed })
        const dearer = facts({
          collateral: held.map((leg) => (typeof leg.price === 'bigint' ? { ...leg, price: leg.price * times } : leg)),
          debt: owed,
        })
        const deeper = facts({ collateral: held, debt: [...owed, ...worse] })
        expect((factorOf(richer) ?? -1n) >= before).toBe(true)
        expect((factorOf(dearer) ?? -1n) >= before).toBe(true)
        expect((factorOf(deeper) ?? -1n) <= before).toBe(true)
      }),
    )
  })

  test('behavior: the order of legs does not matter', () => {
    fc.assert(
      fc.property(collaterals, debts, (held, owed) => {
        expect(factorOf(facts({ collateral: [...held].reverse(), debt: [...owed].reverse() }))).toBe(
          factorOf(facts({ collateral: held, debt: owed })),
        )
      }),
    )
  })

  test('behavior: the conservative health never exceeds the health once all is known', () => {
    fc.assert(
      fc.property(collaterals, debts, fc.nat(), (held, owed, index) => {
        const whole = factorOf(facts({ collateral: held, debt: owed })) ?? -1n
        const { quantity } = missing('price')
        const blind = held.map((leg, at) => (at === index % held.length ? { ...leg, price: quantity } : leg))
        const { conservativeHealth } = PositionHealth.assess(facts({ collateral: blind, debt: owed }), rule)
        expect(conservativeHealth.status === 'known' && conservativeHealth.factor <= whole).toBe(true)
      }),
    )
  })
})
