import { describe, expect, test } from 'vitest'
import { asset, collateralLeg, ETH, reserve, WAD, world } from '../../../../test/fixtures/moves.ts'
import type { Position } from '../model/Position.ts'
import { totals } from '../risk/Totals.ts'
import type { WhatIfView } from '../risk/WhatIfView.ts'
import { whatIf } from '../risk/whatIf.ts'
import type { PlanStep } from './plan/MarginPlan.ts'
import type { PendingMove } from './plan/PlanMovesParameters.ts'
import { projectView } from './projectView.ts'

const USDC = 10n ** 6n
const [wethThere, usdcThere, wethHere] = [asset(20, 'WETH', 18), asset(20, 'USDC', 6), asset(10, 'WETH', 18)]
const { context, view: unjudged, donor, receiver } = world()
/** Judged: a shock of nothing leaves what was not judged as it was. */
const { positions } = whatIf(context, {
  view: unjudged,
  changes: unjudged.markets.map(({ market }) => ({
    kind: 'price',
    market: market.key,
    asset: asset(market.chainId, 'WETH', 18).address,
    price: 1_600n * WAD,
  })),
})
const view = { ...unjudged, positions }

const nothing = { gas: 0n, messaging: 0n, fee: 0n, slippage: 0n, waiting: 0n, total: 0n }
const step = (amount: bigint, arrives: bigint, purpose: PlanStep['candidate']['purpose']): PlanStep => ({
  candidate: {
    id: 'a step',
    donor,
    receiver,
    asset: purpose === 'supply' ? wethHere : asset(10, 'USDC', 6),
    received: purpose === 'supply' ? wethThere : usdcThere,
    route: 'WETH OFT',
    purpose,
    seconds: 60n,
  },
  amount,
  arrives,
  costs: nothing,
  before: {},
  sent: {},
  after: {},
  recheck: [],
})
const flying = (amount: bigint): PendingMove => ({ receiver, asset: usdcThere.address, amount, purpose: 'repay' })

function amountsOf({ positions: all }: Pick<WhatIfView, 'positions'>) {
  const of = (id: string) => {
    const position: Position | undefined = all.find((one) => one.id === id)
    if (position?.status !== 'read') return undefined
    return [...position.collateral, ...position.debt].map(({ amount }) => amount)
  }
  return [of(donor), of(receiver)]
}

describe('projectView', () => {
  test('default', () => {
    const { now, withInFlight, afterPlan } = projectView(context, {
      view,
      pending: [flying(500n * USDC)],
      plan: { steps: [step(2n * ETH, (2n * ETH * 99n) / 100n, 'supply')] },
    })
    expect([now, withInFlight, afterPlan].map(amountsOf)).toEqual([
      [
        [10n * ETH, 5_000n * USDC],
        [5n * ETH, 7_500n * USDC],
      ],
      [
        [10n * ETH, 5_000n * USDC],
        [5n * ETH, 7_000n * USDC],
      ],
      [
        [8n * ETH, 5_000n * USDC],
        [5n * ETH + (2n * ETH * 99n) / 100n, 7_000n * USDC],
      ],
    ])
    expect([now, withInFlight, afterPlan].map(({ verdict }) => verdict)).toEqual(['liquidatable', 'liquidatable', 'ok'])
    expect(afterPlan.totals).toEqual(totals(afterPlan.positions))
    expect(afterPlan.changes).toHaveLength(3)
  })

  test('behavior: with nothing on its way and no plan, all three are now', () => {
    const { now, withInFlight, afterPlan } = projectView(context, { view })
    expect(now.positions).toEqual(view.positions)
    expect(withInFlight).toEqual(now)
    expect(afterPlan).toEqual(now)
    expect(projectView(context, { view, pending: [flying(0n)] }).withInFlight).toEqual(now)
  })

  test('behavior: what a route keeps whole arrives nowhere, and a donor may give what it holds of any asset', () => {
    const usdc = asset(10, 'USDC', 6)
    const held = { ...view, positions: positions.map((one) => withUsdc(one)) }
    const { afterPlan } = projectView(context, { view: held, plan: { steps: [step(USDC, 0n, 'repay')] } })
    expect(amountsOf(afterPlan)).toEqual([
      [10n * ETH, 4n * USDC, 5_000n * USDC],
      [5n * ETH, 7_500n * USDC],
    ])
    function withUsdc(one: Position): Position {
      return one.status === 'read' && one.id === donor
        ? { ...one, collateral: [...one.collateral, collateralLeg(usdc, 5n * USDC)] }
        : one
    }
  })

  test('behavior: verdicts begin where the context says, or the caller', () => {
    const strict = { atRisk: 4n * WAD, watch: 5n * WAD }
    const healthy = { ...view, positions: positions.filter(({ id }) => id === donor) }
    expect(projectView(context, { view: healthy }).now.verdict).toBe('ok')
    expect(projectView(context, { view: healthy, thresholds: strict }).now.verdict).toBe('at-risk')
    expect(projectView({ ...context, thresholds: strict }, { view: healthy }).now.verdict).toBe('at-risk')
  })

  test('error: UnknownPositionError, UnlistedAssetError', () => {
    expect(() => projectView(context, { view, pending: [{ ...flying(1n), receiver: 'nobody' }] })).toThrowError(
      expect.objectContaining({ name: 'UnknownPositionError' }),
    )
    const elsewhere = reserve(wethHere).asset.address
    expect(() => projectView(context, { view, pending: [{ ...flying(1n), asset: elsewhere }] })).toThrowError(
      expect.objectContaining({ name: 'UnlistedAssetError' }),
    )
  })
})
