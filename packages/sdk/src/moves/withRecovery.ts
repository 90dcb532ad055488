import type { DataIssue } from '../model/DataIssue.ts'
import type { Health } from '../model/Health.ts'
import type { MarginView } from '../model/MarginView.ts'
import { distinctIssues } from '../risk/distinctIssues.ts'
import { isAtStake } from '../risk/isAtStake.ts'
import type { RiskContext } from '../risk/RiskAdapter.ts'
import { DEFAULT_THRESHOLDS, verdict } from '../risk/Verdict.ts'
import { DoubtfulViewError, UnknownHealthError } from './PlanErrors.ts'
import { branchAndBound } from './plan/branchAndBound.ts'
import { toDemand, toProblem } from './plan/toProblem.ts'
import { type RecoverableParameters, recoverable } from './recoverable.ts'

/** Parameters of {@link withRecovery}: those of `planMoves` without goals. */
export type WithRecoveryParameters = RecoverableParameters & {
  /** Nodes of the search at most, when there are more than 8 positions or 24 candidates; as `planMoves`. */
  readonly effort?: number | undefined
}

/**
 * The same view, with what its weakest health can become (`recoverable`), and with the verdict `unsavable` where a position is at
 * risk and no feasible moves bring all of them to where `at-risk` begins. Pure: nothing is read.
 *
 * A verdict is only made worse, and by what was shown: `unknown` and `liquidatable` stay, and so does `at-risk` where a bounded
 * search ended without an answer. Where a position's numbers are unknown or too doubtful to plan with, `recoverable` is unknown
 * and names them.
 *
 * @throws what `planMoves` throws for parameters that nothing can be planned with.
 *
 * @example
 * import { routeOffers, withRecovery, type MarginClient, type MarginView, type MoveCosts } from '@unimargin/sdk'
 *
 * export function judged(client: MarginClient, view: MarginView, costs: MoveCosts): MarginView {
 *   const routes = routeOffers(client, { view, terms: { messaging: 10n ** 18n, seconds: 120n } })
 *   return withRecovery(client, { view, routes, costs })
 * }
 */
export function withRecovery(context: RiskContext, parameters: WithRecoveryParameters): MarginView {
  const { view } = parameters
  const { thresholds = DEFAULT_THRESHOLDS } = context
  const { atRisk } = thresholds
  const best = recoverableOf(context, parameters)
  const today = verdict(view.positions, thresholds)
  const isShort = today === 'at-risk' && best.status === 'known' && best.factor < atRisk
  const isLost = isShort && isUnsavable(context, parameters, atRisk)
  return { ...view, recoverable: best, verdict: isLost ? 'unsavable' : today }
}

function recoverableOf(context: RiskContext, parameters: WithRecoveryParameters): Health {
  const unknown = parameters.view.positions
    .filter(isAtStake)
    .map(({ health }) => (health.status === 'unknown' ? health.issues : undefined))
    .filter((issues) => issues !== undefined)
  if (unknown.length > 0) return { status: 'unknown', issues: distinctIssues(unknown) }
  try {
    return recoverable(context, parameters)
  } catch (error) {
    if (error instanceof UnknownHealthError) return { status: 'unknown', issues: error.issues }
    if (error instanceof DoubtfulViewError) return { status: 'unknown', issues: error.flags.map(issueOfDoubt) }
    throw error
  }
}

function issueOfDoubt({ kind, chainId, market, path, reason }: DoubtfulViewError['flags'][number]): DataIssue {
  return { kind: 'unavailable', chainId, market, path, reason: `too doubtful to plan with (${kind}): ${reason}` }
}

/** Whether it was shown that nothing brings everybody to where `at-risk` begins. */
function isUnsavable(context: RiskContext, parameters: WithRecoveryParameters, atRisk: bigint): boolean {
  const goals = { ...parameters, targets: atRisk }
  const { program, effort } = toProblem(goals, toDemand(context, goals))
  const found = branchAndBound(program, { effort, isAny: true })
  return found.status === 'none' && found.isProven
}
