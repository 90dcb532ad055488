import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Hex } from '../../model/Hex.ts'
import { batchStatus } from '../direct/batchStatus.ts'
import { BatchFailedError } from '../direct/DirectErrors.ts'
import type { MoveIntent } from '../MoveIntent.ts'
import { PendingBatchError } from '../ResumeErrors.ts'
import { failUnsent } from '../send/failUnsent.ts'
import { maybeSent } from '../send/included.ts'
import { ask } from '../send/Sender.ts'
import type { ResumeMovesParameters } from './ResumeMovesParameters.ts'
import { senderOf } from './senderOf.ts'

/**
 * What became of a batch that an earlier run handed to a wallet, and that the router does not know yet: its transaction, or that it has
 * failed and was written down so. Nothing is sent beside it.
 *
 * @throws PendingBatchError while nobody tells; WalletFailedError, WrongAccountError, ForeignMoveError
 */
export async function endOfBatch(
  client: MarginContext,
  { intent, batch }: { readonly intent: MoveIntent; readonly batch: string },
  parameters: ResumeMovesParameters,
): Promise<{ readonly hash: Hex } | { readonly error: unknown }> {
  const { wallet, sender } = await senderOf(client, intent, parameters)
  const status = wallet === undefined ? undefined : await ask('batch', () => batchStatus(wallet, batch))
  if (status?.kind === 'included' && status.hash !== undefined) return { hash: status.hash }
  if (status?.kind === 'failed' && !(await maybeSent(sender.source, intent, parameters))) {
    const error = new BatchFailedError(status.code)
    if (await failUnsent(parameters.journal, intent.id, error, false)) return { error }
  }
  throw new PendingBatchError(batch, intent.sourceChainId)
}
