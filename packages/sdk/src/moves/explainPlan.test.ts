import { describe, expect, test } from 'vitest'
import { amountOf, asset, costs, factor, idOf, offer, usdc, WAD, world } from '../../../../test/fixtures/planner.ts'
import { explainPlan } from './explainPlan.ts'
import type { BindingConstraint, Constraint, MarginPlan } from './plan/MarginPlan.ts'
import { ForeignPlanError } from './plan/PlanMovesErrors.ts'
import type { PlanMovesParameters } from './plan/PlanMovesParameters.ts'
import { planMoves } from './planMoves.ts'

// Owes 7,900 against a weight of 8,000: at 1.5 it needs 2,566.67 paid back.
const weak = { chain: 2, name: 'weak', collateral: { WETH: 5 }, debt: { USDC: 7_900 } }
const rich = { chain: 1, name: 'rich', collateral: { USDC: 20_000 }, debt: { DAI: 1_000 } }
const far = { ...rich, chain: 3, name: 'far' }
/** One dollar in 1,000 for each hour on the way. */
const waiting = factor(0.001)
const hours = (count: number) => BigInt(Math.round(count * 3_600))
const free = offer('USDC', 1, 2, { key: 'free', seconds: 0n })
/** Costs 3.10 for each 1,000. */
const dear = offer('USDC', 3, 2, { key: 'dear', seconds: hours(3.1) })

type World = ReturnType<typeof world>
type Parameters = Omit<PlanMovesParameters, 'view'>

function parametersOf(changes: Partial<Parameters>): Parameters {
  return { targets: factor(1.5), routes: [free, dear], costs: { ...costs(), waiting }, horizon: hours(12), ...changes }
}

function planned({ context, view }: World, parameters: Parameters): MarginPlan {
  const plan = planMoves(context, { view, ...parameters })
  if (plan.status !== 'plan') throw new TypeError(plan.status)
  return plan
}

function explained(of: World, parameters: Parameters) {
  const plan = planned(of, parameters)
  const explanation = explainPlan(of.context, { view: of.view, ...parameters }, plan)
  const bindings = new Map<Constraint['kind'], BindingConstraint>()
  for (const binding of explanation.binding) bindings.set(binding.constraint.kind, binding)
  expect(plan.binding).toHaveLength(explanation.binding.length)
  expect(plan.binding).toEqual(expect.arrayContaining(explanation.binding.map(({ constraint }) => constraint)))
  return { plan, ...explanation, of: (kind: Constraint['kind']) => bindings.get(kind) }
}

/** To a hundredth of a cent: amounts are whole units. */
function dollars(value: bigint | undefined): number {
  return Math.round(Number(value ?? -WAD) / 1e14) / 1e4
}

