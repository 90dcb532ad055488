import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { compoundV2 } from '@unimargin/adapters/compound-v2'
import { compoundV3 } from '@unimargin/adapters/compound-v3'
import { type LiquidationRule, planMoves } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import { costs, ether, factor, idOf, offer, WAD, world } from '../fixtures/planner.ts'

const pool = '0x00000000000000000000000000000000000000f0'
const rules: Readonly<Record<string, LiquidationRule>> = {
  ...aaveV3({ chainId: 1, pool }).rules,
  ...compoundV3({ chainId: 1, comet: pool }).rules,
  ...compoundV2({ chainId: 1, comptroller: pool, flavour: 'compound' }).rules,
  ...compoundV2({ chainId: 1, comptroller: pool, flavour: 'venus-isolated' }).rules,
}

/** The most of 10 WETH at 2,000 (threshold 80 %, loan-to-value 75 %, 10,000 owed) that a donor without a floor of its own gives. */
function mostGiven(rule: LiquidationRule): bigint {
  const giver = { chain: 1, name: 'giver', rule, collateral: { WETH: 10 }, debt: { USDC: 10_000 }, loanToValue: 0.75 }
  const weak = { chain: 2, name: 'weak', collateral: { WETH: 10 }, debt: { USDC: 15_500 } }
  const { context, view } = world(giver, weak)
  const result = planMoves(context, {
    view,
    targets: { [idOf(weak)]: factor(5) },
    floors: WAD,
    routes: [offer('WETH', 1, 2)],
    costs: costs(),
    horizon: 60n,
    partial: true,
  })
  if (result.status !== 'unsavable') throw new TypeError(`expected none: ${result.status}`)
  return result.partial?.steps.reduce((sum, { amount }) => sum + amount, 0n) ?? 0n
}

describe('planMoves', () => {
  test.each([
    // 10,000 / 0.75 have to stay where loan-to-values count (Comet's and Comptrollers' own check of a withdrawal), else 10,000 / 0.8.
    ['compound-v3', 3.333_333_333],
    ['compound-v2/compound', 3.333_333_333],
    ['compound-v2/venus-isolated', 3.333_333_333],
    ['aave-v3/3.0', 3.75],
    ['aave-v3/3.5', 3.75],
  ])('behavior: a donor gives what %s pays out, and no more', (key, most) => {
    const rule = rules[key]
    if (rule === undefined) throw new TypeError(`no rule ${key}`)
    const given = mostGiven(rule)
    expect(given).toBeLessThanOrEqual(ether(most) + 10n ** 9n)
    expect(given).toBeGreaterThan(ether(most - 0.000_01))
  })
})
