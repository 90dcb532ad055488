import type { MarginContext } from '../adapter/MarginContext.ts'
import { ForeignMoveError } from './MoveErrors.ts'
import type { MoveIntent } from './MoveIntent.ts'
import { placeOf } from './placeOf.ts'
import { isSame } from './WhatIf.ts'

/**
 * Holds the contracts of an intent against the client's own configuration, as `assertKnownRoute` does for a plan: a
 * prepared move may come from a store.
 *
 * @throws ForeignMoveError
 */
export function assertKnownIntent(
  { routers, routes, adapters }: Pick<MarginContext, 'routers' | 'routes' | 'adapters'>,
  intent: MoveIntent,
): void {
  const { move, sourceChainId, destinationChainId } = intent
  const check = (field: string, actual: string | number, known: readonly (string | number)[]): void => {
    if (!known.some((candidate) => isSame(String(candidate), String(actual)))) {
      throw new ForeignMoveError(field, actual, known.join(', '))
    }
  }
  for (const [name, chainId, end, market, marketId] of [
    ['source', sourceChainId, intent.source, move.market, move.marketId],
    ['destination', destinationChainId, intent.destination, move.dstMarket, move.dstMarketId],
  ] as const) {
    const deployments = routers.filter((deployment) => deployment.chainId === chainId)
    const ends = routes.flatMap((route) => route.ends).filter((candidate) => candidate.chainId === chainId)
    const places = adapters.filter((adapter) => adapter.market.chainId === chainId).map(placeOf)
    check(
      `${name}.router`,
      end.router,
      deployments.map(({ router }) => router),
    )
    check(
      `${name}.eid`,
      end.eid,
      deployments.map(({ eid }) => eid),
    )
    check(
      `${name}.oft`,
      end.oft,
      ends.map(({ oft }) => oft),
    )
    check(
      `${name}.market`,
      market,
      places.map((place) => place.market),
    )
    check(
      `${name}.marketId`,
      marketId,
      places.filter((place) => isSame(place.market, market)).map((place) => place.marketId),
    )
  }
  const { authorization } = intent
  // Who would be told that the router may act for the owner.
  if (authorization.kind !== 'erc20') check('authorization.contract', authorization.contract, [move.market])
  check('move.dstEid', move.dstEid, [intent.destination.eid])
}