describe('explainPlan', () => {
  test('default', () => {
    const here = world(weak, rich, far)
    const parameters = parametersOf({ routes: [{ ...free, most: usdc(1_000) }, dear] })
    const { plan, binding, rejected } = explained(here, parameters)
    // 1,566.67 by the dear way.
    expect(dollars(plan.cost)).toBe(4.8567)
    const [first] = binding
    expect(first?.constraint).toEqual({ kind: 'route-most', route: 'free', source: 1, destination: 2 })
    expect(first?.more).toBe(usdc(1_000))
    expect(dollars(first?.saves)).toBe(3.1)
    expect(binding.map(({ constraint }) => constraint.kind)).toEqual(['route-most', 'target'])
    // To supply is to need 2.5 times as much as to repay.
    expect(rejected.map(({ candidate, reason }) => [candidate.route, candidate.purpose, reason.kind])).toEqual([
      ['free', 'supply', 'dearer'],
      ['dear', 'supply', 'dearer'],
    ])
    expect(planned(here, parametersOf({ routes: [{ ...free, most: usdc(2_000) }, dear] })).cost).toBe(
      plan.cost - (first?.saves ?? 0n),
    )
  })

  test('behavior: tries no more than a cheaper plan needs', () => {
    const { plan, of } = explained(
      world(weak, rich, far),
      parametersOf({ routes: [{ ...free, most: usdc(2_000) }, dear] }),
    )
    const binding = of('route-most')
    // What is left of 2,566.67, and two units for what protocols round away at each end.
    expect(binding?.more).toBeGreaterThan(usdc(566.66))
    expect(binding?.more).toBeLessThan(usdc(566.67))
    expect(binding?.saves).toBe(plan.cost)
  })

  test('behavior: what only seems to bind saves nothing', () => {
    const twin = offer('USDC', 3, 2, { key: 'twin', seconds: 0n, most: usdc(2_000) })
    // Both are needed, and one of them is full: it does not matter which.
    const routes = [{ ...free, most: usdc(1_000) }, twin]
    const { of } = explained(world(weak, rich, far), parametersOf({ routes }))
    expect(of('route-most')?.saves).toBe(0n)
    expect(of('target')?.saves).toBe(0n)
  })

  test('behavior: a donor that may go lower', () => {
    const tight = { ...rich, collateral: { USDC: 4_000 }, debt: { DAI: 1_600 } }
    const parameters = parametersOf({ floors: { [idOf(tight)]: factor(1.6), [idOf(far)]: factor(1.6) } })
    const targets = { [idOf(weak)]: factor(1.5) }
    const here = world(weak, tight, far)
    const { plan, of } = explained(here, { ...parameters, targets })
    const binding = of('floor')
    expect(binding?.constraint).toEqual({ kind: 'floor', position: idOf(tight) })
    // From 1.6 down to 1: 1,600 · 0.6 / 0.8 = 1,200 more.
    expect(binding?.more).toBe(factor(0.6))
    expect(dollars(binding?.saves)).toBe(3.72)
    const floors = { [idOf(tight)]: factor(1.6) - (binding?.more ?? 0n), [idOf(far)]: factor(1.6) }
    expect(planned(here, { ...parameters, targets, floors }).cost).toBe(plan.cost - (binding?.saves ?? 0n))
  })

  test('behavior: a target that may be lower', () => {
    const here = world(weak, far)
    const { plan, of } = explained(here, parametersOf({}))
    const binding = of('target')
    expect(binding).toMatchObject({
      constraint: { kind: 'target', position: idOf(weak), scenario: 'now' },
      more: factor(0.05),
    })
    // 8,000 / 1.45 − 8,000 / 1.5 = 183.91
    expect(dollars(binding?.saves)).toBe(0.5701)
    const targets = { [idOf(weak)]: factor(1.45), [idOf(far)]: factor(1.5) }
    expect(planned(here, parametersOf({ targets })).cost).toBe(plan.cost - (binding?.saves ?? 0n))
  })

  test('behavior: more in a wallet, in a market and under a cap', () => {
    const wallet = { chain: 2, name: 'wallet', isWallet: true, collateral: { USDC: 500 } }
    const idle = explained(world(weak, wallet, far), parametersOf({})).of('balance')
    expect(idle).toMatchObject({
      constraint: { kind: 'balance', position: idOf(wallet), asset: asset(2, 'USDC') },
      more: usdc(500),
    })
    expect(dollars(idle?.saves)).toBe(1.55)

    const dry = { ...rich, reserves: { USDC: { availableLiquidity: usdc(300) } } }
    const liquid = explained(world(weak, dry, far), parametersOf({})).of('liquidity')
    expect(liquid?.more).toBe(usdc(300))
    expect(dollars(liquid?.saves)).toBe(0.93)

    // A debt that nobody can bring is backed by more of the collateral that somebody can.
    const full = { ...weak, debt: { DAI: 7_900 }, reserves: { USDC: { supplyRoom: usdc(3_000) } } }
    const ether = offer('WETH', 3, 2, { key: 'ether', seconds: hours(1) })
    const other = { ...far, collateral: { WETH: 10 } }
    const capped = explained(world(full, rich, other), parametersOf({ routes: [free, ether] })).of('supply-cap')
    expect(capped?.constraint).toMatchObject({ kind: 'supply-cap', asset: asset(2, 'USDC') })
    // 4,812.50 are needed in all.
    expect(capped?.more).toBeGreaterThan(usdc(1_812.49))
    expect(capped?.more).toBeLessThan(usdc(1_812.51))
    expect(dollars(capped?.saves)).toBe(1.8125)
  })

  test('behavior: a route that asks for more than is needed', () => {
    const parameters = parametersOf({ routes: [{ ...dear, least: usdc(3_000) }] })
    const { plan, of } = explained(world(weak, far), parameters)
    expect(plan.steps[0]?.amount).toBe(usdc(3_000))
    const binding = of('route-least')
    expect(binding?.constraint).toEqual({ kind: 'route-least', route: 'dear', source: 3, destination: 2 })
    expect(binding?.more).toBeGreaterThan(usdc(433.33))
    expect(dollars(binding?.saves)).toBe(1.3433)
  })

  test('behavior: nobody owes more than is owed', () => {
    const both = { ...weak, debt: { USDC: 500, DAI: 7_400 } }
    const daiToo = [
      offer('USDC', 3, 2, { key: 'free', seconds: 0n }),
      offer('DAI', 3, 2, { key: 'dear', seconds: hours(3) }),
    ]
    const giver = { ...far, collateral: { USDC: 500.5, DAI: 20_000 } }
    const { of } = explained(world(both, giver), parametersOf({ routes: daiToo }))
    const owed = of('owed')
    expect(owed?.constraint).toEqual({ kind: 'owed', position: idOf(both), asset: asset(2, 'USDC') })
    // Interest is rounded up to a unit.
    expect(owed?.more).toBe(1n)
    expect(dollars(owed?.saves)).toBe(0)
  })

  test('behavior: what else was thought of', () => {
    // Just at its target, and out of reach of whoever could help it.
    const bare = { chain: 4, name: 'bare', collateral: { USDC: 1_875.01 }, debt: { DAI: 1_000 } }
    const quick = { ...free, seconds: hours(0.1) }
    const dead = offer('USDC', 1, 2, { key: 'dead', most: 0n })
    const slow = offer('USDC', 1, 2, { key: 'slow', seconds: hours(13) })
    const parameters = parametersOf({
      routes: [quick, dear, dead, slow, offer('USDC', 4, 2, { key: 'bare', seconds: 0n, least: usdc(1) })],
      floors: WAD,
      costs: { ...costs({ send: 0.25 }), waiting },
    })
    const { rejected, plan } = explained(world(weak, rich, far, bare), parameters)
    const reasons = rejected
      .filter(({ candidate }) => candidate.purpose === 'repay')
      .map(({ candidate, reason }) => [candidate.route, reason])
    expect(reasons).toEqual([
      ['dead', { kind: 'route-closed' }],
      ['slow', { kind: 'too-slow', seconds: hours(13) }],
      // Another transaction, and a unit that waits.
      ['dear', { kind: 'dearer', by: expect.any(BigInt) }],
      ['bare', { kind: 'infeasible' }],
    ])
    const dearer = rejected.find(({ candidate }) => candidate.route === 'dear' && candidate.purpose === 'repay')?.reason
    expect(dollars(dearer?.kind === 'dearer' ? dearer.by : undefined)).toBe(0.25)
    expect(plan.rejected.every(({ reason }) => reason.kind !== 'dearer')).toBe(true)
  })

  test('error: ForeignPlanError', () => {
    const here = world(weak, rich, far)
    const plan = planned(here, parametersOf({}))
    const other = { view: here.view, ...parametersOf({ routes: [dear] }) }
    expect(() => explainPlan(here.context, other, plan)).toThrow(ForeignPlanError)
    const steps = plan.steps.map((step) => ({ ...step, amount: amountOf('USDC', 30_000) }))
    expect(() => explainPlan(here.context, { view: here.view, ...parametersOf({}) }, { steps })).toThrow(
      ForeignPlanError,
    )
  })
})
