import type { MarginPlan, PlanMovesParameters, PlanStep } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import { A, B, byHand, dollars, repayment, route, units, wallet } from './byHand.ts'
import { checkPlan } from './checkPlan.ts'

const check = (plan: MarginPlan, changes: Partial<PlanMovesParameters> = {}) => {
  const { context, parameters } = byHand(changes)
  return checkPlan(context, parameters, plan)
}

/** The plan with something else in its only step. */
function otherwise(change: (step: PlanStep) => Partial<PlanStep>): MarginPlan {
  const plan = repayment()
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, ...change(step) })) }
}

describe('checkPlan', () => {
  test('default', () => {
    expect(check(repayment())).toEqual([])
  })

  test.each<[string, Partial<PlanMovesParameters>, RegExp]>([
    ['a higher target', { targets: dollars('1.51') }, /misses its target/],
    [
      'a scenario',
      {
        scenarios: [
          { name: 'USD +5 %', prices: [{ assets: [{ chainId: 20, address: route.destination.asset }], factor: 1n }] },
        ],
        targets: dollars('1.6'),
      },
      /misses its target/,
    ],
    ['a horizon too near', { horizon: 59n }, /after the horizon/],
    ['another donor', { donors: [A] }, /a donor that may not give/],
    ['no route', { routes: [] }, /a route that nobody offers/],
    ['a route for a unit less', { routes: [{ ...route, most: units('2592.592592') }] }, /of route, 2592592592 left/],
    ['a route for more', { routes: [{ ...route, least: units('2592.592594') }] }, /less than the route carries/],
    ['a coarser route', { routes: [{ ...route, sharedDecimals: 5 }] }, /dust/],
    ['a dearer route', { routes: [{ ...route, fee: dollars('0.011') }] }, /would arrive, at worst/],
    ['a dearer message', { routes: [{ ...route, messaging: dollars('1.1') }] }, /messaging/],
    [
      'a debt that is paid back already',
      { pending: [{ receiver: B, asset: route.destination.asset, amount: units('5333.333334'), purpose: 'repay' }] },
      /of owed, 2566666665 left/,
    ],
  ])('behavior: the plan does not go with %s', (_, changes, problem) => {
    expect(check(repayment(), changes).join('\n')).toMatch(problem)
  })

  test.each<[string, (step: PlanStep) => Partial<PlanStep>, RegExp]>([
    ['less is sent', ({ amount }) => ({ amount: amount - 1n }), /would arrive, at worst/],
    ['less arrives than is needed', ({ arrives }) => ({ arrives: arrives - 1n }), /misses its target/],
    ['much less arrives', ({ arrives }) => ({ arrives: arrives - 9n }), /are counted/],
    ['its gas is cheaper', ({ costs }) => ({ costs: { ...costs, gas: costs.gas - 1n } }), /gas/],
    ['its fee is cheaper', ({ costs }) => ({ costs: { ...costs, fee: costs.fee - 2n } }), /fee/],
    ['its total is wrong', ({ costs }) => ({ costs: { ...costs, total: costs.total + 1n } }), /a wrong total/],
    ['it arrives earlier', ({ candidate }) => ({ candidate: { ...candidate, seconds: 59n } }), /a route of 60 s/],
    [
      'it becomes collateral',
      ({ candidate }) => ({ candidate: { ...candidate, purpose: 'supply' } }),
      /misses its target/,
    ],
    ['it is sent to a wallet', ({ candidate }) => ({ candidate: { ...candidate, receiver: wallet } }), /lends nothing/],
    ['it goes on foot', ({ candidate }) => ({ candidate: { ...candidate, route: undefined } }), /without a route/],
    ['its donor is not asked', ({ recheck }) => ({ recheck: recheck.slice(1) }), /does not ask for available again/],
    [
      'nobody speaks of B',
      ({ after }) => ({ after: { [wallet]: after[wallet] ?? { status: 'no-debt' } } }),
      /says nothing of/,
    ],
    ['B is well at once', ({ after }) => ({ sent: after }), /sent of step 0/],
  ])('behavior: a step is wrong when %s', (_, change, problem) => {
    expect(check(otherwise(change)).join('\n')).toMatch(problem)
  })

  test('behavior: a floor holds while nothing has arrived', () => {
    // 8,000 − 0.8 · 2,592.592593 = 5,925.9259256 of 2,000.
    const sentHealth = 2962962962800000000n
    const reached = repayment().health.after[B]?.status === 'known' ? 1500000000093750000n : 0n
    const plan = otherwise(({ candidate, costs, recheck }) => ({
      candidate: { ...candidate, donor: A },
      costs: { ...costs, gas: costs.gas + dollars('2'), total: costs.total + dollars('2') },
      sent: { [A]: { status: 'known', factor: sentHealth }, [B]: { status: 'known', factor: 1012658227848101265n } },
      after: { [A]: { status: 'known', factor: sentHealth }, [B]: { status: 'known', factor: reached } },
      before: {
        [A]: { status: 'known', factor: dollars('4') },
        [B]: { status: 'known', factor: 1012658227848101265n },
      },
      recheck: [
        ...recheck.map((one) => (one.kind === 'available' ? { ...one, position: A } : one)),
        { kind: 'donor-health', position: A, atLeast: dollars('1.5') },
      ],
    }))
    const now = {
      [A]: { status: 'known', factor: dollars('4') },
      [B]: { status: 'known', factor: 1012658227848101265n },
    } as const
    const inFlight = { ...now, [A]: { status: 'known', factor: sentHealth } } as const
    const after = { ...inFlight, [B]: { status: 'known', factor: reached } } as const
    const whole: MarginPlan = {
      ...plan,
      cost: plan.cost + dollars('2'),
      health: { now, inFlight, after },
    }
    expect(check(whole, { floors: sentHealth })).toEqual([])
    expect(check(whole, { floors: sentHealth + 1n })).toEqual(
      ['', '0'].map(
        (arrived) => `${A} at ${sentHealth} below its floor ${sentHealth + 1n} after 1 sent, ${arrived} arrived`,
      ),
    )
  })
})
