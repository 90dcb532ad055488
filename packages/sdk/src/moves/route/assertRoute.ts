import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type { MovePlan } from '../MovePlan.ts'
import { UnknownRouteError } from '../PlanErrors.ts'
import { routeGradeOf } from './gradeRoute.ts'
import { RefusedRouteError } from './RouteErrors.ts'
import type { RouteGrade } from './RouteGrade.ts'
import { type AcceptableRouteReason, refuses } from './RouteReason.ts'

/** Grades the route of a plan, from memory while that is young. What is refused is said by {@link assertRoute}. */
export async function gradeOfPlan(
  client: Pick<MarginContext, 'routes' | 'routers' | 'getClient' | 'metadata' | 'maxCalls'>,
  { route: key, source, destination }: Pick<MovePlan, 'route' | 'source' | 'destination'>,
  { timeout, signal }: DeadlineOptions,
): Promise<RouteGrade> {
  const route = client.routes.find((candidate) => candidate.key === key)
  if (route === undefined) throw new UnknownRouteError(source.asset.symbol, source.chainId, destination.chainId)
  return routeGradeOf(client, { route, from: source.chainId, to: destination.chainId, timeout, signal })
}

/**
 * Refuses a route for every doubt that was not accepted by name.
 *
 * @throws RefusedRouteError
 */
export function assertRoute(grade: RouteGrade, accepted: readonly AcceptableRouteReason[]): void {
  const refused = grade.reasons.filter((reason) => refuses(reason, accepted))
  if (refused.length > 0) throw new RefusedRouteError(grade, refused)
}
