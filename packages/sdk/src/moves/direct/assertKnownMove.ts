import type { MarginContext } from '../../adapter/MarginContext.ts'
import { ForeignMoveError } from '../MoveErrors.ts'
import { isSame } from '../WhatIf.ts'
import { endpointsOf } from './endpointsOf.ts'
import type { DirectMove } from './PreparedDirect.ts'

/**
 * Holds the contracts of a direct move against the client's own configuration: a move may come from a store, and what they say would be
 * believed about what has arrived.
 *
 * @throws ForeignMoveError
 */
export function assertKnownMove(
  client: Pick<MarginContext, 'routers' | 'endpoints' | 'routes'>,
  { source, destination, sourceChainId, destinationChainId, direct }: DirectMove,
): void {
  const sides = [
    ['source', sourceChainId, source, direct.assets.source],
    ['destination', destinationChainId, destination, direct.assets.destination],
  ] as const
  const route = client.routes.find(({ ends }) =>
    sides.every(([, of, { oft }]) => ends.some((end) => end.chainId === of && isSame(end.oft, oft))),
  )
  if (route === undefined) throw new ForeignMoveError('oft', `${source.oft}, ${destination.oft}`, undefined)
  for (const [name, of, end, asset] of sides) {
    const known = endpointsOf(client).find(({ chainId }) => chainId === of)
    const fields = [
      ['endpoint', end.endpoint, known?.endpoint],
      ['eid', end.eid, known?.eid],
      ['asset', asset, route.ends.find(({ chainId }) => chainId === of)?.asset],
    ] as const
    for (const [field, actual, expected] of fields) {
      if (!isSame(String(actual), String(expected))) throw new ForeignMoveError(`${name}.${field}`, actual, expected)
    }
  }
}
