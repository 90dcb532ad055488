import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  asset,
  costs,
  ether,
  factor,
  flooringRule,
  idOf,
  linearRule,
  offer,
  type PositionOf,
  usdc,
  WAD,
  world,
} from '../../../../test/fixtures/planner.ts'
import type { KnownHealth } from '../model/Health.ts'
import type { CollateralLeg } from '../model/Leg.ts'
import type { Position } from '../model/Position.ts'
import type { LiquidationRule } from '../risk/LiquidationRule.ts'
import type { MarginPlan, MarginPlanResult, UnsavablePlan } from './plan/MarginPlan.ts'
import type { PlanMovesParameters } from './plan/PlanMovesParameters.ts'
import { planMoves } from './planMoves.ts'

/** What protocols round away, twice, and what interest of nothing is rounded up to. */
const ROUNDING = 3n

// W 8,000 (10,000 at 0.8) against D 2,000, and against D 7,900.
const strong = { chain: 1, name: 'strong', collateral: { USDC: 10_000 }, debt: { DAI: 2_000 } }
const weak = { chain: 2, name: 'weak', collateral: { USDC: 10_000 }, debt: { USDC: 7_900 } }
const other = { chain: 3, name: 'other', collateral: { USDC: 10_000 }, debt: { DAI: 2_000 } }
const routes = [offer('USDC', 1, 2)]

function plan(positions: readonly PositionOf[], more: Partial<PlanMovesParameters> = {}): MarginPlanResult {
  const { context, view } = world(...positions)
  return planMoves(context, { view, targets: factor(1.5), floors: WAD, routes, costs: costs(), ...more })
}

function planned(...parameters: Parameters<typeof plan>): MarginPlan {
  const result = plan(...parameters)
  if (result.status !== 'plan') throw new TypeError(`expected a plan: ${result.status}`)
  return result
}

function unsaved(...parameters: Parameters<typeof plan>): UnsavablePlan {
  const result = plan(...parameters)
  if (result.status !== 'unsavable') throw new TypeError(`expected none: ${result.status}`)
  return result
}

const amounts = ({ steps }: Pick<MarginPlan, 'steps'>) =>
  steps.map(({ candidate, amount }) => `${candidate.donor.split(':')[2]} ${candidate.purpose} ${amount}`)
const known = (health: KnownHealth | undefined) => (health?.status === 'known' ? health.factor : undefined)
const reasons = ({ rejected }: Pick<MarginPlan, 'rejected'>) =>
  rejected.filter(({ reason }) => reason.kind !== 'dearer' && reason.kind !== 'infeasible').map(({ reason }) => reason)

