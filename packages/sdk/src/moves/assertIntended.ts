import * as MoveCalldata from './MoveCalldata.ts'
import type { PreparedMove } from './MoveIntent.ts'

/**
 * Holds every call and everything to be signed of a prepared move against its intent.
 *
 * @throws CalldataMismatchError
 */
export function assertIntended(prepared: PreparedMove): void {
  const { intent } = prepared
  if (prepared.approval === 'permit') {
    MoveCalldata.assertPermit(prepared.permit, intent)
  } else if (prepared.approval === 'grant') {
    MoveCalldata.assertOperator(prepared.grant, intent)
  } else {
    MoveCalldata.assertSend(prepared.call, intent)
  }
  if (prepared.approval !== 'approve') return
  MoveCalldata.assertApprove(prepared.approve, intent)
  if (prepared.revoke !== undefined) MoveCalldata.assertRevoke(prepared.revoke, intent)
}
