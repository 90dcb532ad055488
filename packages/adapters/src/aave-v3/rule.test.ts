import {
  type CollateralLeg,
  type DebtLeg,
  type Health,
  type KnownLegs,
  PositionHealth,
  unknown,
  Wad,
} from '@unimargin/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ruleOf, ruleSince35, ruleUpTo34, WAD_PER_BASE } from './rule.ts'

type Held = CollateralLeg<bigint>
type Owed = DebtLeg<bigint>

const asset = { chainId: 1, address: '0x01', symbol: 'T', decimals: 18 } as const

/** Prices in the oracle's 8 decimals, thresholds in basis points. */
function held(
  amount: bigint,
  price: bigint,
  bps: number,
  fields: { isCollateral?: boolean; decimals?: number } = {},
): Held {
  const { isCollateral = true, decimals = 18 } = fields
  const ratio = BigInt(bps) * 10n ** 14n
  return {
    asset: { ...asset, decimals },
    amount,
    price: price * WAD_PER_BASE,
    value: 0n,
    isCollateral,
    liquidationThreshold: ratio,
    loanToValue: ratio,
  }
}

function owed(amount: bigint, price: bigint, decimals = 18): Owed {
  return { asset: { ...asset, decimals }, amount, price: price * WAD_PER_BASE, value: 0n, liabilityWeight: Wad.WAD }
}

/** Aave's own steps in its own units, written apart from the rule. */
function aave(collateral: readonly Held[], debt: readonly Owed[]) {
  const base = ({ amount, price, asset }: Held | Owed) =>
    (amount * (price / 10n ** 10n)) / 10n ** BigInt(asset.decimals)
  const counted = collateral.filter(({ isCollateral }) => isCollateral)
  const total = counted.reduce((sum, leg) => sum + base(leg), 0n)
  const weighted = counted.reduce((sum, leg) => sum + base(leg) * (leg.liquidationThreshold / 10n ** 14n), 0n)
  const average = total === 0n ? 0n : weighted / total
  const debtBase = debt.reduce((sum, leg) => sum + base(leg), 0n)
  const adjusted = (total * average + 5_000n) / 10_000n
  return { total, debtBase, factor: debtBase === 0n ? undefined : (adjusted * 10n ** 18n + debtBase / 2n) / debtBase }
}

const USD = 10n ** 8n
const ETH = 10n ** 18n

