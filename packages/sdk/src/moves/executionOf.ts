import type { LendingCall } from '../adapter/Lending.ts'
import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Asset } from '../model/Asset.ts'
import type { FlagKind } from '../model/Flag.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { Reserve } from '../model/Market.ts'
import type { ReadPosition } from '../model/Position.ts'
import type { LendingAction } from '../model/PositionChange.ts'
import { UnknownMarketError, UnknownPositionError } from '../risk/RiskErrors.ts'
import * as MulDiv from '../units/MulDiv.ts'
import * as Wad from '../units/Wad.ts'
import { assertUndoubted } from './assertUndoubted.ts'
import * as Dust from './Dust.ts'
import { NoLendingError } from './NoLendingError.ts'
import { UnknownHealthError } from './PlanErrors.ts'
import type { MoveCandidate, PlanStep } from './plan/MarginPlan.ts'
import type { PlanMoveParameters } from './planMove.ts'
import { isSame } from './WhatIf.ts'

/** Parameters of {@link executionOf}. */
export type ExecutionOfParameters = {
  /** The view that the step is to be carried out by: the plan's own, or better a later one. */
  readonly view: MarginView
  readonly step: PlanStep
  /** The plan's, if it had one of its own. */
  readonly horizon?: bigint | undefined
  /** Kinds of doubt about the view that the step may be carried out by all the same; as for `planMove`. */
  readonly acceptFlags?: readonly FlagKind[] | undefined
}

/** The calls of a step on one chain, in the order in which the owner sends them. */
export type StepCalls = { readonly chainId: number; readonly calls: readonly LendingCall[] }

/** How a step is carried out. */
export type StepExecution =
  /** By the router, in one transaction: what `planMove` takes. */
  | { readonly kind: 'move'; readonly parameters: PlanMoveParameters }
  /**
   * By the owner's own calls: what takes `amount` out of the donor (nothing for a wallet), then the route, if there is one, and
   * what brings `arrives` to the receiver. On one chain a wallet that can batch sends all of them at once.
   */
  | {
      readonly kind: 'calls'
      readonly source: StepCalls
      readonly route: string | undefined
      readonly destination: StepCalls
    }

/**
 * How a step of a plan is carried out: by the router, where it has connectors at both ends and a route between them; else by the owner's own calls. Pure: nothing is read, nothing is sent.
 *
 * A plan is made of what a view shows. Read the view again before each step and hold `step.recheck` against it, as
 * `getMoveQuote` and the router do for their part. If a route of one's own brought more than `arrives`, ask again with
 * `{ ...step, arrives }`.
 *
 * @throws UnknownPositionError, UnknownMarketError for a position or a market that the view or the client does not have.
 * @throws UnknownHealthError for a position that could not be read.
 * @throws DoubtfulViewError where calls are needed and the view is doubtful, unless `acceptFlags` names the kind; `planMove` checks the rest.
 * @throws NoLendingError where calls are needed and the adapter was not given its `lending`.
 *
 * @example
 * import {
 *   executionOf,
 *   getMoveQuote,
 *   planMove,
 *   type MarginClient,
 *   type MarginView,
 *   type PlanStep,
 * } from '@unimargin/sdk'
 *
 * export async function quoteStep(client: MarginClient, view: MarginView, step: PlanStep) {
 *   const execution = executionOf(client, { view, step })
 *   if (execution.kind === 'calls') return execution
 *   const plan = planMove(client, execution.parameters)
 *   return plan.status === 'plan' ? getMoveQuote(client, { plan, owner: plan.owner }) : plan
 * }
 */
