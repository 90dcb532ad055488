import type { MarginContext } from '../adapter/MarginContext.ts'
import { ForeignMoveError } from './MoveErrors.ts'
import type { MoveIntent } from './MoveIntent.ts'
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
  for (const [name, chainId, end, market] of [
    ['source', sourceChainId, intent.source, move.market],
    ['destination', destinationChainId, intent.destination, move.dstMarket],
  ] as const) {
    const deployments = routers.filter((deployment) => deployment.chainId === chainId)
    const ends = routes.flatMap((route) => route.ends).filter((candidate) => candidate.chainId === chainId)
    const markets = adapters.map((adapter) => adapter.market).filter((candidate) => candidate.chainId === chainId)
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
      markets.map(({ id }) => id),
    )
  }
  check('move.dstEid', move.dstEid, [intent.destination.eid])
}
