import { describe, expect, test } from 'vitest'
import {
  amountOf,
  costs,
  factor,
  flooringRule,
  idOf,
  linearRule,
  offer,
  type PositionOf,
  WAD,
  world,
} from '../../../../../test/fixtures/planner.ts'
import { planMoves } from '../planMoves.ts'

// Ten ether at 80 %, and dollars with another threshold to come: each cent of them moves an average that is floored to basis points.
const CENT = 10_000n
const BACKING = 20_000n * 1_000_000n

/** Whether some dollars (base units) are enough for a health of 1.5, told by hand. */
function isEnough(dollars: bigint, debt: bigint, bps: bigint): boolean {
  const value = BACKING + dollars
  const average = (BACKING * 8_000n + dollars * bps) / value
  return ((value * average) / 10_000n) * 10n >= debt * 15n
}

/** The fewest cents of which the market may round two base units away or not. */
function fewest(debt: bigint, bps: bigint): bigint {
  for (let count = 1n; ; count += 1n) {
    if ([0n, 2n].every((rounded) => isEnough(count * CENT - rounded, debt, bps))) return count
  }
}

/** What is planned, in cents. */
function planned(debt: number, threshold: number, giver: PositionOf): bigint | undefined {
  const reserves = { USDC: { liquidationThreshold: factor(threshold) } }
  const weak = { chain: 1, name: 'weak', rule: flooringRule, collateral: { WETH: 10 }, debt: { DAI: debt }, reserves }
  const { context, view } = world(giver, weak)
  const result = planMoves(context, {
    view,
    targets: { [idOf(weak)]: factor(1.5) },
    floors: WAD,
    routes: [offer('USDC', 2, 1, { sharedDecimals: 2, messaging: WAD })],
    costs: { ...costs(), waiting: factor(0.1) },
    horizon: 60n,
  })
  if (result.status !== 'plan') return undefined
  expect(result.optimality.status).toBe('exact')
  expect(result.steps).toHaveLength(1)
  return (result.steps[0]?.amount ?? 0n) / CENT
}

describe('teeth', () => {
  const debts = Array.from({ length: 40 }, (_, index) => 10_667 + 0.37 * index)

  test.each([0.65, 0.3, 0.9])('default: the fewest cents with a threshold of %f', (threshold) => {
    const giver = { chain: 2, name: 'wallet', isWallet: true, idle: { USDC: 1_000 } }
    for (const debt of debts) {
      const least = fewest(amountOf('USDC', debt), BigInt(threshold * 10_000))
      expect(planned(debt, threshold, giver), `${debt}`).toBe(least)
    }
  })

  test('behavior: none where rules floor nothing', () => {
    const giver = { chain: 2, name: 'giver', rule: linearRule, collateral: { USDC: 1_000 }, debt: { DAI: 10 } }
    expect(planned(10_668, 0.8, giver)).toBe(251n)
  })
})