describe('planMoves', () => {
  test('default', () => {
    const result = planned([strong, weak], { costs: costs({ withdraw: 0.1, supply: 0.1, repay: 0.1, send: 0.1 }) })
    expect(result.steps).toHaveLength(1)
    const [step] = result.steps
    expect(step).toMatchObject({
      candidate: {
        id: `${idOf(strong)}>${idOf(weak)}:${asset(1, 'USDC').address}:USDC route:repay`,
        donor: idOf(strong),
        receiver: idOf(weak),
        route: 'USDC route',
        purpose: 'repay',
        seconds: 60n,
      },
      costs: { gas: factor(0.3), messaging: 0n, fee: 0n, slippage: 0n, waiting: 0n, total: factor(0.3) },
      recheck: [
        { kind: 'donor-health', position: idOf(strong), atLeast: WAD },
        { kind: 'available', position: idOf(strong), atLeast: step?.amount },
        { kind: 'route', route: 'USDC route', atLeast: step?.amount },
        { kind: 'owed', position: idOf(weak), atLeast: step?.amount },
      ],
    })
    expect(result.cost).toBe(factor(0.3))
    expect(result.optimality).toEqual({ status: 'exact' })
    // Sent it counts nowhere, arrived it pays.
    expect(step?.sent[idOf(weak)]).toEqual(step?.before[idOf(weak)])
    expect(known(step?.sent[idOf(strong)])).toBeLessThan(known(step?.before[idOf(strong)]) ?? 0n)
    expect(known(step?.after[idOf(weak)])).toBeGreaterThanOrEqual(factor(1.5))
    expect(result.health.after).toEqual(step?.after)
    expect(result.health.inFlight).toEqual(step?.sent)
    expect(result.health.now).toEqual(step?.before)
  })

  test('behavior: repays 2,566.67 where a top-up would take 4,812.50 (LT / h of it)', () => {
    const fee = [offer('USDC', 1, 2, { fee: factor(0.001) })]
    const { steps } = planned([strong, weak], { routes: [offer('USDC', 1, 2)], costs: costs({}, [1, 2]) })
    expect(steps[0]?.candidate.purpose).toBe('repay')
    expect(steps[0]?.amount).toBe(usdc(2_566.666667) + ROUNDING)
    const dearer = planned([strong, { ...weak, debt: { DAI: 7_900 } }], { routes: fee, costs: costs() })
    expect(dearer.steps[0]?.candidate.purpose).toBe('supply')
    const topUp = planned([strong, { ...weak, debt: { DAI: 7_900 } }])
    expect(topUp.steps[0]?.amount).toBe(usdc(4_812.5) + ROUNDING)
  })

  test('behavior: moving 5,000 to repay gives 2.00 and 2.76', () => {
    const { steps } = planned([strong, weak], { routes: [offer('USDC', 1, 2, { least: usdc(5_000) })] })
    expect(steps[0]?.amount).toBe(usdc(5_000))
    expect(Number(known(steps[0]?.after[idOf(strong)])) / 1e18).toBeCloseTo(2, 12)
    expect(Number(known(steps[0]?.after[idOf(weak)])) / 1e18).toBeCloseTo(2.758_62, 5)
  })

  test('behavior: a second donor where the route of the first is closed by a cap', () => {
    const result = planned([strong, weak, other], {
      routes: [offer('USDC', 1, 2, { most: usdc(1_000) }), offer('USDC', 3, 2, { fee: factor(0.001) })],
    })
    // As much as the cap lets through, for it is the cheaper one.
    expect(amounts(result)[0]).toBe(`strong repay ${usdc(1_000)}`)
    expect(result.steps).toHaveLength(2)
    const closed = planned([strong, weak, other], {
      routes: [offer('USDC', 1, 2, { most: 0n }), offer('USDC', 3, 2, { fee: factor(0.001) })],
    })
    expect(closed.steps.map(({ candidate }) => candidate.donor)).toEqual([idOf(other)])
    expect(reasons(closed)).toContainEqual({ kind: 'route-closed' })
  })

  test('behavior: one dear step rather than two cheap ones that are due twice', () => {
    const both = (messaging: number) =>
      planned([strong, weak, other], {
        routes: [
          offer('USDC', 1, 2, { most: usdc(2_000), messaging: factor(messaging) }),
          offer('USDC', 3, 2, { messaging: factor(messaging), fee: factor(0.001) }),
        ],
      })
    expect(both(5).steps.map(({ candidate }) => candidate.donor)).toEqual([idOf(other)])
    expect(both(0.1).steps).toHaveLength(2)
  })

  test('behavior: the least that a route carries, though less would do', () => {
    const least = usdc(3_000)
    expect(amounts(planned([strong, weak], { routes: [offer('USDC', 1, 2, { least })] }))).toEqual([
      `strong repay ${least}`,
    ])
    const tooMuch = unsaved([strong, weak], { routes: [offer('USDC', 1, 2, { least: usdc(10_001) })] })
    expect(reasons(tooMuch)).toContainEqual({ kind: 'below-least' })
  })

  test('behavior: the donor keeps its floor while its own help is still on its way', () => {
    // It could spare 2,566.67 with what it gets, and only some 2,000 before.
    const donor = { ...strong, debt: { USDC: 4_571 } }
    const helper = { chain: 3, name: 'purse', isWallet: true, collateral: { USDC: 5_000 } }
    const way = [offer('USDC', 1, 2), offer('USDC', 3, 1)]
    const result = unsaved([donor, weak, helper], { floors: factor(1.4), targets: factor(1.5), routes: way })
    expect(result.recoverable.status).toBe('known')
    const direct = planned([donor, weak, helper], {
      floors: factor(1.4),
      routes: [...way, offer('USDC', 3, 2, { fee: factor(0.01) })],
    })
    const inFlight = known(direct.health.inFlight[idOf(donor)])
    expect(inFlight).toBeGreaterThanOrEqual(factor(1.4))
    expect(direct.steps.map(({ candidate }) => candidate.route)).toContain('USDC route')
  })

  test('behavior: what counts at once may come before giving, and is sent before', () => {
    // Below its floor now; the purse beside it lifts it.
    const donor = { ...strong, debt: { USDC: 6_000 } }
    const purse = { chain: 1, name: 'purse', isWallet: true, collateral: { USDC: 4_000 } }
    const third = { chain: 2, name: 'weak', collateral: { WETH: 5 }, debt: { USDC: 6_000 } }
    const result = planned([donor, purse, third], {
      floors: factor(1.4),
      routes: [offer('USDC', 1, 2, { most: usdc(800) })],
      donors: [idOf(donor), idOf(purse)],
      targets: { [idOf(third)]: factor(1.5) },
    })
    const places = new Map(result.steps.map(({ candidate }, index) => [candidate.donor, index]))
    expect(places.get(idOf(purse))).toBe(0)
    expect(result.steps[0]?.candidate.route === undefined || result.steps.length === 1).toBe(true)
  })

  test('behavior: a step that leans on an earlier one says so', () => {
    const donor = { ...strong, collateral: { DAI: 10_000 }, debt: { USDC: 6_000 } }
    const purse = { chain: 1, name: 'purse', isWallet: true, collateral: { USDC: 4_000 } }
    const result = planned([donor, purse, weak], {
      floors: factor(1.4),
      targets: { [idOf(weak)]: factor(1.5) },
      routes: [offer('DAI', 1, 2)],
    })
    expect(result.steps.map(({ candidate }) => candidate.donor)).toEqual([idOf(purse), idOf(donor)])
    expect(result.steps[1]?.recheck).toContainEqual({ kind: 'step', index: 0 })
    expect(known(result.steps[1]?.sent[idOf(donor)])).toBeGreaterThanOrEqual(factor(1.4))
  })

  test('behavior: a protocol that lends by loan-to-values pays out no more than they leave', () => {
    const rule: LiquidationRule = { ...linearRule, key: 'test/lending', withdrawal: 'loan-to-value' }
    // By its floor of 1 it could spare 7,500 of 10,000, by 2,000 / 0.5 only 6,000.
    const giver = { ...strong, rule, loanToValue: 0.5 }
    const wanted = { targets: { [idOf(weak)]: factor(5) }, floors: WAD }
    const result = planned([giver, weak, other], {
      ...wanted,
      routes: [...routes, offer('USDC', 3, 2, { fee: factor(0.01) })],
    })
    const [first] = result.steps.filter(({ candidate }) => candidate.donor === idOf(giver))
    expect(first?.amount).toBeLessThanOrEqual(usdc(6_000) - 2n)
    expect(first?.amount).toBeGreaterThan(usdc(5_999.99))
    expect(result.binding).toContainEqual({ kind: 'loan-to-value', position: idOf(giver) })
    // Nothing helps it alone: 7,900 owed less 6,000 are 1,900, and 8,000 / 1,900 is 4.21.
    expect(plan([giver, weak], { ...wanted, targets: { [idOf(weak)]: factor(4.3) } }).status).toBe('unsavable')
    expect(
      plan([{ ...giver, rule: linearRule }, weak], { ...wanted, targets: { [idOf(weak)]: factor(4.3) } }).status,
    ).toBe('plan')
  })

  test('behavior: what its protocol does not lend on may leave once something beside it covers the debt', () => {
    const rule: LiquidationRule = { ...linearRule, key: 'test/lending', withdrawal: 'loan-to-value' }
    const giver = { ...strong, collateral: { DAI: 3_000 }, rule, loanToValue: 0.5 }
    const purse = { chain: 1, name: 'purse', isWallet: true, collateral: { USDC: 3_000 } }
    const wanted = { targets: { [idOf(weak)]: factor(1.05) }, floors: WAD, routes: [offer('DAI', 1, 2)] }
    expect(reasons(unsaved([giver, weak], wanted))).toContainEqual({ kind: 'donor-floor' })
    const result = planned([giver, weak, purse], wanted)
    expect(result.steps.map(({ candidate }) => candidate.donor)).toEqual([idOf(purse), idOf(giver)])
  })

  test('behavior: what has a loan-to-value stays while something without one backs the debt', () => {
    const rule: LiquidationRule = { ...linearRule, key: 'test/zero', withdrawal: 'zero-loan-to-value-first' }
    const zero = (leg: CollateralLeg, index: number): CollateralLeg => (index === 1 ? { ...leg, loanToValue: 0n } : leg)
    const { context, view } = world({ ...strong, collateral: { USDC: 10_000, DAI: 500 }, rule }, weak)
    const positions = view.positions.map((of) =>
      of.status === 'read' ? { ...of, collateral: of.collateral.map(zero) } : of,
    )
    const ask = { view: { ...view, positions }, targets: factor(1.2), floors: WAD, routes, costs: costs() }
    const result = planMoves(context, ask)
    expect(result.status).toBe('unsavable')
    expect(result.status === 'unsavable' && reasons(result)).toContainEqual({
      kind: 'withdraw-blocked',
      by: ['loan-to-value'],
    })
    // It may leave itself.
    const both = planMoves(context, { ...ask, routes: [...routes, offer('DAI', 1, 2)], targets: factor(1.05) })
    expect(both.status === 'plan' && both.steps.map(({ candidate }) => candidate.asset.symbol)).toEqual(['DAI'])
  })

  test('behavior: two that help each other do so only where one of them can give first', () => {
    const dollars = { chain: 1, name: 'dollars', collateral: { USDC: 10_000 }, debt: { WETH: 3.333 } }
    const ethers = { chain: 1, name: 'ethers', collateral: { WETH: 5 }, debt: { USDC: 6_666 } }
    const wanted = { targets: factor(1.3), routes: [] }
    expect(unsaved([dollars, ethers], { ...wanted, floors: factor(1.19) }).recoverable.status).toBe('known')
    const result = planned([dollars, ethers], { ...wanted, floors: WAD })
    expect(result.steps).toHaveLength(2)
    expect(Number(known(result.steps[0]?.sent[result.steps[0].candidate.donor])) / 1e18).toBeGreaterThan(1)
    for (const { position } of [dollars, ethers].map((of) => ({ position: idOf(of) }))) {
      expect(known(result.health.after[position])).toBeGreaterThanOrEqual(factor(1.3))
    }
  })

  test('behavior: meets its target in every scenario, with targets of their own', () => {
    const ethers = { ...weak, collateral: { WETH: 5 } }
    const fall = {
      name: 'ether -20 %',
      prices: [
        {
          assets: [1, 2].map((chain) => ({ chainId: chain, address: asset(chain, 'WETH').address })),
          factor: factor(0.8),
        },
      ],
    }
    const calm = planned([strong, ethers], { scenarios: [] })
    const shocked = planned([strong, ethers], { scenarios: [{ ...fall, targets: factor(1.25) }] })
    // 7,900 − 6,400 / 1.25 instead of 7,900 − 8,000 / 1.5.
    expect(calm.steps[0]?.amount).toBe(usdc(2_566.666667) + ROUNDING)
    expect(shocked.steps[0]?.amount).toBe(usdc(2_780) + ROUNDING)
    expect(planned([strong, ethers], { scenarios: [{ ...fall, targets: factor(1.1) }] }).cost).toBe(calm.cost)
  })

  test('behavior: what is pending is not sent twice', () => {
    const pending = [
      { receiver: idOf(weak), asset: asset(2, 'USDC').address, purpose: 'repay', amount: usdc(2_000) },
    ] as const
    expect(planned([strong, weak], { pending }).steps[0]?.amount).toBe(usdc(566.666667) + ROUNDING)
    expect(plan([strong, weak], { pending: [{ ...pending[0], amount: usdc(2_600) }] })).toMatchObject({
      status: 'already-safe',
      needsPending: true,
    })
    const supplied = [{ ...pending[0], purpose: 'supply', amount: usdc(4_000) }] as const
    expect(planned([strong, weak], { pending: supplied }).steps[0]?.amount).toBe(usdc(433.333334) + ROUNDING)
  })

  test('behavior: says when nothing has to be done', () => {
    const result = plan([strong, { ...weak, debt: { USDC: 100 } }])
    expect(result).toMatchObject({ status: 'already-safe', needsPending: false })
    const health = result.status === 'already-safe' ? known(result.health[idOf(strong)]) : undefined
    expect(Number(health) / 1e18).toBeCloseTo(4, 12)
  })

  test('behavior: who owes nothing may give all, and a wallet pays no withdrawal', () => {
    const lender = { chain: 1, name: 'lender', collateral: { USDC: 2_000 } }
    const purse = { chain: 2, name: 'purse', isWallet: true, collateral: { USDC: 600 } }
    const result = planned([lender, purse, weak], { costs: costs({ withdraw: 1, send: 1, repay: 0.5 }) })
    expect(amounts(result)).toEqual([`purse repay ${usdc(566.666667) + ROUNDING + 2n}`, `lender repay ${usdc(2_000)}`])
    expect(result.steps.map((step) => step.costs.gas)).toEqual([factor(0.5), factor(2.5)])
    expect(result.health.after[idOf(lender)]).toEqual({ status: 'no-debt' })
  })

  test('behavior: only those give that may', () => {
    const purse = { chain: 2, name: 'purse', isWallet: true, collateral: { USDC: 5_000 } }
    const result = planned([strong, purse, weak], { donors: [idOf(strong)] })
    expect(result.steps.map(({ candidate }) => candidate.donor)).toEqual([idOf(strong)])
  })

  test('behavior: never across owners', () => {
    const stranger = { ...strong, owner: '0x00000000000000000000000000000000000000B2' } as const
    expect(unsaved([stranger, weak]).rejected).toEqual([])
  })

  test('behavior: counts fee, slippage, messaging and the time on the way', () => {
    const [only] = planned([strong, weak], {
      routes: [
        offer('USDC', 1, 2, {
          fee: factor(0.01),
          slippage: factor(0.02),
          messaging: factor(2),
          seconds: 1_800n,
          least: usdc(3_000),
        }),
      ],
      costs: { ...costs({ withdraw: 1 }), waiting: factor(0.001) },
    }).steps
    expect(only?.arrives).toBe(usdc(2_910.6))
    expect(only?.costs).toEqual({
      gas: factor(1),
      messaging: factor(2),
      fee: factor(30),
      slippage: factor(59.4),
      waiting: factor(1.5),
      total: factor(93.9),
    })
  })

  test('behavior: whole units of what the route can carry', () => {
    const ethers = { chain: 1, name: 'purse', isWallet: true, collateral: { WETH: 10 } }
    const [step] = planned([ethers, weak], { routes: [offer('WETH', 1, 2, { sharedDecimals: 4 })] }).steps
    expect((step?.amount ?? 1n) % 10n ** 14n).toBe(0n)
    // (11,850 − 8,000) / 1,600, rounded up to four decimals.
    expect(step?.amount).toBe(ether(2.4063))
  })

  test.each([
    ['frozen', { supplyBlockedBy: ['frozen'] }, { kind: 'supply-blocked', by: ['frozen'] }],
    ['at its cap', { supplyRoom: 0n }, { kind: 'supply-blocked', by: ['cap'] }],
    ['of no use as collateral', { liquidationThreshold: 0n }, { kind: 'not-collateral', by: 'no-threshold' }],
    ['not lent against', { loanToValue: 0n }, { kind: 'not-collateral', by: 'no-loan-to-value' }],
  ] as const)('behavior: says that a reserve is %s', (_, change, reason) => {
    const lender = { chain: 1, name: 'lender', collateral: { WETH: 9 } }
    const receiver = { ...weak, reserves: { WETH: change } }
    expect(reasons(unsaved([lender, receiver], { routes: [offer('WETH', 1, 2)] }))).toContainEqual(reason)
  })

  test.each([
    ['paused', { withdrawBlockedBy: ['paused'] }, { kind: 'withdraw-blocked', by: ['paused'] }],
    ['drained', { availableLiquidity: 0n }, { kind: 'withdraw-blocked', by: ['liquidity'] }],
  ] as const)('behavior: says that the donor is %s', (_, change, reason) => {
    expect(reasons(unsaved([{ ...strong, reserves: { USDC: change } }, weak]))).toContainEqual(reason)
  })

  test('behavior: repays where repaying is open and lending is not, and not where it is the other way round', () => {
    const receiver = (by: 'supplyBlockedBy' | 'repayBlockedBy') => ({
      ...weak,
      reserves: { USDC: { supplyBlockedBy: [], repayBlockedBy: [], [by]: ['paused'] } },
    })
    const { steps, rejected } = planned([strong, receiver('supplyBlockedBy')])
    expect(steps[0]?.candidate.purpose).toBe('repay')
    expect(reasons({ rejected })).toContainEqual({ kind: 'supply-blocked', by: ['paused'] })
    const other = planned([strong, receiver('repayBlockedBy')])
    expect(other.steps[0]?.candidate.purpose).toBe('supply')
    expect(reasons(other)).toContainEqual({ kind: 'repay-blocked', by: ['paused'] })
  })

  test('behavior: says what is too slow, and which donor has nothing to spare', () => {
    const result = unsaved([{ ...strong, debt: { DAI: 7_999 } }, weak, other], {
      routes: [offer('USDC', 1, 2), offer('USDC', 3, 2, { seconds: 3_600n })],
      targets: { [idOf(weak)]: factor(1.5) },
      floors: factor(1.4),
    })
    expect(reasons(result)).toContainEqual({ kind: 'too-slow', seconds: 3_600n })
    expect(reasons(result)).toContainEqual({ kind: 'donor-floor' })
  })

  test('behavior: says who cannot be saved, and the best that can be reached', () => {
    const result = unsaved([strong, weak], { routes: [offer('USDC', 1, 2, { most: usdc(1_000) })], partial: true })
    expect(result.shortfalls).toMatchObject([{ position: idOf(weak), scenario: 'now', target: factor(1.5) }])
    // 8,000 / 6,900.
    expect(Number(known(result.recoverable)) / 1e18).toBeCloseTo(8_000 / 6_900, 6)
    expect(result.partial?.steps).toHaveLength(1)
    expect(Number(known(result.partial?.health.after[idOf(weak)])) / 1e18).toBeCloseTo(8_000 / 6_900, 6)
    expect(unsaved([strong, weak], { routes: [] }).recoverable).toEqual({
      status: 'known',
      factor: 1_012_658_227_848_101_265n,
    })
    expect('partial' in unsaved([strong, weak], { routes: [] })).toBe(false)
  })

  test('behavior: a rule with teeth is met all the same', () => {
    const rule = flooringRule
    const receiver = { ...weak, rule, collateral: { USDC: 10_000, WETH: 0.3 }, threshold: 0.8333 }
    const mixed = { ...receiver, reserves: { DAI: { liquidationThreshold: factor(0.77), loanToValue: factor(0.7) } } }
    const donor = { chain: 1, name: 'lender', collateral: { DAI: 9_000 } }
    const result = planned([donor, mixed], { routes: [offer('DAI', 1, 2)], targets: factor(1.5) })
    expect(known(result.health.after[idOf(mixed)])).toBeGreaterThanOrEqual(factor(1.5))
  })

  test('behavior: a tooth that takes more than what is missing hides no plan', () => {
    // 0.75 of 30,813 dollars, 158 short: ether at 0.825 first takes as much as the floored average loses, of everything.
    const receiver = { chain: 2, name: 'weak', rule: flooringRule, threshold: 0.75, collateral: { USDC: 30_813.69 } }
    const owing = { ...receiver, debt: { DAI: 19_455.047 } }
    const reserves = { WETH: { liquidationThreshold: factor(0.825), loanToValue: factor(0.8) } }
    const donor = { chain: 1, name: 'lender', collateral: { WETH: 5 } }
    const result = planned([donor, { ...owing, reserves }], {
      routes: [offer('WETH', 1, 2)],
      targets: factor(1.196),
    })
    expect(known(result.health.after[idOf(owing)])).toBeGreaterThanOrEqual(factor(1.196))
  })

  test('behavior: with many positions it says how near it is to a bound', () => {
    const safe = Array.from({ length: 8 }, (_, index): PositionOf => ({ ...strong, chain: 4, name: `safe ${index}` }))
    const all = [1, 3].map((from) => offer('USDC', from, 2, { messaging: factor(2 + from / 10), most: usdc(1_500) }))
    const spent = planned([strong, weak, other, ...safe], { routes: all, effort: 1 })
    if (spent.optimality.status !== 'bounded') throw new TypeError('exact with one node')
    expect(spent.optimality.lowerBound + spent.optimality.gap).toBe(spent.cost)
    const proven = planned([strong, weak, other, ...safe], { routes: all })
    expect(proven.optimality).toEqual({ status: 'exact' })
    expect(proven.cost).toBe(factor(4.4))
    expect(spent.cost).toBeGreaterThanOrEqual(proven.cost)
    expect(spent.optimality.lowerBound).toBeLessThanOrEqual(proven.cost)
  })

  test('error: EffortExhaustedError where that is not enough to find any', () => {
    const donor = { ...strong, collateral: { DAI: 10_000 }, debt: { USDC: 6_000 } }
    const purse = { chain: 1, name: 'purse', isWallet: true, collateral: { USDC: 4_000 } }
    const safe = Array.from({ length: 8 }, (_, index): PositionOf => ({ ...strong, chain: 4, name: `safe ${index}` }))
    const wanted = { floors: factor(1.4), routes: [offer('DAI', 1, 2)] }
    expect(planned([donor, purse, weak, ...safe], wanted).steps.length).toBeGreaterThan(1)
    expect(() => plan([donor, purse, weak, ...safe], { ...wanted, effort: 1 })).toThrowError(
      expect.objectContaining({ name: 'EffortExhaustedError', effort: 1 }),
    )
  })

  test('behavior: the order of positions and routes changes nothing', () => {
    const positions = [strong, weak, other, { chain: 1, name: 'purse', isWallet: true, collateral: { USDC: 900 } }]
    const offers = [1, 3].map((from) => offer('USDC', from, 2, { messaging: factor(from / 10), most: usdc(1_700) }))
    const usual = plan(positions, { routes: offers })
    fc.assert(
      fc.property(
        fc.shuffledSubarray(positions, { minLength: positions.length }),
        fc.shuffledSubarray(offers, { minLength: offers.length }),
        (shuffled, ways) => {
          const result = plan(shuffled, { routes: ways })
          expect({ ...result, rejected: [] }).toEqual({ ...usual, rejected: [] })
        },
      ),
      { numRuns: 20 },
    )
  })

  describe('what is unknown or doubtful', () => {
    const issue = { kind: 'unavailable', chainId: 3, path: 'chain', reason: 'no answer' } as const
    const unread = ({ view }: ReturnType<typeof world>, id: string) => ({
      ...view,
      positions: view.positions.map(
        (position): Position =>
          position.id === id
            ? {
                id,
                owner: position.owner,
                market: position.market,
                status: 'unread',
                health: { status: 'unknown', issues: [issue] },
                issues: [issue],
              }
            : position,
      ),
    })

    test('error: UnknownHealthError for a position that has to meet a target', () => {
      const made = world(strong, weak, other)
      const parameters = { view: unread(made, idOf(other)), floors: WAD, routes, costs: costs() }
      expect(() => planMoves(made.context, { ...parameters, targets: factor(1.5) })).toThrowError(
        expect.objectContaining({ name: 'UnknownHealthError', position: idOf(other) }),
      )
      expect(planMoves(made.context, { ...parameters, targets: { [idOf(weak)]: factor(1.5) } }).status).toBe('plan')
    })

    test('error: DoubtfulViewError for such a position; a doubtful donor is left out', () => {
      const { context, view } = world(strong, weak, other)
      const flagged = (chainId: number) =>
        ({ ...view, flags: [{ kind: 'stale-head', chainId, path: 'chain', reason: 'it stands still' }] }) as const
      const parameters = {
        targets: { [idOf(weak)]: factor(1.5) },
        floors: WAD,
        routes: [offer('USDC', 1, 2), offer('USDC', 3, 2, { fee: factor(0.01) })],
        costs: costs(),
      }
      expect(() => planMoves(context, { ...parameters, view: flagged(2) })).toThrowError(
        expect.objectContaining({ name: 'DoubtfulViewError' }),
      )
      const around = planMoves(context, { ...parameters, view: flagged(1) })
      if (around.status !== 'plan') throw new TypeError(around.status)
      expect(around.steps.map(({ candidate }) => candidate.donor)).toEqual([idOf(other)])
      expect(reasons(around)).toContainEqual({ kind: 'unknown', what: 'chain (stale-head)' })
      const accepted = planMoves(context, { ...parameters, view: flagged(2), acceptFlags: ['stale-head'] })
      expect(accepted.status).toBe('plan')
    })

    test('behavior: what one node alone says is planned with: a plan informs', () => {
      const { context, view } = world(strong, weak)
      const flags = [1, 2].map(
        (chainId) => ({ kind: 'single-source', chainId, path: 'chain', reason: 'a test' }) as const,
      )
      const parameters = { targets: { [idOf(weak)]: factor(1.5) }, floors: WAD, routes, costs: costs() }
      const sure = planMoves(context, { ...parameters, view })
      expect(sure.status).toBe('plan')
      expect(planMoves(context, { ...parameters, view: { ...view, flags } })).toEqual(sure)
    })

    test('error: DoubtfulViewError where the protocol would liquidate whatever the health', () => {
      const flag = { kind: 'liquidation-forced', chainId: 2, path: 'market', reason: 'it is closed' } as const
      expect(() => plan([strong, { ...weak, changes: { flags: [flag] } }])).toThrowError(
        expect.objectContaining({ name: 'DoubtfulViewError', flags: [flag] }),
      )
    })
  })

  test.each<[string, Partial<PlanMovesParameters>]>([
    ['InvalidPlanParameterError', { targets: WAD - 1n }],
    ['InvalidPlanParameterError', { floors: { [idOf(weak)]: 10n ** 37n } }],
    ['InvalidPlanParameterError', { horizon: -1n }],
    ['InvalidPlanParameterError', { effort: 0 }],
    ['InvalidPlanParameterError', { routes: [offer('USDC', 1, 2, { fee: WAD + 1n })] }],
    ['InvalidPlanParameterError', { routes: [offer('USDC', 1, 2, { most: -1n })] }],
    [
      'InvalidPlanParameterError',
      {
        routes: [{ ...offer('USDC', 1, 2), source: { ...offer('DAI', 1, 2).source, asset: asset(1, 'USDC').address } }],
      },
    ],
    ['InvalidPlanParameterError', { costs: { ...costs(), waiting: -1n } }],
    ['InvalidPlanParameterError', { scenarios: [{ name: 'zero', prices: [{ assets: [], factor: 0n }] }] }],
    [
      'InvalidPlanParameterError',
      { pending: [{ receiver: idOf(weak), asset: '0x01', purpose: 'repay', amount: -1n }] },
    ],
    ['UnknownPositionError', { targets: { nobody: WAD } }],
    ['UnknownPositionError', { donors: ['nobody'] }],
    ['DuplicateRouteOfferError', { routes: [offer('USDC', 1, 2), offer('USDC', 1, 2)] }],
    ['DuplicateScenarioError', { scenarios: [{ name: 'now', prices: [] }] }],
    ['MissingChainCostsError', { costs: costs({}, [1]) }],
  ])('error: %s', (name, parameters) => {
    expect(() => plan([strong, weak], parameters)).toThrowError(expect.objectContaining({ name }))
  })
})
