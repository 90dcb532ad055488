import type { Address, Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import { getTransaction, type KnownTransaction } from '../getTransaction.ts'
import { LOG_PAGE, readLogs } from '../track/readLogs.ts'
import type { Trace } from './Sending.ts'

/** A call that an account may have made, as far as it is known, and where it is looked for. */
export type Sought = {
  /** Who has sent it; a batch may be brought by anybody. */
  readonly from?: Address | undefined
  /** What of it is known; or what tells it. */
  readonly call:
    | { readonly to?: Address | undefined; readonly data?: Hex | undefined }
    | ((sent: KnownTransaction) => boolean)
  readonly trace: Trace
  /** The newest block when it was handed over: what is there already is of another move. */
  readonly since: bigint
  readonly toBlock: bigint
  /** As which of the account's transactions, where that is known. */
  readonly nonce?: bigint | undefined
}

/**
 * The transaction in which an account made a call, found by what it left in the logs.
 *
 * @throws ChainUnavailableError when the chain does not give its logs.
 */
export async function sentSince(chain: Ask.Chain, sought: Sought, options: DeadlineOptions): Promise<Hex | undefined> {
  const { trace, since, toBlock } = sought
  for (let fromBlock = since + 1n; fromBlock <= toBlock; fromBlock += LOG_PAGE) {
    const last = fromBlock + LOG_PAGE - 1n
    const filter = { address: trace.address, topics: trace.topics, fromBlock, toBlock: last < toBlock ? last : toBlock }
    const logs = await readLogs(chain, filter, options)
    for (const { transactionHash } of logs.filter(trace.match)) {
      const sent = await getTransaction(chain, transactionHash, options)
      if (sent !== undefined && isSought(sent, sought)) return transactionHash
    }
  }
  return undefined
}

function isSought(sent: KnownTransaction, { from, call, nonce }: Sought): boolean {
  const is = (actual: Hex | undefined, expected: Hex | undefined) =>
    expected === undefined || actual?.toLowerCase() === expected.toLowerCase()
  const isThere = nonce === undefined || sent.nonce === nonce
  const isCall = typeof call === 'function' ? call(sent) : is(sent.to, call.to) && is(sent.input, call.data)
  return isThere && is(sent.from, from) && isCall
}
