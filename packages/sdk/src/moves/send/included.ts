import { AbortedError } from '../../errors/AbortedError.ts'
import type { Hex } from '../../model/Hex.ts'
import { sleep } from '../../reads/sleep.ts'
import { DEFAULT_TIMEOUT, type DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import { explainRevert, getReceipt } from '../getReceipt.ts'
import { CallRevertedError } from '../MoveErrors.ts'
import type { MoveIntent, TrackedMove } from '../MoveIntent.ts'
import * as RouterReads from '../RouterReads.ts'
import { NotIncludedError } from '../SigningErrors.ts'
import { learnt, stateOfStep } from './noted.ts'
import type { MoveStep, Sender } from './Sender.ts'

/** Milliseconds to wait for a transaction to be included, unless told otherwise. */
export const DEFAULT_INCLUSION_TIMEOUT = 180_000

/** What the router knows of a move. */
export type Sent = Pick<TrackedMove, 'guid' | 'nonce' | 'minedIn'>

/**
 * Waits for the receipt, or, when the transaction was replaced, for what the router knows of the move. Gives the block, and
 * writes down how it ended.
 *
 * @throws CallRevertedError, NotIncludedError, AbortedError
 */
export async function included(sender: Sender, step: MoveStep, hash: Hex): Promise<bigint | undefined> {
  const { source, intent, options } = sender
  const { signal, timeout = DEFAULT_TIMEOUT, inclusionTimeout = DEFAULT_INCLUSION_TIMEOUT } = options
  const interval = Math.min(source.client.pollingInterval, 4_000)
  const end = Date.now() + inclusionTimeout
  // No look may take longer than what is left.
  const within = () => ({ signal, timeout: Math.max(1, Math.min(timeout, end - Date.now())) })
  do {
    const receipt = await tolerant(() => getReceipt(source, hash, within()))
    if (receipt?.status === 'success') {
      if (step !== 'send') await sender.journal?.append(intent.id, ended(step, 'mined', hash, receipt.blockNumber))
      return receipt.blockNumber
    }
    if (receipt?.status === 'reverted') {
      // Another transaction may have carried it: the router takes an id once, and this one came too late.
      const other = async () => (step === 'send' ? sentOf(source, intent, within()) : undefined)
      const asked = await tolerant(async () => ({ sent: await other() }))
      if (asked?.sent !== undefined) return asked.sent.minedIn
      const revert = await explainRevert(source, hash, receipt, options)
      const failed = ended(step, 'failed', hash, receipt.blockNumber)
      await tolerant(async () => {
        // As long as the router was not asked, nobody knows that the move has failed.
        if (asked === undefined) return
        await sender.journal?.append(intent.id, { ...failed, data: { ...failed.data, reason: revert.reason } })
      })
      throw new CallRevertedError({ chainId: source.chainId, call: step, revert, hash })
    }
    const sent = step === 'send' ? await tolerant(() => sentOf(source, intent, within())) : undefined
    if (sent !== undefined) return sent.minedIn
    await sleep(interval, signal)
  } while (Date.now() < end)
  throw new NotIncludedError(hash, step, inclusionTimeout)
}

function ended(step: MoveStep, progress: 'mined' | 'failed', hash: Hex, minedIn: bigint) {
  return { state: stateOfStep(step, progress), data: learnt({ hash, minedIn }) }
}

/** What the router knows of a move; nothing where it does not. */
export async function sentOf(
  source: Ask.Chain,
  intent: MoveIntent,
  options: DeadlineOptions,
): Promise<Sent | undefined> {
  const read = RouterReads.sentMove(intent.source.router, intent.owner, intent.id)
  const { results, block } = await Ask.snapshot(source, [read], options)
  const { guid, nonce } = Ask.answerOf(source, 'sentMove', results[0])
  return BigInt(guid) === 0n ? undefined : { guid, nonce, minedIn: block.number }
}

/** Whether the router knows a move, or nobody can say that it does not. */
export async function maybeSent(source: Ask.Chain, intent: MoveIntent, options: DeadlineOptions): Promise<boolean> {
  try {
    return (await sentOf(source, intent, options)) !== undefined
  } catch {
    return true
  }
}

/** After a transaction was sent, a node that stumbles is no reason to give up on it. */
export async function tolerant<value>(read: () => Promise<value>): Promise<value | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return undefined
  }
}
