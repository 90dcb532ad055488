import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import { getReceipt } from '../getReceipt.ts'
import { getTransaction, getTransactionCount } from '../getTransaction.ts'
import { WalletFailedError } from '../SigningErrors.ts'
import type { Finished } from '../send/carryOut.ts'
import { included } from '../send/included.ts'
import type { KeptTransaction } from '../send/noted.ts'
import type { MoveStep, Sender } from '../send/Sender.ts'
import { broadcast } from '../send/submit.ts'
import { assertKept } from './assertKept.ts'

/**
 * Brings a transaction to its end that was signed before: what is in no block yet is handed to the chain's node once more, byte
 * by byte the same, and waited for. Nothing where it cannot be included any more, or nobody knows it and the bytes were not kept.
 *
 * @throws CalldataMismatchError when what was kept is not a transaction of the move.
 * @throws CallRevertedError, NotIncludedError, WalletFailedError, ChainUnavailableError
 */
export async function finished(
  sender: Sender,
  step: MoveStep,
  kept: KeptTransaction | undefined,
): Promise<Finished | undefined> {
  if (kept === undefined) return undefined
  const { source, options } = sender
  const { hash, transaction, raw } = kept
  const receipt = await getReceipt(source, hash, options)
  // What failed around the move is tried anew; the move itself has failed.
  if (receipt?.status === 'reverted' && step !== 'send') return undefined
  if (receipt === undefined) {
    if (await isPassed(sender, transaction, options)) return undefined
    const isKnown = (await getTransaction(source, hash, options)) !== undefined
    if (!isKnown && raw === undefined) return undefined
    if (!isKnown && raw !== undefined) {
      await assertKept({ hash, raw }, step, sender.intent)
      await again(sender, step, { ...kept, raw })
    }
  }
  return { hash, minedIn: await included(sender, step, hash) }
}

/** Another transaction took its place. */
async function isPassed(
  { source }: Sender,
  transaction: KeptTransaction['transaction'],
  options: DeadlineOptions,
): Promise<boolean> {
  if (transaction === undefined) return false
  return (await getTransactionCount(source, transaction.from, 'latest', options)) > transaction.nonce
}

async function again(sender: Sender, step: MoveStep, kept: Parameters<typeof broadcast>[2]): Promise<void> {
  const { source, options } = sender
  try {
    await broadcast({ ...sender, client: source.client }, step, kept)
  } catch (error) {
    // Somebody else was faster: the node has it.
    const isThere = async () =>
      (await getReceipt(source, kept.hash, options)) !== undefined ||
      (await getTransaction(source, kept.hash, options)) !== undefined
    if (!(error instanceof WalletFailedError) || !(await isThere())) throw error
  }
}
