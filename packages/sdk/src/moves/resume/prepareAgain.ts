import type { PullAuthorization } from '../../adapter/ProtocolAdapter.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import * as Leave from '../Leave.ts'
import * as MoveCalldata from '../MoveCalldata.ts'
import type { MoveCall, PreparedMove } from '../MoveIntent.ts'
import * as OperatorGrant from '../OperatorGrant.ts'
import * as PermitTypedData from '../PermitTypedData.ts'

/**
 * The same move, made ready for signing by what its market says now: nonces of signatures may have been used since, and an
 * approval may be there already.
 *
 * @throws CallRevertedError, ChainUnavailableError, PermitUnavailableError
 */
export async function prepareAgain(
  source: Ask.Chain,
  prepared: PreparedMove,
  options: DeadlineOptions,
): Promise<{ readonly prepared: PreparedMove; readonly isGiven: boolean }> {
  const { intent, approval, simulation } = prepared
  const { asset, marketId } = intent.move
  const { owner } = intent
  const { router } = intent.source
  const leave = Leave.read(authorizationOf(prepared), { owner, router, asset, marketId })
  const { results } = await Ask.snapshot(source, [leave], options)
  const { isGiven, terms } = Ask.answerOf(source, 'authorization', results[0])
  // What was authorised for this move is taken back after it, so that it stays what it was.
  if (approval === 'none' || approval === 'approve') return { prepared, isGiven }
  if (isGiven) {
    const data = MoveCalldata.encodeSend(intent.move)
    const call: MoveCall = { chainId: source.chainId, to: router, data, value: intent.value }
    return { prepared: { intent, simulation, approval: 'none', call }, isGiven }
  }
  if (terms.kind === 'operator') {
    return {
      prepared: { intent, simulation, approval: 'grant', grant: OperatorGrant.build(intent, terms.standing) },
      isGiven,
    }
  }
  if (approval !== 'permit') return { prepared, isGiven }
  const permit = PermitTypedData.build(intent, prepared.permit.domain, Ask.answerOf(source, 'nonces', terms.permit))
  return { prepared: { intent, simulation, approval: 'permit', permit }, isGiven }
}

function authorizationOf(prepared: PreparedMove): PullAuthorization {
  const { authorization } = prepared.intent
  if (authorization.kind !== 'erc20' || prepared.approval !== 'permit') return authorization
  const { name, version } = prepared.permit.domain
  return { ...authorization, permit: { name, version } }
}
