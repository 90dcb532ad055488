import { describe, expect, test } from 'vitest'
import { costs, factor, idOf, offer, usdc, WAD, world } from '../../../../test/fixtures/planner.ts'
import { planMoves } from './planMoves.ts'

describe('planMoves', () => {
  // W 8,000 (10,000 at 0.8) against D 2,000 and D 7,900.
  const strong = { chain: 1, name: 'strong', collateral: { USDC: 10_000 }, debt: { DAI: 2_000 } }
  const weak = { chain: 2, name: 'weak', collateral: { USDC: 10_000 }, debt: { USDC: 7_900 } }

  test('default', () => {
    const { context, view } = world(strong, weak)
    const result = planMoves(context, {
      view,
      targets: factor(1.5),
      routes: [offer('USDC', 1, 2)],
      costs: costs({ withdraw: 0.1, supply: 0.1, repay: 0.1, send: 0.1 }),
    })
    if (result.status !== 'plan') throw new TypeError(result.status)
    expect(result.steps).toHaveLength(1)
    const [step] = result.steps
    expect(step?.candidate).toMatchObject({
      donor: idOf(strong),
      receiver: idOf(weak),
      purpose: 'repay',
      route: 'USDC route',
    })
    // 7,900 − 8,000 / 1.5; two units more for what protocols round away, and one for interest rounded up.
    expect(step?.amount).toBe(usdc(2_566.666667) + 3n)
    expect(result.cost).toBe(factor(0.3))
    expect(result.optimality).toEqual({ status: 'exact' })
    expect(result.health.after[idOf(weak)]).toMatchObject({ status: 'known' })
  })

  test('behavior: tops up where the debt asset cannot be had', () => {
    const { context, view } = world(strong, { ...weak, debt: { DAI: 7_900 } })
    const result = planMoves(context, {
      view,
      targets: { [idOf(weak)]: factor(1.5) },
      floors: WAD,
      routes: [offer('USDC', 1, 2)],
      costs: costs(),
    })
    if (result.status !== 'plan') throw new TypeError(result.status)
    expect(result.steps[0]?.amount).toBe(usdc(4_812.5) + 3n)
  })
})
