import { zeroAddress } from 'viem'
import * as MoveCalldata from '../MoveCalldata.ts'
import type { MoveParameters } from '../MoveIntent.ts'
import type { MovePlan } from '../MovePlan.ts'
import * as OperatorGrant from '../OperatorGrant.ts'
import { isSame } from '../WhatIf.ts'
import type { SourceCall } from './simulateSource.ts'

/** What the owner would send at the source for a routed move: what signatures do as well is done by calls here. */

/**
 * The calls that let the router take what it moves, its `send`, and the end of what outlasts that. Where the router may take it
 * already, `send` alone is needed.
 */
export function sourceCalls(plan: MovePlan, move: MoveParameters, value: bigint): readonly SourceCall[] {
  const send = sending(plan, move, value)
  const { owner: from, authorization, source } = plan
  if (authorization.kind !== 'erc20') {
    const own = (name: string, isGiven: boolean): SourceCall => {
      const data = OperatorGrant.encode(authorization, source.router, isGiven)
      return { name, from, to: authorization.contract, data, value: 0n }
    }
    return [own('authorise', true), send, own('revoke', false)]
  }
  const { token, amount } = authorization
  const data = MoveCalldata.encodeApprove(source.router, amount)
  return [{ name: 'approve', from, to: token, data, value: 0n }, send]
}

/** The router's `send`. */
export function sending({ owner: from, source }: MovePlan, move: MoveParameters, value: bigint): SourceCall {
  const call: SourceCall = { name: 'send', from, to: source.router, data: MoveCalldata.encodeSend(move), value }
  if (!isSame(move.recovery, zeroAddress)) return call
  // The router asks whoever has code for a recovery address.
  return { ...call, dataWithCode: MoveCalldata.encodeSend({ ...move, recovery: from }) }
}
