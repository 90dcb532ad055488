import { zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { lendingOf } from '../../../../../test/fixtures/lending.ts'
import { adapter, DONOR_CHAIN, ETH, RECEIVER_CHAIN, WAD, world } from '../../../../../test/fixtures/moves.ts'
import { planMove } from '../planMove.ts'
import type { DirectPlan } from './DirectPlan.ts'
import { planDirectMove } from './planDirectMove.ts'

const goal = { asset: 'WETH', target: (WAD * 15n) / 10n, donorFloor: (WAD * 18n) / 10n }
const { context, ...places } = world()
const lending = lendingOf()
/** No router has a connector, and none is there. */
const client = {
  adapters: [DONOR_CHAIN, RECEIVER_CHAIN].map((chainId) => ({ ...adapter(chainId), routed: undefined, lending })),
  routes: context.routes,
  routers: [],
  endpoints: context.routers.map(({ router: _, ...endpoint }) => endpoint),
}

function expectPlan(result: ReturnType<typeof planDirectMove>): DirectPlan {
  if (result.status !== 'plan') throw new TypeError(result.status)
  return result
}

describe('planDirectMove', () => {
  test('default', () => {
    const plan = expectPlan(planDirectMove(client, { ...places, ...goal }))
    const routed = planMove(context, { ...places, ...goal, arrivalSeconds: 7_200n })
    if (routed.status !== 'plan') throw new TypeError(routed.status)
    const { authorization: _, gas: __, ...same } = routed
    expect(plan).toEqual({
      ...same,
      way: 'direct',
      risks: ['floor-unchecked', 'partly-done', 'backs-nothing-until-supplied'],
      source: { ...routed.source, router: zeroAddress },
      destination: { ...routed.destination, router: zeroAddress },
    })
    expect(plan.slack).toEqual({ seconds: 7_200n })
  })

  test('behavior: goes where routers are as well, and reckons with the time that is asked for', () => {
    const lent = { ...client, routers: context.routers, endpoints: undefined }
    const soon = expectPlan(planDirectMove(lent, { ...places, ...goal, arrivalSeconds: 60n }))
    expect(soon.amount).toBeLessThan(expectPlan(planDirectMove(lent, { ...places, ...goal })).amount)
    expect(soon.source.router).toBe(zeroAddress)
  })

  test('behavior: repays', () => {
    const amount = ETH
    expect(() => planDirectMove(client, { ...places, ...goal, purpose: 'repay', amount })).toThrowError(
      expect.objectContaining({ name: 'NothingToRepayError' }),
    )
  })

  test('behavior: says what is out of reach', () => {
    expect(planDirectMove(client, { ...places, ...goal, target: WAD })).toMatchObject({ status: 'already-safe' })
    expect(planDirectMove(client, { ...places, ...goal, donorFloor: 9n * WAD })).toMatchObject({ status: 'unsavable' })
  })

  test('error: DoubtfulViewError for what one node alone says, unless it is accepted by name', () => {
    const flag = { kind: 'single-source', chainId: DONOR_CHAIN, path: 'chain', reason: 'a test' } as const
    const doubtful = { ...places, ...goal, view: { ...places.view, flags: [flag] } }
    expect(() => planDirectMove(client, doubtful)).toThrowError(
      expect.objectContaining({ name: 'DoubtfulViewError', kinds: ['single-source'] }),
    )
    expect(planDirectMove(client, { ...doubtful, acceptFlags: ['single-source'] })).toMatchObject({
      status: 'plan',
      acceptedFlags: ['single-source'],
    })
  })

  test.each([
    ['NoLendingError', { ...client, adapters: context.adapters }],
    ['UnknownRouterError', { ...client, endpoints: [] }],
  ] as const)('error: %s', (name, of) => {
    expect(() => planDirectMove(of, { ...places, ...goal })).toThrowError(expect.objectContaining({ name }))
  })
})
