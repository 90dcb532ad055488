import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Wad from '../units/Wad.ts'
import { loopLeverage } from './loopLeverage.ts'
import * as ToLeverage from './ToLeverage.ts'

const wad = Wad.fromDecimal
const { WAD } = Wad

const goals = fc.record({
  collateralValue: fc.bigInt(0n, 10n ** 28n),
  debtValue: fc.bigInt(0n, 10n ** 28n),
  target: fc.bigInt(WAD, 20n * WAD),
  cost: fc.bigInt(0n, WAD / 2n),
})

/** `V ≤ L · (V − D)`, without any rounding. */
function holds(collateral: bigint, debt: bigint, target: bigint): boolean {
  return collateral * WAD <= (collateral - debt) * target
}

describe('leverUp', () => {
  test('default: it is where loops without end would come to', () => {
    const borrowed = ToLeverage.leverUp({ collateralValue: wad('10000'), debtValue: 0n, target: wad('2.5') })
    expect(borrowed).toBe(wad('15000'))
    const looped = loopLeverage({ principal: wad('10000'), loanToValue: wad('0.6'), loops: 100 })
    expect(Wad.formatDown(looped.debt, 6)).toBe('15000.000000')
  })

  test('behavior: the leverage holds, and does not with the least unit more', () => {
    fc.assert(
      fc.property(goals, (goal) => {
        const { collateralValue, debtValue, target, cost } = goal
        const borrowed = ToLeverage.leverUp(goal)
        const at = (value: bigint) =>
          holds(collateralValue * WAD + value * (WAD - cost), (debtValue + value) * WAD, target)
        if (!holds(collateralValue, debtValue, target)) expect(borrowed).toBe(0n)
        else expect(at(borrowed)).toBe(true)
        expect(at(borrowed + 1n)).toBe(false)
      }),
    )
  })
})

describe('deleverage', () => {
  test('behavior: it reaches the leverage, and the least unit less does not', () => {
    fc.assert(
      fc.property(goals, (goal) => {
        const { collateralValue, debtValue, target, cost } = goal
        const sold = ToLeverage.deleverage(goal)
        const at = (value: bigint) =>
          holds((collateralValue - value) * WAD, debtValue * WAD - value * (WAD - cost), target)
        if (sold === undefined) {
          expect(holds(collateralValue, debtValue, target)).toBe(false)
          expect(collateralValue <= debtValue || target * cost >= WAD * WAD).toBe(true)
          return
        }
        expect(at(sold)).toBe(true)
        if (sold > 0n) expect(at(sold - 1n)).toBe(false)
      }),
    )
  })

  test('behavior: where nothing is left without the debt, or each sale costs more than it frees, it never gets there', () => {
    expect(ToLeverage.deleverage({ collateralValue: wad('10'), debtValue: wad('10'), target: WAD })).toBeUndefined()
    const goal = { collateralValue: wad('100'), debtValue: wad('90'), target: wad('5') }
    expect(ToLeverage.deleverage({ ...goal, cost: wad('0.2') })).toBeUndefined()
    expect(ToLeverage.deleverage({ ...goal, cost: wad('0.1') })).toBe(wad('100'))
    expect(ToLeverage.deleverage(goal)).toBe(wad('50'))
  })

  test('error: InvalidParameterError', () => {
    const goal = { collateralValue: wad('100'), debtValue: wad('90'), target: wad('0.5') }
    expect(() => ToLeverage.deleverage(goal)).toThrow(
      expect.objectContaining({ name: 'InvalidParameterError', parameter: 'target', least: WAD }),
    )
  })
})
