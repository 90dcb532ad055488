import type { MarginContext } from '../adapter/MarginContext.ts'
import { ForeignMoveError } from './MoveErrors.ts'
import type { MovePlan, PlannedEnd } from './MovePlan.ts'
import { UnknownRouteError, UnknownRouterError } from './PlanErrors.ts'
import { isSame } from './WhatIf.ts'

/**
 * Holds the contracts of a plan against the client's own configuration: a plan may come from a store, and what it names
 * would be allowed to pull collateral.
 *
 * @throws UnknownRouterError, UnknownRouteError, ForeignMoveError
 */
export function assertKnownRoute(
  { routers, routes, adapters }: Pick<MarginContext, 'routers' | 'routes' | 'adapters'>,
  plan: MovePlan,
): void {
  const route = routes.find(({ key }) => key === plan.route)
  const check = (name: 'source' | 'destination', planned: PlannedEnd): void => {
    const { chainId } = planned
    const deployment = routers.find((candidate) => candidate.chainId === chainId)
    if (deployment === undefined) throw new UnknownRouterError(chainId)
    const end = route?.ends.find((candidate) => candidate.chainId === chainId)
    if (end === undefined) {
      throw new UnknownRouteError(plan.source.asset.symbol, plan.source.chainId, plan.destination.chainId)
    }
    const market = adapters.find(({ market: { chainId: at, id } }) => at === chainId && isSame(id, planned.market))
    const fields = [
      ['router', planned.router, deployment.router],
      ['endpoint', planned.endpoint, deployment.endpoint],
      ['eid', planned.eid, deployment.eid],
      ['asset', planned.asset.address, end.asset],
      ['oft', planned.oft, end.oft],
      ['market', planned.market, market?.market.id],
    ] as const
    for (const [field, actual, expected] of fields) {
      if (!isSame(String(actual), String(expected))) throw new ForeignMoveError(`${name}.${field}`, actual, expected)
    }
  }
  check('source', plan.source)
  check('destination', plan.destination)
}
