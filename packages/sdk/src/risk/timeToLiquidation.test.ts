import { describe, expect, test } from 'vitest'
import {
  adapter,
  asset,
  collateralLeg,
  debtLeg,
  ETH,
  exactRule,
  marketState,
  position,
  reserve,
} from '../../../../test/fixtures/moves.ts'
import type { ReadPosition } from '../model/Position.ts'
import type { PositionInMarket } from '../model/PositionChange.ts'
import { unknown } from '../model/Quantity.ts'
import * as PositionHealth from './PositionHealth.ts'
import type { RiskAdapter } from './RiskAdapter.ts'
import { timeToLiquidation } from './timeToLiquidation.ts'

const weth = asset(10, 'WETH', 18)
const usdc = asset(10, 'USDC', 6)
const USDC = 10n ** 6n
const markets = [marketState(10, [reserve(weth), reserve(usdc)])]
const issue = { kind: 'reverted', chainId: 10, path: 'price', reason: 'stale' } as const

function read(legs: Pick<ReadPosition, 'collateral' | 'debt'>): ReadPosition {
  const facts = position(10, legs)
  return { ...facts, ...PositionHealth.assess(facts, exactRule) }
}

/** One WETH at 2,000 and 82.5 %. */
const owing = (amount: bigint) => read({ collateral: [collateralLeg(weth, ETH)], debt: [debtLeg(usdc, amount)] })

function timeOf(one: ReadPosition, lending?: RiskAdapter['lending'], states = markets) {
  const { market, rules } = adapter(10)
  const context = { adapters: [{ market, rules, lending }] }
  return timeToLiquidation(context, { view: { positions: [one], markets: states }, position: one.id })
}

/** So many units more of the debt with each second, and so many of the collateral. */
function growing(debt: bigint, collateral = 0n): RiskAdapter['lending'] {
  const more = <leg extends { readonly amount: unknown }>(leg: leg, amount: bigint): leg =>
    typeof leg.amount === 'bigint' ? { ...leg, amount: leg.amount + amount } : leg
  return {
    after: ({ position: facts }) => facts,
    accrued: ({ state, position: facts }: PositionInMarket, seconds) => ({
      state,
      position: {
        ...facts,
        debt: facts.debt.map((leg) => more(leg, debt * seconds)),
        collateral: facts.collateral.map((leg) => more(leg, collateral * seconds)),
      },
    }),
  }
}

describe('timeToLiquidation', () => {
  test('default', () => {
    // 1,650 less 1,600 is 50,000,000 units; the rule adds one unit of 1e-18, so that it is too much when all of them are owed.
    expect(timeOf(owing(1_600n * USDC), growing(10n))).toEqual({
      status: 'known',
      seconds: 5_000_000n,
      basis: 'protocol',
    })
  })

  test('behavior: what the collateral earns delays it', () => {
    // 1e9 wei of ether a second are 1.65 units of weight against 10.
    const result = timeOf(owing(1_600n * USDC), growing(10n, 10n ** 9n))
    expect(result).toEqual({ status: 'known', seconds: 5_988_023n + 1n, basis: 'protocol' })
  })

  test('behavior: without interest of the protocol it is the earliest that is possible at the rates of the view', () => {
    const result = timeOf(owing(1_600n * USDC))
    if (result.status !== 'known') throw new TypeError(result.status)
    // 3.125 % at 5 % a year take 0.61 years at least.
    expect(result.basis).toBe('bound')
    expect(result.seconds > 180n * 86_400n && result.seconds < 229n * 86_400n).toBe(true)
  })

  test('behavior: where a position was read without what interest is made of, the bound holds', () => {
    expect(timeOf(owing(1_600n * USDC), growing(0n))).toEqual(timeOf(owing(1_600n * USDC)))
  })

  test('behavior: what dies tomorrow is known though the interest of ten years is not', () => {
    const lending = growing(1_000n)
    const result = timeOf(owing(1_600n * USDC), {
      after: ({ position: facts }) => facts,
      accrued: (where, seconds) => {
        const later = lending?.accrued?.(where, seconds) ?? where
        if (seconds < 10n ** 6n) return later
        const debt = later.position.debt.map((leg) => ({ ...leg, amount: unknown(issue) }))
        return { ...later, position: { ...later.position, debt } }
      },
    })
    expect(result).toEqual({ status: 'known', seconds: 50_000n, basis: 'protocol' })
  })

  test('behavior: beyond ten years, never, already, unknown', () => {
    expect(timeOf(owing(100n * USDC), growing(1n))).toEqual({ status: 'beyond', basis: 'protocol' })
    expect(timeOf(owing(100n * USDC))).toEqual({ status: 'beyond', basis: 'bound' })
    expect(timeOf(read({ collateral: [collateralLeg(weth, ETH)], debt: [] }))).toEqual({ status: 'never' })
    expect(timeOf(owing(1_700n * USDC))).toEqual({ status: 'already' })
    const blind = read({
      collateral: [collateralLeg(weth, ETH)],
      debt: [debtLeg(usdc, USDC, { price: unknown(issue) })],
    })
    expect(timeOf(blind)).toEqual(unknown(issue))
    const withoutRate = [marketState(10, [reserve(weth), reserve(usdc, { borrowRate: unknown(issue) })])]
    expect(timeOf(owing(1_600n * USDC), undefined, withoutRate)).toEqual(unknown(issue))
  })

  test('error: UnknownPositionError, UnlistedMarketError, UnknownMarketError', () => {
    const one = owing(1_600n * USDC)
    const named = (name: string) => expect.objectContaining({ name })
    const view = { positions: [one], markets }
    expect(() => timeToLiquidation({ adapters: [] }, { view, position: 'x' })).toThrow(named('UnknownPositionError'))
    expect(() => timeToLiquidation({ adapters: [] }, { view, position: one.id })).toThrow(named('UnknownMarketError'))
    expect(() => timeOf(one, undefined, [])).toThrow(named('UnlistedMarketError'))
  })
})
