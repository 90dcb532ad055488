import type { Thresholds } from '../model/Health.ts'
import type { Change } from '../risk/Change.ts'
import type { RiskContext } from '../risk/RiskAdapter.ts'
import type { WhatIfSource, WhatIfView } from '../risk/WhatIfView.ts'
import { whatIf } from '../risk/whatIf.ts'
import type { MarginPlan, PlanStep } from './plan/MarginPlan.ts'
import type { PendingMove } from './plan/PlanMovesParameters.ts'

/** Parameters of {@link projectView}. */
export type ProjectViewParameters = {
  readonly view: WhatIfSource
  /** What is on its way, and where it will be credited; nothing unless given. */
  readonly pending?: readonly PendingMove[] | undefined
  /** A plan, or the partial one of a plan that cannot save everything; nothing is done unless given. */
  readonly plan?: Pick<MarginPlan, 'steps'> | undefined
  /** Where verdicts begin; those of the context unless given. */
  readonly thresholds?: Thresholds | undefined
}

/** Every figure of an account three times. */
export type MarginProjection = {
  readonly now: WhatIfView
  /** When everything that is on its way has arrived. */
  readonly withInFlight: WhatIfView
  /** When every step of the plan has arrived besides. */
  readonly afterPlan: WhatIfView
}

/**
 * The health of every position, the totals, the weakest, the aggregate and the verdict: now, when what is in flight has arrived,
 * and after a plan. Pure: at the prices of the view, without interest in between; what a route may lose counts as lost.
 *
 * @throws UnknownPositionError, UnlistedAssetError, UnknownMarketError when something would arrive where the view has nothing.
 *
 * @example
 * import { type MarginClient, type MarginPlan, type MarginView, projectView } from '@unimargin/sdk'
 *
 * export function weakestOf(client: MarginClient, view: MarginView, plan: MarginPlan) {
 *   const { now, withInFlight, afterPlan } = projectView(client, { view, plan })
 *   return [now, withInFlight, afterPlan].map(({ weakest }) => weakest.health)
 * }
 */
export function projectView(context: RiskContext, parameters: ProjectViewParameters): MarginProjection {
  const { view, pending = [], plan, thresholds } = parameters
  const after = (from: WhatIfSource, changes: readonly Change[]) => whatIf(context, { view: from, changes, thresholds })
  const now = after(view, [])
  const withInFlight = after(now, pending.filter(({ amount }) => amount > 0n).map(arrival))
  return { now, withInFlight, afterPlan: after(withInFlight, plan?.steps.flatMap(changesOf) ?? []) }
}

/** What a step takes from its donor, and what it brings its receiver. */
function changesOf({ candidate, amount, arrives }: PlanStep): readonly Change[] {
  const { donor, receiver, asset, received, purpose } = candidate
  return [
    { kind: 'action', position: donor, action: 'withdraw', asset: asset.address, amount },
    ...(arrives > 0n ? [arrival({ receiver, asset: received.address, amount: arrives, purpose })] : []),
  ]
}

function arrival({ receiver, asset, amount, purpose }: PendingMove): Change {
  return { kind: 'action', position: receiver, action: purpose, asset, amount }
}
