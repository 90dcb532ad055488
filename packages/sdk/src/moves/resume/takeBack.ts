import type { MarginContext } from '../../adapter/MarginContext.ts'
import * as Ask from '../ask.ts'
import { getReceipt } from '../getReceipt.ts'
import { getTransaction } from '../getTransaction.ts'
import * as Leave from '../Leave.ts'
import { PendingTransactionsError } from '../ResumeErrors.ts'
import { included } from '../send/included.ts'
import { submit } from '../send/submit.ts'
import { finished } from './finished.ts'
import type { KeptMove } from './KeptMove.ts'
import type { ResumeMovesParameters } from './ResumeMovesParameters.ts'
import { senderOf } from './senderOf.ts'

/** Takes back what was authorised for a move that needs it no more. Gives whether there was something to see to. */
export async function takeBack(
  client: MarginContext,
  { prepared, steps, isRevoked }: KeptMove,
  parameters: ResumeMovesParameters,
): Promise<boolean> {
  if (prepared?.approval !== 'approve' || prepared.revoke === undefined) return false
  if (isRevoked || steps.approve === undefined) return false
  const { sender, assertCanSign } = await senderOf(client, prepared.intent, parameters)
  const { source, intent, options, journal } = sender
  const { owner, authorization } = intent
  const { router } = intent.source
  const { results } = await Ask.snapshot(source, [Leave.readIsGiven(authorization, owner, router)], options)
  if (Ask.answerOf(source, 'authorization', results[0])) {
    if ((await finished(sender, 'revoke', steps.revoke)) !== undefined) return true
    await assertCanSign()
    await included(sender, 'revoke', await submit(sender, 'revoke', prepared.revoke))
    return true
  }
  const { hash } = steps.approve
  const isWaiting =
    (await getReceipt(source, hash, options)) === undefined &&
    (await getTransaction(source, hash, options)) !== undefined
  if (isWaiting) throw new PendingTransactionsError(owner, source.chainId, 1)
  await journal?.append(intent.id, { state: 'revoke-needless' })
  return true
}