describe('assess', () => {
  test('default', () => {
    const collateral = [held(10n * ETH, 2_000n * USD, 8_250), held(5_000n * 10n ** 6n, USD, 7_800, { decimals: 6 })]
    const debt = [owed(8_000n * 10n ** 6n, USD, 6)]
    // average = (20,000 · 8250 + 5,000 · 7800) / 25,000 = 8160; 25,000 · 0.8160 = 20,400; / 8,000 = 2.55
    expect(ruleUpTo34.assess({ collateral, debt })).toEqual({
      collateralValue: 25_000n * Wad.WAD,
      debtValue: 8_000n * Wad.WAD,
      weightedCollateral: 20_400n * Wad.WAD,
      weightedDebt: 8_000n * Wad.WAD,
      health: { status: 'known', factor: Wad.fromDecimal('2.55') },
    })
  })

  test('behavior: the average threshold is floored to whole basis points', () => {
    const collateral = [held(2n * ETH, USD, 8_000), held(1n * ETH, USD, 7_999)]
    // exact: 7999.67 bps of 3 USD; Aave: 7999 bps
    expect(ruleUpTo34.assess({ collateral, debt: [owed(ETH, USD)] }).weightedCollateral).toBe(Wad.fromDecimal('2.3997'))
  })

  test('behavior: percentMul and wadDiv round half up', () => {
    const collateral = [held(ETH, 1n, 5_000)]
    // one base unit at 50 % is 0.5 of a base unit: up to 1
    expect(ruleUpTo34.assess({ collateral, debt: [owed(ETH, 3n)] })).toMatchObject({
      weightedCollateral: WAD_PER_BASE,
      health: { status: 'known', factor: 333_333_333_333_333_333n },
    })
    expect(ruleUpTo34.assess({ collateral: [held(ETH, 2n, 10_000)], debt: [owed(ETH, 3n)] }).health).toEqual({
      status: 'known',
      factor: 666_666_666_666_666_667n,
    })
  })

  test('behavior: what is no collateral has a value and no weight', () => {
    const collateral = [held(ETH, 100n * USD, 8_000, { isCollateral: false }), held(ETH, 10n * USD, 5_000)]
    expect(ruleUpTo34.assess({ collateral, debt: [owed(ETH, USD)] })).toMatchObject({
      collateralValue: 110n * Wad.WAD,
      weightedCollateral: 5n * Wad.WAD,
    })
  })

  test('behavior: a debt that is worth less than a base unit is none, as Aave sees it', () => {
    expect(ruleUpTo34.assess({ collateral: [], debt: [owed(1n, USD)] })).toMatchObject({
      debtValue: 0n,
      health: { status: 'no-debt' },
    })
  })

  test('behavior: debt without collateral has a factor of zero', () => {
    expect(ruleUpTo34.assess({ collateral: [], debt: [owed(ETH, USD)] }).health).toEqual({
      status: 'known',
      factor: 0n,
    })
  })

  const amount = fc.oneof(fc.bigInt(0n, 10n ** 6n), fc.bigInt(0n, 10n ** 24n), fc.bigInt(0n, 2n ** 128n - 1n))
  const price = fc.oneof(fc.bigInt(0n, 10n), fc.bigInt(1n, 10n ** 13n), fc.bigInt(1n, 2n ** 80n - 1n))
  const decimals = fc.constantFrom(0, 2, 6, 8, 18, 36)
  const collaterals = fc.array(
    fc
      .tuple(amount, price, fc.integer({ min: 0, max: 10_000 }), fc.boolean(), decimals)
      .map(([a, p, bps, isCollateral, d]) => held(a, p, bps, { isCollateral, decimals: d })),
    { maxLength: 6 },
  )
  const debts = fc.array(
    fc.tuple(amount, price, decimals).map(([a, p, d]) => owed(a, p, d)),
    { maxLength: 4 },
  )

  test("behavior: equals Aave's steps in base units, whatever the numbers in range", () => {
    fc.assert(
      fc.property(collaterals, debts, (collateral, debt) => {
        const expected = aave(collateral, debt)
        const { debtValue, health } = ruleUpTo34.assess({ collateral, debt })
        expect(debtValue).toBe(expected.debtBase * WAD_PER_BASE)
        expect(health).toEqual(
          expected.factor === undefined ? { status: 'no-debt' } : { status: 'known', factor: expected.factor },
        )
      }),
      { numRuns: 500 },
    )
  })

  test('behavior: more debt never raises the health; the order of legs does not matter', () => {
    fc.assert(
      fc.property(collaterals, debts, debts, (collateral, debt, more) => {
        const factor = (legs: { collateral: Held[]; debt: Owed[] }) => {
          const { health } = ruleUpTo34.assess(legs)
          return health.status === 'known' ? health.factor : 'no-debt'
        }
        const before = factor({ collateral, debt })
        const after = factor({ collateral, debt: [...debt, ...more] })
        expect(before === 'no-debt' || (after !== 'no-debt' && after <= before)).toBe(true)
        expect(factor({ collateral: [...collateral].reverse(), debt: [...debt].reverse() })).toBe(before)
      }),
    )
  })

  test('behavior: more collateral can lower the weight, by less than a basis point of what is held', () => {
    const before = ruleUpTo34.assess({ collateral: [held(1_000n * ETH, USD, 8_000)], debt: [] })
    const after = ruleUpTo34.assess({
      collateral: [held(1_000n * ETH, USD, 8_000), held(ETH / 1_000n, USD, 7_000)],
      debt: [],
    })
    expect(after.weightedCollateral < before.weightedCollateral).toBe(true)
    fc.assert(
      fc.property(collaterals, collaterals, (collateral, more) => {
        const alone = ruleUpTo34.assess({ collateral, debt: [] })
        const together = ruleUpTo34.assess({ collateral: [...collateral, ...more], debt: [] })
        // A basis point of the joint collateral, and half a base unit of rounding on either side.
        const tooth = together.collateralValue / 10_000n + WAD_PER_BASE
        expect(together.weightedCollateral + tooth >= alone.weightedCollateral).toBe(true)
      }),
    )
  })
})

