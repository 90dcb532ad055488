import type { Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import { getTransactionCount } from '../getTransaction.ts'
import type { DirectCall } from './DirectCalls.ts'
import type { Handed } from './DirectTrail.ts'
import { addressOf, type Sending } from './Sending.ts'
import { sentSince } from './sentSince.ts'
import { approvalTrace } from './traceOf.ts'

/** Whether a place is the one of the transaction, and not just the lowest that it may have taken. */
export function isExact({ isNamed, isPlaced }: Handed): boolean {
  return isNamed === true || isPlaced === true
}

/**
 * What took the place of a transaction that is in no block: the one that makes the same call, with more gas for instance; `other`
 * where it is none of them; nothing while the place is free, or nobody can tell.
 *
 * @throws ChainUnavailableError
 */
export async function replacementOf(
  sending: Sending,
  { step, call }: DirectCall<string>,
  handed: Handed,
  options: DeadlineOptions,
): Promise<Hex | 'other' | undefined> {
  const { chain } = sending
  const from = addressOf(sending)
  const trace = approvalTrace(from, call) ?? sending.traceOf(step)
  const isUsed = async (at: bigint | 'latest') => (await getTransactionCount(chain, from, at, options)) > handed.nonce
  if (trace === undefined || !(await isUsed('latest'))) return undefined
  const { block } = await Ask.snapshot(chain, [], options)
  if (!(await isUsed(block.number))) return undefined
  const nonce = isExact(handed) ? handed.nonce : undefined
  const found = await sentSince(
    chain,
    { from, call, trace, since: handed.since, toBlock: block.number, nonce },
    options,
  )
  return found ?? (nonce === undefined ? undefined : 'other')
}
