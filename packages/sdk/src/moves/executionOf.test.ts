import { describe, expect, test } from 'vitest'
import { lendingOf, textOf } from '../../../../test/fixtures/lending.ts'
import { adapter, DONOR_CHAIN, ETH, RECEIVER_CHAIN, route, WAD, world } from '../../../../test/fixtures/moves.ts'
import { UnknownPositionError } from '../risk/RiskErrors.ts'
import { executionOf } from './executionOf.ts'
import { NoLendingError } from './NoLendingError.ts'
import type { MarginPlan, PlanStep } from './plan/MarginPlan.ts'
import { planMove } from './planMove.ts'
import { planMoves } from './planMoves.ts'
import { routeOffers } from './routeOffers.ts'

describe('executionOf', () => {
  const here = world()
  const { view, donor, receiver } = here
  const lending = lendingOf()
  const client = {
    ...here.context,
    adapters: [DONOR_CHAIN, RECEIVER_CHAIN].map((chainId) => ({ ...adapter(chainId), lending })),
  }
  const chain = { withdraw: 0n, supply: 0n, repay: 0n, send: 0n }

  function planned(): MarginPlan {
    const plan = planMoves(client, {
      view,
      targets: { [receiver]: (WAD * 15n) / 10n, [donor]: (WAD * 18n) / 10n },
      routes: routeOffers(client, { view, terms: { messaging: WAD, seconds: 60n } }),
      costs: { chains: { [DONOR_CHAIN]: chain, [RECEIVER_CHAIN]: chain } },
    })
    if (plan.status !== 'plan') throw new TypeError(plan.status)
    return plan
  }

  function firstStep(): PlanStep {
    const [step] = planned().steps
    if (step === undefined) throw new TypeError('no step')
    return step
  }

  test('behavior: what the plan lets the route keep is asked of no more', () => {
    const fee = (WAD * 3n) / 1_000n
    const plan = planMoves(client, {
      view,
      targets: { [receiver]: (WAD * 15n) / 10n, [donor]: (WAD * 18n) / 10n },
      routes: routeOffers(client, { view, terms: { messaging: WAD, seconds: 60n, fee } }),
      costs: { chains: { [DONOR_CHAIN]: chain, [RECEIVER_CHAIN]: chain } },
    })
    const [step] = plan.status === 'plan' ? plan.steps : []
    if (step === undefined) throw new TypeError(plan.status)
    const execution = executionOf(client, { view, step })
    if (execution.kind !== 'move') throw new TypeError(execution.kind)
    expect(step.arrives).toBeLessThan(step.amount)
    const single = planMove(client, { ...execution.parameters, target: (WAD * 15n) / 10n })
    expect(single).toMatchObject({ status: 'plan', amount: step.amount, received: step.arrives })
  })

  test('default', () => {
    const step = firstStep()
    const execution = executionOf(client, { view, step })
    if (execution.kind !== 'move') throw new TypeError(execution.kind)
    expect(execution.parameters).toEqual({
      view,
      asset: step.candidate.received.address,
      donor,
      receiver,
      purpose: 'supply',
      amount: step.amount,
      donorFloor: (WAD * 18n) / 10n,
    })
    // What the planner of one move makes of it is the same move.
    const plan = planMove(client, { ...execution.parameters, target: (WAD * 15n) / 10n })
    expect(plan).toMatchObject({ status: 'plan', amount: step.amount, received: step.arrives, dust: 0n })
    expect(executionOf(client, { view, step, horizon: 600n })).toMatchObject({ parameters: { arrivalSeconds: 600n } })
  })

  test('behavior: a donor that owes nothing keeps any floor', () => {
    const step = { ...firstStep(), recheck: [] }
    expect(executionOf(client, { view, step })).toMatchObject({ kind: 'move', parameters: { donorFloor: WAD } })
  })

  test('behavior: what the router has no way for is called', () => {
    const step = firstStep()
    const { asset, received } = step.candidate
    const other = { ...route, key: 'other' }
    const unrouted = client.adapters.map(({ routed: _, ...rest }) => rest)
    const ways = [
      [{ ...client, routes: [other] }, step],
      // The router would take the first route.
      [{ ...client, routes: [other, route] }, step],
      [{ ...client, routers: [] }, step],
      [{ ...client, adapters: unrouted }, step],
    ] as const
    for (const [context, of] of ways) {
      const execution = executionOf(context, { view, step: of })
      if (execution.kind !== 'calls') throw new TypeError(execution.kind)
      expect(execution.route).toBe('WETH OFT')
      expect(execution.source.chainId).toBe(DONOR_CHAIN)
      expect(execution.source.calls.map(({ call }) => textOf(call.data))).toEqual([
        `withdraw ${step.amount} ${asset.address} of ${view.owners[0]}`,
      ])
      expect(execution.destination.chainId).toBe(RECEIVER_CHAIN)
      expect(execution.destination.calls.map(({ call }) => textOf(call.data))).toEqual([
        `supply ${step.arrives} ${received.address} of ${view.owners[0]}`,
      ])
    }
  })

  test('error: DoubtfulViewError for calls by a view that is not accepted by name; a move is left to planMove', () => {
    const step = firstStep()
    const flags = [{ kind: 'single-source', chainId: RECEIVER_CHAIN, path: 'chain', reason: 'a test' }] as const
    const doubtful = { view: { ...view, flags }, step }
    const unrouted = { ...client, routers: [] }
    expect(() => executionOf(unrouted, doubtful)).toThrowError(
      expect.objectContaining({ name: 'DoubtfulViewError', kinds: ['single-source'] }),
    )
    const acceptFlags = ['single-source'] as const
    expect(executionOf(unrouted, { ...doubtful, acceptFlags })).toEqual(executionOf(unrouted, { view, step }))
    const execution = executionOf(client, { ...doubtful, acceptFlags })
    if (execution.kind !== 'move') throw new TypeError(execution.kind)
    expect(planMove(client, execution.parameters)).toMatchObject({ status: 'plan', acceptedFlags: acceptFlags })
  })

  test('behavior: a repayment across is a move as well', () => {
    const step = firstStep()
    const repaid = { ...step, candidate: { ...step.candidate, purpose: 'repay' as const }, arrives: ETH }
    expect(executionOf(client, { view, step: repaid })).toMatchObject({
      kind: 'move',
      parameters: { purpose: 'repay' },
    })
    const direct = executionOf({ ...client, routers: [] }, { view, step: repaid })
    if (direct.kind !== 'calls') throw new TypeError(direct.kind)
    expect(direct.destination.calls.map(({ call }) => textOf(call.data))).toEqual([
      `repay ${ETH} ${step.candidate.received.address} of ${view.owners[0]}`,
    ])
  })

  test('behavior: nothing is taken out of a wallet', () => {
    const step = firstStep()
    const idle = view.positions.map((position) =>
      position.id === donor ? { ...position, market: { ...position.market, holdsIdle: true as const } } : position,
    )
    const local = { ...step, candidate: { ...step.candidate, route: undefined } }
    const execution = executionOf(client, { view: { ...view, positions: idle }, step: local })
    expect(execution).toMatchObject({ kind: 'calls', route: undefined, source: { calls: [] } })
  })

  test('error: NoLendingError', () => {
    const step = firstStep()
    expect(() => executionOf({ ...here.context, routers: [] }, { view, step })).toThrow(NoLendingError)
  })

  test('error: UnknownPositionError', () => {
    expect(() => executionOf(client, { view: { ...view, positions: [] }, step: firstStep() })).toThrow(
      UnknownPositionError,
    )
  })
})
