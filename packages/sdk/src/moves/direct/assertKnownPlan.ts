import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Route } from '../../model/Route.ts'
import { ForeignMoveError } from '../MoveErrors.ts'
import { UnknownRouteError, UnknownRouterError } from '../PlanErrors.ts'
import { isSame } from '../WhatIf.ts'
import type { DirectPlan } from './DirectPlan.ts'
import { endpointsOf } from './endpointsOf.ts'

/**
 * Holds the contracts of a plan against the client's own configuration: a plan may come from a store, and what it names would be paid.
 *
 * @throws UnknownRouterError, UnknownRouteError, ForeignMoveError
 */
export function assertKnownPlan(
  client: Pick<MarginContext, 'routers' | 'endpoints' | 'routes'>,
  plan: DirectPlan,
): Route {
  const { source, destination } = plan
  const route = client.routes.find(({ key }) => key === plan.route)
  if (route === undefined) throw new UnknownRouteError(source.asset.symbol, source.chainId, destination.chainId)
  for (const [name, planned] of Object.entries({ source, destination })) {
    const endpoint = endpointsOf(client).find(({ chainId }) => chainId === planned.chainId)
    if (endpoint === undefined) throw new UnknownRouterError(planned.chainId)
    const end = route.ends.find(({ chainId }) => chainId === planned.chainId)
    const fields = [
      ['endpoint', planned.endpoint, endpoint.endpoint],
      ['eid', planned.eid, endpoint.eid],
      ['asset', planned.asset.address, end?.asset],
      ['oft', planned.oft, end?.oft],
    ] as const
    for (const [field, actual, expected] of fields) {
      if (!isSame(String(actual), String(expected))) throw new ForeignMoveError(`${name}.${field}`, actual, expected)
    }
  }
  return route
}