describe('healthAtLeast', () => {
  const hidden = (leg: Held): CollateralLeg => ({ ...leg, amount: unknown(), value: unknown() })
  const conservative = (collateral: readonly CollateralLeg[], debt: readonly Owed[]): Health =>
    PositionHealth.assess({ owner: '0x0a', rule: ruleUpTo34.key, collateral, debt, details: {} }, ruleUpTo34)
      .conservativeHealth
  /** What is unknown is below everything that is known, and nothing is above having no debt. */
  const rank = (health: Health): bigint =>
    health.status === 'unknown' ? -1n : health.status === 'no-debt' ? 2n ** 512n : health.factor

  test('default: unknown collateral that cannot lower the average threshold counts as zero', () => {
    const [known, debt] = [held(1_000n * ETH, USD, 8_000), owed(500n * ETH, USD)]
    expect(conservative([known, hidden(held(ETH, USD, 8_000))], [debt])).toEqual(
      ruleUpTo34.assess({ collateral: [known], debt: [debt] }).health,
    )
  })

  test('behavior: what may lower the average by a basis point costs one', () => {
    const [known, dust] = [held(1_000n * ETH, USD, 8_000), held(ETH / 1_000n, USD, 7_000)]
    const debt = [owed(500n * ETH, USD)]
    const without = ruleUpTo34.assess({ collateral: [known], debt }).health
    const whole = ruleUpTo34.assess({ collateral: [known, dust], debt }).health
    // Without the dust the pool's average threshold is a basis point higher than it is with it.
    expect(rank(without) > rank(whole)).toBe(true)
    expect(conservative([known, hidden(dust)], debt)).toEqual({ status: 'known', factor: Wad.fromDecimal('1.5998') })
    expect(rank(whole)).toBe(Wad.fromDecimal('1.5998015998'))
  })

  test('behavior: an unknown amount without a threshold may bring the average down to nothing', () => {
    const debt = [owed(500n * ETH, USD)]
    const health = conservative([held(1_000n * ETH, USD, 8_000), hidden(held(ETH, USD, 0))], debt)
    expect(health).toEqual({ status: 'known', factor: 0n })
  })

  test('behavior: no debt stays none, and without known collateral the factor is zero', () => {
    expect(conservative([hidden(held(ETH, USD, 8_000))], [])).toEqual({ status: 'no-debt' })
    expect(conservative([hidden(held(ETH, USD, 8_000))], [owed(ETH, USD)])).toEqual({ status: 'known', factor: 0n })
  })

  // Small and equal numbers as well: teeth show where averages lie near whole basis points.
  const amount = fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, 10n ** 9n), fc.bigInt(0n, 2n ** 128n - 1n))
  const bps = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 7_990, max: 8_010 }), fc.nat(10_000))
  const legs = fc.array(
    fc
      .tuple(amount, bps, fc.boolean(), fc.integer({ min: 0, max: 2 }))
      .map(([a, b, isCollateral, fault]) => ({ leg: held(a, 1n, b, { isCollateral, decimals: 0 }), fault })),
    { minLength: 1, maxLength: 6 },
  )

  test('property: to know less never raises it, and it is never above what the pool says', () => {
    fc.assert(
      fc.property(legs, amount, (collateral, debt) => {
        const rankWith = (faults: number) =>
          rank(
            conservative(
              collateral.map(({ leg, fault }) => (fault < faults ? hidden(leg) : leg)),
              [owed(debt, 1n, 0)],
            ),
          )
        const [all, less, least] = [rankWith(0), rankWith(1), rankWith(2)]
        expect(less <= all && least <= less).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('valueOf', () => {
  test('default', () => {
    const leg = { amount: 1_234_567n, price: 2_000n * USD * WAD_PER_BASE, decimals: 18 }
    expect(ruleUpTo34.valueOf(leg)).toBe(0n)
    expect(ruleUpTo34.valueOf({ ...leg, decimals: 6 })).toBe(Wad.fromDecimal('2469.134'))
  })

  test('behavior: is what assess counts', () => {
    const leg = held(123_456_789n, 98_765_432_101n, 8_000, { decimals: 8 })
    const { collateralValue } = ruleUpTo34.assess({ collateral: [leg], debt: [] })
    expect(ruleUpTo34.valueOf({ amount: leg.amount, price: leg.price, decimals: 8 })).toBe(collateralValue)
  })
})

describe('ruleSince35', () => {
  const leg = (amount: bigint, price: bigint, decimals = 18) => ({ amount, price: price * WAD_PER_BASE, decimals })
  const legs = (supplied: bigint, debtAmount: bigint, threshold = 8_250): KnownLegs => ({
    collateral: [held(supplied, 2_000n * USD, threshold)],
    debt: [owed(debtAmount, USD)],
  })

  test('default', () => {
    const { health, weightedCollateral, weightedDebt } = ruleSince35.assess(legs(10n ** 19n, 8_250n * 10n ** 18n))
    expect(health).toEqual({ status: 'known', factor: Wad.fromDecimal('2') })
    expect([weightedCollateral, weightedDebt]).toEqual([16_500n * Wad.WAD, 8_250n * Wad.WAD])
  })

  test('behavior: what is owed is rounded up, so that the least debt counts; what is supplied down', () => {
    expect(ruleSince35.valueOf({ ...leg(1n, USD), side: 'debt' })).toBe(WAD_PER_BASE)
    expect(ruleSince35.valueOf(leg(1n, USD))).toBe(0n)
    expect(ruleSince35.assess(legs(0n, 1n)).health).toEqual({ status: 'known', factor: 0n })
    expect(ruleSince35.assess(legs(1n, 0n)).health).toEqual({ status: 'no-debt' })
  })

  test('behavior: the average threshold is not floored', () => {
    const two: KnownLegs = {
      collateral: [held(10n ** 18n, USD, 8_000), held(2n * 10n ** 18n, USD, 7_999)],
      debt: [owed(10n ** 18n, USD)],
    }
    expect(ruleSince35.assess(two).health).toEqual({ status: 'known', factor: Wad.fromDecimal('2.3998') })
    expect(ruleUpTo34.assess(two).health).toEqual({ status: 'known', factor: Wad.fromDecimal('2.3997') })
  })

  test("behavior: equals Aave's steps in base units, and more collateral never lowers it", () => {
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 30n })
    const prices = fc.bigInt({ min: 1n, max: 10n ** 16n })
    const supplies = fc.array(fc.tuple(amounts, prices, fc.integer({ min: 0, max: 10_000 })), { maxLength: 4 })
    fc.assert(
      fc.property(supplies, amounts, prices, amounts, (supplied, debtAmount, price, more) => {
        const collateral = supplied.map(([amount, price, threshold]) => held(amount, price, threshold))
        const debt = [owed(debtAmount, price)]
        const { health } = ruleSince35.assess({ collateral, debt })
        const unit = 10n ** 18n
        const weight = supplied.reduce(
          (sum, [amount, price, threshold]) => sum + ((amount * price) / unit) * BigInt(threshold),
          0n,
        )
        const base = (debtAmount * price + unit - 1n) / unit
        expect(health).toEqual(
          base === 0n
            ? { status: 'no-debt' }
            : { status: 'known', factor: (weight * Wad.WAD + base / 2n) / base / 10_000n },
        )
        const { health: richer } = ruleSince35.assess({ collateral: [...collateral, held(more, price, 1)], debt })
        if (health.status === 'known' && richer.status === 'known') {
          expect(richer.factor >= health.factor).toBe(true)
        }
      }),
    )
  })
})

describe('ruleOf', () => {
  test('default', () => {
    const versions = ['3.0', '3.4', '3.5', '3.7'] as const
    expect(versions.map((version) => ruleOf(version).key)).toEqual([
      'aave-v3/3.0',
      'aave-v3/3.0',
      'aave-v3/3.5',
      'aave-v3/3.5',
    ])
  })
})
