import { zeroAddress } from 'viem'
import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Address } from '../../model/Hex.ts'
import type { RouterDeployment } from '../../model/Route.ts'
import { endpointsOf } from '../direct/endpointsOf.ts'
import type { MoveEnd, TrackedMove } from '../MoveIntent.ts'
import { UnknownRouteError } from '../PlanErrors.ts'
import { trackedMove } from '../trackedMove.ts'
import { isSame } from '../WhatIf.ts'
import { UnknownEidError } from './FindErrors.ts'
import { type FoundDirect, NO_DEADLINE, type Place } from './FoundMove.ts'

/**
 * A move without a router, with the contracts at both ends by the client's own routes. It has no id of its own on any chain: that of its
 * message stands for it, or its transaction's hash as long as it has none. No chain says either what it is to become.
 *
 * @throws UnknownEidError, UnknownRouteError
 */
export function toDirect(
  client: Pick<MarginContext, 'routers' | 'endpoints'>,
  { chain, deployment: source, routes }: Place,
  { dstEid, oft, recipient, amount, ...found }: FoundDirect,
): TrackedMove {
  const known = endpointsOf(client)
  const destination = known.find(({ eid }) => eid === dstEid)
  if (destination === undefined) {
    throw new UnknownEidError(
      dstEid,
      known.map(({ eid }) => eid),
    )
  }
  const pairs = routes.map(({ ends }) => ({
    here: ends.find(({ chainId, oft: one }) => chainId === chain.chainId && isSame(one, oft)),
    there: ends.find(({ chainId }) => chainId === destination.chainId),
  }))
  for (const { here, there } of pairs) {
    if (here === undefined || there === undefined) continue
    return trackedMove({
      ...found,
      version: 1,
      id: found.guid ?? found.hash,
      sourceChainId: chain.chainId,
      destinationChainId: destination.chainId,
      deadline: NO_DEADLINE,
      source: endOf(source, here.oft),
      destination: endOf(destination, there.oft),
      direct: {
        purpose: 'supply',
        recipient,
        assets: { source: here.asset, destination: there.asset },
        amount,
        done: {},
      },
    })
  }
  throw new UnknownRouteError(oft, chain.chainId, destination.chainId)
}

function endOf({ eid, endpoint }: RouterDeployment, oft: Address): MoveEnd {
  return { eid, endpoint, router: zeroAddress, oft }
}
