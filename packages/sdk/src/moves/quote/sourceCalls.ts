import * as MoveCalldata from '../MoveCalldata.ts'
import type { MoveParameters } from '../MoveIntent.ts'
import type { MovePlan } from '../MovePlan.ts'
import * as OperatorGrant from '../OperatorGrant.ts'
import type { SourceCall } from './simulateSource.ts'

/** What the owner would send at the source for a routed move: what a signature does as well is done by a call here. */

/** The calls that let the router take what it moves. */
export function allowing({ owner: from, authorization, source: { router } }: MovePlan): readonly SourceCall[] {
  if (authorization.kind !== 'erc20') {
    const data = OperatorGrant.encode(authorization, router, true)
    return [{ name: 'authorise', from, to: authorization.contract, data, value: 0n }]
  }
  const { token, amount } = authorization
  return [{ name: 'approve', from, to: token, data: MoveCalldata.encodeApprove(router, amount), value: 0n }]
}

/** The router's `send`. */
export function sending({ owner: from, source }: MovePlan, move: MoveParameters, value: bigint): SourceCall {
  return { name: 'send', from, to: source.router, data: MoveCalldata.encodeSend(move), value }
}
