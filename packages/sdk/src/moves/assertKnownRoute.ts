import { zeroHash } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Route } from '../model/Route.ts'
import { ForeignMoveError } from './MoveErrors.ts'
import type { MovePlan, PlannedEnd } from './MovePlan.ts'
import { UnknownRouteError, UnknownRouterError } from './PlanErrors.ts'
import { placeOf } from './placeOf.ts'
import { isSame } from './WhatIf.ts'

/**
 * Holds the contracts of a plan against the client's own configuration: a plan may come from a store, and what it names
 * would be allowed to pull collateral. Gives the route.
 *
 * @throws UnknownRouterError, UnknownRouteError, ForeignMoveError
 */
export function assertKnownRoute(
  { routers, routes, adapters }: Pick<MarginContext, 'routers' | 'routes' | 'adapters'>,
  plan: MovePlan,
): Route {
  const route = routes.find(({ key }) => key === plan.route)
  const unknown = () => new UnknownRouteError(plan.source.asset.symbol, plan.source.chainId, plan.destination.chainId)
  const check = (name: 'source' | 'destination', planned: PlannedEnd): void => {
    const { chainId } = planned
    const deployment = routers.find((candidate) => candidate.chainId === chainId)
    if (deployment === undefined) throw new UnknownRouterError(chainId)
    const end = route?.ends.find((candidate) => candidate.chainId === chainId)
    if (end === undefined) throw unknown()
    const places = adapters.filter((adapter) => adapter.market.chainId === chainId).map(placeOf)
    const place = places.find(
      ({ market, marketId }) => isSame(market, planned.market) && isSame(marketId, planned.marketId ?? zeroHash),
    )
    const fields = [
      ['router', planned.router, deployment.router],
      ['endpoint', planned.endpoint, deployment.endpoint],
      ['eid', planned.eid, deployment.eid],
      ['asset', planned.asset.address, end.asset],
      ['oft', planned.oft, end.oft],
      ['market', planned.market, place?.market],
    ] as const
    for (const [field, actual, expected] of fields) {
      if (!isSame(String(actual), String(expected))) throw new ForeignMoveError(`${name}.${field}`, actual, expected)
    }
  }
  check('source', plan.source)
  check('destination', plan.destination)
  if (route === undefined) throw unknown()
  // Who would be told that the router may act for the owner.
  const { authorization, source } = plan
  if (authorization.kind !== 'erc20' && !isSame(authorization.contract, source.market)) {
    throw new ForeignMoveError('authorization.contract', authorization.contract, source.market)
  }
  return route
}
