import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Wad from '../units/Wad.ts'
import { InvalidParameterError } from './InvalidParameterError.ts'
import * as ToHealth from './ToHealth.ts'

const wad = Wad.fromDecimal
const { WAD } = Wad
/** W 8,000 and D 7,900 at a threshold of 80 %: the account B of the design, a fall of 1.25 % from liquidation. */
const thin = { weightedCollateral: wad('8000'), weightedDebt: wad('7900'), target: wad('1.5') }
const liquidationThreshold = wad('0.8')

const values = fc.record({
  weightedCollateral: fc.bigInt(0n, 10n ** 28n),
  weightedDebt: fc.bigInt(0n, 10n ** 28n),
  target: fc.bigInt(WAD, 5n * WAD),
})
const share = fc.bigInt(1n, WAD)
const cost = fc.bigInt(0n, WAD / 2n)

type Weights = { readonly weightedCollateral: bigint; readonly weightedDebt: bigint }

/** `W ≥ h · D`, without any rounding; weights may carry further factors of a WAD. */
function holds({ weightedCollateral, weightedDebt }: Weights, target: bigint): boolean {
  return weightedCollateral * WAD >= weightedDebt * target
}

describe('topUp', () => {
  test('default: what the design says of W 8,000, D 7,900, LT 0.8 and a target of 1.5', () => {
    expect(ToHealth.topUp({ ...thin, liquidationThreshold })).toBe(wad('4812.5'))
  })

  test('behavior: it reaches the target, and the least unit less does not', () => {
    fc.assert(
      fc.property(values, share, (goal, threshold) => {
        const added = ToHealth.topUp({ ...goal, liquidationThreshold: threshold })
        const after = (value: bigint) => ({
          weightedCollateral: goal.weightedCollateral * WAD + value * threshold,
          weightedDebt: goal.weightedDebt * WAD,
        })
        expect(holds(after(added), goal.target)).toBe(true)
        if (added > 0n) expect(holds(after(added - 1n), goal.target)).toBe(false)
      }),
    )
  })

  test('error: InvalidParameterError', () => {
    expect(() => ToHealth.topUp({ ...thin, liquidationThreshold: 0n })).toThrow(InvalidParameterError)
    expect(() => ToHealth.topUp({ ...thin, liquidationThreshold, target: WAD - 1n })).toThrow(InvalidParameterError)
    expect(() => ToHealth.topUp({ ...thin, liquidationThreshold, weightedDebt: -1n })).toThrow(
      expect.objectContaining({ parameter: 'weightedDebt', value: -1n, least: 0n }),
    )
  })
})

describe('repay', () => {
  test('default: what the design says of the same position, and that it is LT / h of a top-up', () => {
    const repaid = ToHealth.repay(thin)
    expect(Wad.formatDown(repaid + WAD / 200n, 2)).toBe('2566.67')
    expect(Wad.formatDown(Wad.divDown(repaid, ToHealth.topUp({ ...thin, liquidationThreshold })), 4)).toBe('0.5333')
  })

  test('behavior: it reaches the target, and the least unit less does not; never more than all', () => {
    fc.assert(
      fc.property(values, (goal) => {
        const repaid = ToHealth.repay(goal)
        const after = (value: bigint) => ({ ...goal, weightedDebt: goal.weightedDebt - value })
        expect(repaid).toBeLessThanOrEqual(goal.weightedDebt)
        expect(holds(after(repaid), goal.target)).toBe(true)
        if (repaid > 0n) expect(holds(after(repaid - 1n), goal.target)).toBe(false)
      }),
    )
  })
})