export function executionOf(
  client: Pick<MarginContext, 'adapters' | 'routes' | 'routers'>,
  { view, step, horizon, acceptFlags }: ExecutionOfParameters,
): StepExecution {
  const { candidate, amount, arrives, recheck } = step
  const { asset, received, purpose } = candidate
  const [donor, receiver] = [known(view, candidate.donor), known(view, candidate.receiver)]
  if (isRouted(client, view, candidate, donor, receiver)) {
    const floor = recheck.find(({ kind }) => kind === 'donor-health')
    const transferFee = keptOf(client, step)
    return {
      kind: 'move',
      parameters: {
        view,
        asset: received.address,
        donor: donor.id,
        receiver: receiver.id,
        purpose,
        amount,
        // Who owes nothing keeps any floor.
        donorFloor: floor?.kind === 'donor-health' ? floor.atLeast : Wad.WAD,
        ...(transferFee > 0n && { transferFee }),
        ...(horizon !== undefined && { arrivalSeconds: horizon }),
        ...(acceptFlags !== undefined && { acceptFlags }),
      },
    }
  }
  const sides = [
    { position: donor, reserve: reserveIn(view, donor, asset) },
    { position: receiver, reserve: reserveIn(view, receiver, received) },
  ]
  assertUndoubted(view, sides, acceptFlags)
  const call = (action: LendingAction, position: ReadPosition, of: Asset, count: bigint): LendingCall => {
    const adapter = adapterIn(client, position)
    const state = view.markets.find(({ market }) => market.key === position.market.key)
    if (state === undefined) throw new UnknownMarketError(position.market.key)
    if (adapter.lending === undefined) throw new NoLendingError(position.market.key)
    return adapter.lending.calls[action]({
      state,
      position,
      owner: position.owner,
      asset: of.address,
      amount: count,
    })
  }
  return {
    kind: 'calls',
    source: {
      chainId: asset.chainId,
      calls: donor.market.holdsIdle === true ? [] : [call('withdraw', donor, asset, amount)],
    },
    route: candidate.route,
    destination: { chainId: received.chainId, calls: [call(purpose, receiver, received, arrives)] },
  }
}

/** The share that the plan lets the route keep, WAD; rounded down, so that no less than `arrives` is asked of it. */
function keptOf({ routes }: Pick<MarginContext, 'routes'>, { candidate, amount, arrives }: PlanStep): bigint {
  const route = routes.find(({ key }) => key === candidate.route)
  if (route === undefined) return 0n
  const sent = amount / Dust.unitOf(route, candidate.asset.decimals)
  const arriving = arrives / Dust.unitOf(route, candidate.received.decimals)
  return arriving < sent ? MulDiv.down(sent - arriving, Wad.WAD, sent) : 0n
}

/** Whether `planMove` would find this very route, and the router has a connector at both ends. */
function isRouted(
  client: Parameters<typeof executionOf>[0],
  view: MarginView,
  { asset, received, route }: MoveCandidate,
  donor: ReadPosition,
  receiver: ReadPosition,
): boolean {
  if (route === undefined) return false
  const first = client.routes.find(
    ({ ends }) => ends.some(({ chainId }) => chainId === asset.chainId) && ends.some((end) => isEnd(end, received)),
  )
  const source = first?.ends.find(({ chainId }) => chainId === asset.chainId)
  const reserve = reserveIn(view, donor, asset)
  return (
    first?.key === route &&
    source !== undefined &&
    isEnd(source, asset) &&
    reserve !== undefined &&
    adapterIn(client, donor).routed?.canPull?.(reserve) !== false &&
    [donor, receiver].every(
      (position) =>
        adapterIn(client, position).routed !== undefined &&
        client.routers.some(({ chainId }) => chainId === position.market.chainId),
    )
  )
}

function reserveIn(view: MarginView, { market }: ReadPosition, asset: Asset): Reserve | undefined {
  return view.markets
    .find((state) => state.market.key === market.key)
    ?.reserves.find((one) => one.asset.chainId === asset.chainId && isSame(one.asset.address, asset.address))
}

function isEnd(end: { readonly chainId: number; readonly asset: string }, asset: Asset): boolean {
  return end.chainId === asset.chainId && isSame(end.asset, asset.address)
}

function known(view: MarginView, id: string): ReadPosition {
  const position = view.positions.find((candidate) => candidate.id === id)
  if (position === undefined) {
    throw new UnknownPositionError(
      id,
      view.positions.map((candidate) => candidate.id),
    )
  }
  if (position.status === 'unread') throw new UnknownHealthError(id, 'state', position.issues)
  return position
}

function adapterIn({ adapters }: Pick<MarginContext, 'adapters'>, { market }: ReadPosition) {
  const adapter = adapters.find((candidate) => candidate.market.key === market.key)
  if (adapter === undefined) throw new UnknownMarketError(market.key)
  return adapter
}
