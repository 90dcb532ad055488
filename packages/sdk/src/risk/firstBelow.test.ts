import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asset, averagingRule, collateralLeg, debtLeg, exactRule, WAD } from '../../../../test/fixtures/moves.ts'
import type { CollateralLeg, DebtLeg, KnownLegs } from '../model/Leg.ts'
import { least } from './Extremes.ts'
import { firstBelow } from './firstBelow.ts'
import type { LiquidationRule } from './LiquidationRule.ts'

/** Few units, so that rounding is large; a unit of a threshold is a fortieth. */
const coarse: LiquidationRule = {
  ...averagingRule,
  key: 'test/coarse',
  thresholdUnit: WAD / 40n,
  assess: (legs) => {
    const exact = exactRule.assess(legs)
    const backing = legs.collateral.filter(({ isCollateral }) => isCollateral)
    const value = backing.reduce((sum, leg) => sum + leg.amount * leg.price, 0n)
    const weighted = backing.reduce((sum, leg) => sum + leg.amount * leg.price * leg.liquidationThreshold, 0n)
    const average = value === 0n ? 0n : (weighted * 40n) / (value * WAD)
    const weightedCollateral = (value * average) / 40n
    const { debtValue } = exact
    return { ...exact, weightedCollateral, health: { status: 'known', factor: (weightedCollateral * WAD) / debtValue } }
  },
}
const unhinted: LiquidationRule = { ...exactRule, key: 'test/unhinted', rounding: undefined }
const rules = [exactRule, unhinted, coarse]

const symbols = ['A', 'B', 'C'] as const
const steep = fc.bigInt(-3n, 3n)
const leg = fc.record({
  amount: fc.bigInt(1n, 40n),
  price: fc.bigInt(1n, 300n),
  slope: steep,
  growth: fc.bigInt(-1n, 1n),
})
const threshold = fc.bigInt(0n, 40n).map((part) => (part * WAD) / 40n)

describe('firstBelow', () => {
  test.each(rules)('behavior: it is the first step below the factor, for $key', (rule) => {
    const found = { found: 0, none: 0 }
    fc.assert(
      fc.property(
        fc.array(fc.tuple(leg, threshold), { minLength: 1, maxLength: 3 }),
        fc.array(leg, { minLength: 1, maxLength: 2 }),
        fc.constantFrom(WAD, (WAD * 3n) / 2n, WAD / 2n),
        fc.boolean(),
        (supplied, owed, factor, isStraight) => {
          /** Prices go straight and end at zero, which is no straight way; amounts move where it is not straight. */
          const at = (steps: bigint): KnownLegs => {
            const moved = <leg extends CollateralLeg<bigint> | DebtLeg<bigint>>(
              of: leg,
              { amount, price, slope, growth }: { amount: bigint; price: bigint; slope: bigint; growth: bigint },
            ): leg => {
              const priced = price + slope * steps
              const sized = isStraight ? amount : amount + growth * steps
              return { ...of, amount: sized > 0n ? sized : 0n, price: priced > 0n ? priced : 0n }
            }
            return {
              collateral: supplied.map(([one, liquidationThreshold], index) =>
                moved(known(collateralLeg(asset(1, symbols[index] ?? 'A', 0), 0n, { liquidationThreshold })), one),
              ),
              debt: owed.map((one, index) => moved(known(debtLeg(asset(1, symbols[index] ?? 'A', 0), 0n)), one)),
            }
          }
          const isBelow = (steps: bigint) => {
            const { health } = rule.assess(at(steps))
            return health.status === 'known' && health.factor < factor
          }
          const steepest = supplied.map(([one]) => one).concat(owed)
          const zeros = steepest.filter(({ slope }) => slope < 0n).map(({ price, slope }) => price / -slope)
          const most = isStraight ? zeros.reduce(least, 120n) : 120n
          if (isBelow(0n)) return
          let due: bigint | undefined
          for (let steps = 1n; steps <= most && due === undefined; steps += 1n) if (isBelow(steps)) due = steps
          const result = firstBelow({ rule, at, most, factor, isStraight })
          expect(result).toEqual(due === undefined ? { status: 'none' } : { status: 'found', at: due })
          found[due === undefined ? 'none' : 'found'] += 1
        },
      ),
      { numRuns: 1_500 },
    )
    expect(found.found).toBeGreaterThan(100)
    expect(found.none).toBeGreaterThan(100)
  })

  test('behavior: a monotonic rule costs a bisection, whatever the distance', () => {
    let asked = 0
    const counting: LiquidationRule = {
      ...exactRule,
      assess: (legs) => {
        asked += 1
        return exactRule.assess(legs)
      },
    }
    const at = (steps: bigint): KnownLegs => ({
      collateral: [known(collateralLeg(asset(1, 'WETH', 18), WAD, { price: 10n ** 30n - steps }))],
      debt: [known(debtLeg(asset(1, 'USDC', 6), 10n ** 17n))],
    })
    expect(firstBelow({ rule: counting, at, most: 10n ** 30n, isStraight: true })).toMatchObject({ status: 'found' })
    expect(asked).toBeLessThan(150)
  })

  test('behavior: what flickers about the factor all along is not counted out', () => {
    // Collateral and debt of the same weight at every price: rounding decides at each of them, and never against the owner.
    const flat: LiquidationRule = { ...exactRule, rounding: () => 10n }
    const legs = (price: bigint): KnownLegs => ({
      collateral: [known(collateralLeg(asset(1, 'A', 0), 1n, { price: price + 1n, liquidationThreshold: WAD }))],
      debt: [known(debtLeg(asset(1, 'B', 0), 1n, { price }))],
    })
    const result = firstBelow({ rule: flat, at: (steps) => legs(steps + 5n), most: 10n ** 12n, isStraight: true })
    expect(result.status).toBe('undecided')
    expect(result.status === 'undecided' && result.after > 0n && result.after < 10n ** 12n).toBe(true)
  })

  test('behavior: there is nothing on a way of no steps', () => {
    const at = (): KnownLegs => ({ collateral: [], debt: [known(debtLeg(asset(1, 'A', 0), 1n))] })
    expect(firstBelow({ rule: exactRule, at, most: 0n })).toEqual({ status: 'none' })
  })
})

function known<leg extends CollateralLeg | DebtLeg>(leg: leg) {
  const { amount, price, value } = leg
  if (typeof amount !== 'bigint' || typeof price !== 'bigint' || typeof value !== 'bigint')
    throw new TypeError('unknown')
  return { ...leg, amount, price, value }
}