describe('liquidation', () => {
  // (TH·D − W) / (TH − LB·CF), in the words of Aave V4: target health factor, liquidation bonus, collateral factor.
  const goal = { weightedCollateral: wad('7500'), weightedDebt: wad('7900'), target: wad('1.05'), liquidationThreshold }
  const liquidationBonus = wad('0.05')

  test('default: D 7,900, W 7,500, TH 1.05, LB 1.05 and CF 0.8 take 3,785.714, and end at 1.05', () => {
    const repaid = ToHealth.liquidation({ ...goal, liquidationBonus }) ?? 0n
    expect(Wad.formatDown(repaid, 3)).toBe('3785.714')
    const seized = Wad.mulUp(repaid, WAD + liquidationBonus)
    const [left, owed] = [goal.weightedCollateral - Wad.mulUp(seized, liquidationThreshold), goal.weightedDebt - repaid]
    expect(Wad.formatDown(Wad.divHalfUp(left, owed), 15)).toBe('1.050000000000000')
  })

  test('behavior: a bonus that takes as much health as the repayment gives never gets there', () => {
    expect(ToHealth.liquidation({ ...goal, liquidationBonus: wad('0.3125') })).toBeUndefined()
    expect(ToHealth.liquidation({ ...goal, liquidationBonus: wad('0.3124') })).toBeGreaterThan(0n)
    expect(ToHealth.liquidation({ ...goal, target: WAD, weightedDebt: wad('7500'), liquidationBonus })).toBe(0n)
  })
})

describe('leverUp', () => {
  test('behavior: the target holds, and does not with the least unit more', () => {
    fc.assert(
      fc.property(values, share, cost, (goal, threshold, lost) => {
        const borrowed = ToHealth.leverUp({ ...goal, liquidationThreshold: threshold, cost: lost })
        const after = (value: bigint) => ({
          weightedCollateral: goal.weightedCollateral * WAD * WAD + value * (WAD - lost) * threshold,
          weightedDebt: (goal.weightedDebt + value) * WAD * WAD,
        })
        if (borrowed === undefined) {
          expect(goal.target * WAD).toBeLessThanOrEqual((WAD - lost) * threshold)
          return
        }
        if (holds(goal, goal.target)) expect(holds(after(borrowed), goal.target)).toBe(true)
        else expect(borrowed).toBe(0n)
        expect(holds(after(borrowed + 1n), goal.target)).toBe(false)
      }),
    )
  })

  test('behavior: nothing bounds what backs as much as it owes', () => {
    expect(ToHealth.leverUp({ ...thin, target: WAD, liquidationThreshold: WAD })).toBeUndefined()
    expect(ToHealth.leverUp({ ...thin, target: WAD, liquidationThreshold: WAD, cost: wad('0.01') })).toBe(wad('10000'))
  })
})

describe('deleverage', () => {
  test('behavior: without a cost and without a bonus it is what a liquidation takes', () => {
    expect(ToHealth.deleverage({ ...thin, liquidationThreshold })).toBe(
      ToHealth.liquidation({ ...thin, liquidationThreshold, liquidationBonus: 0n }),
    )
  })

  test('behavior: it reaches the target, and the least unit less does not', () => {
    fc.assert(
      fc.property(values, share, cost, (goal, threshold, lost) => {
        const sold = ToHealth.deleverage({ ...goal, liquidationThreshold: threshold, cost: lost })
        const after = (value: bigint) => ({
          weightedCollateral: goal.weightedCollateral * WAD - value * threshold,
          weightedDebt: goal.weightedDebt * WAD - value * (WAD - lost),
        })
        if (sold === undefined) {
          expect(holds(goal, goal.target)).toBe(false)
          expect(goal.target * (WAD - lost)).toBeLessThanOrEqual(threshold * WAD)
          return
        }
        expect(holds(after(sold), goal.target)).toBe(true)
        if (sold > 0n) expect(holds(after(sold - 1n), goal.target)).toBe(false)
      }),
    )
  })

  test('error: InvalidParameterError', () => {
    expect(() => ToHealth.deleverage({ ...thin, liquidationThreshold, cost: WAD })).toThrow(
      expect.objectContaining({ name: 'InvalidParameterError', parameter: 'cost', most: WAD - 1n }),
    )
    expect(() => ToHealth.leverUp({ ...thin, liquidationThreshold: WAD + 1n })).toThrow(InvalidParameterError)
  })
})
