import type { KnownHealth } from '../model/Health.ts'
import type { RiskContext } from '../risk/RiskAdapter.ts'
import { DEFAULT_THRESHOLDS } from '../risk/Verdict.ts'
import { NOW } from './plan/Party.ts'
import type { PlanMovesParameters } from './plan/PlanMovesParameters.ts'
import { recover } from './plan/recover.ts'
import { toDemand, toProblem } from './plan/toProblem.ts'
import { atLeastNow } from './plan/unsavable.ts'

/** Parameters of {@link recoverable}: those of `planMoves` without goals. */
export type RecoverableParameters = Omit<PlanMovesParameters, 'targets' | 'scenarios' | 'partial' | 'effort'>

/**
 * The best that the weakest health of an account can become by feasible moves that arrive within the horizon, in the view's
 * prices: what routes keep and may lose is taken off, debts grow until then, what is pending counts, and every donor keeps its
 * floor in flight (unless given: where `at-risk` begins). Never below the weakest health of now: nobody has to move. WAD.
 *
 * Pure. What is said can be reached: it was settled by the protocols' own rules. It is the best to about nine digits; where
 * minima of routes decide, or debts can be paid all but in full, it is what a bounded search finds.
 *
 * @throws what `planMoves` throws for such parameters, `UnknownHealthError` and `DoubtfulViewError` among them.
 *
 * @example
 * import { recoverable, type MarginClient, type MarginView, type MoveCosts, type RouteOffer } from '@unimargin/sdk'
 *
 * export function bestOf(client: MarginClient, view: MarginView, routes: readonly RouteOffer[], costs: MoveCosts) {
 *   const best = recoverable(client, { view, routes, costs })
 *   return best.status === 'known' ? best.factor : best.status
 * }
 */
export function recoverable(context: RiskContext, parameters: RecoverableParameters): KnownHealth {
  const { atRisk } = context.thresholds ?? DEFAULT_THRESHOLDS
  const goals = { ...parameters, targets: atRisk }
  const problem = toProblem(goals, toDemand(context, goals))
  return atLeastNow(problem, recover(problem.program, problem.obliged, NOW).health)
}
