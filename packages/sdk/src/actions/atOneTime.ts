import type { MarginContext } from '../adapter/MarginContext.ts'
import { RequestTimeoutError } from '../errors/RequestTimeoutError.ts'
import { findBlockAt } from '../reads/findBlockAt.ts'
import type { AnswerFailure } from '../reads/requestCalls.ts'
import { withDeadline } from '../reads/withDeadline.ts'
import { type ChainOutcome, type ReadOutcome, unreadOutcome } from './readChain.ts'

/**
 * Chooses the time of the oldest fresh head, and reads each chain that is younger again, at its last block up to that time.
 * A chain that stands still does not hold the others back: it stays at its own block, and is flagged.
 */
export async function atOneTime(
  context: MarginContext,
  heads: readonly ChainOutcome[],
  {
    read,
    left,
    signal,
  }: {
    readonly read: (chain: ChainOutcome['chain'], blockNumber: bigint) => Promise<ChainOutcome>
    /** Milliseconds until the deadline. */
    readonly left: () => number
    readonly signal: AbortSignal | undefined
  },
): Promise<readonly ChainOutcome[]> {
  const time = timeOf(heads)
  if (time === undefined) return heads
  return Promise.all(
    heads.map(async (head) => {
      if (head.status !== 'read' || head.block.timestamp <= time) return head
      const client = context.getClient(head.chain.id)
      const find = (inner: AbortSignal) => findBlockAt(client, { head: head.block, time, signal: inner })
      const found = await withDeadline(find, { timeout: left(), signal }).catch(late)
      if (found.status !== 'ok') return unreadOutcome(head, found, head.readAt)
      const outcome = await read(head.chain, found.value)
      // What is doubtful about the chain's head is so about a block that was chosen for its age as well.
      return outcome.status === 'read' ? { ...outcome, flags: head.flags } : outcome
    }),
  )
}

function timeOf(heads: readonly ChainOutcome[]): bigint | undefined {
  const isFresh = ({ flags }: ReadOutcome) => !flags.some(({ kind }) => kind === 'stale-head')
  return heads
    .flatMap((head) => (head.status === 'read' && isFresh(head) ? [head.block.timestamp] : []))
    .reduce<bigint | undefined>((least, time) => (least === undefined || time < least ? time : least), undefined)
}

function late(error: unknown): AnswerFailure {
  if (error instanceof RequestTimeoutError) return { status: 'unavailable', reason: error.shortMessage }
  throw error
}
