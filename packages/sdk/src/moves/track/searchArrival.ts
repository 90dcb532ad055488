import { numberToHex } from 'viem'
import { AbortedError } from '../../errors/AbortedError.ts'
import type { Block } from '../../model/Block.ts'
import { findBlockAt } from '../../reads/findBlockAt.ts'
import { type DeadlineOptions, withDeadline } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import { LOG_PAGE, type LogSearch, readLogs, readReceiptLogs, searchLogs } from './readLogs.ts'

/** Pages that are looked through from the sending on, and as many from the head backwards. */
const PAGES = 20
/** Seconds that the clock of one chain may be ahead of the other's: sequencers may set it off by up to half an hour. */
const CLOCKS = 1_800n

type Search<value> = Pick<LogSearch<value>, 'address' | 'topics' | 'match'>

/** What was found in the logs of the destination; or, in words, the blocks that do not have it. */
export type Arrival<value> = { readonly found: value } | { readonly found: undefined; readonly looked: string }

/**
 * Looks for what a message has done on the destination. That is no older than its sending, and most often soon after it: it is
 * looked for from there on, however long ago that was, and then from the head backwards. Where the source does not tell when it
 * was sent, only the latter.
 *
 * @throws ChainUnavailableError when the destination does not give its logs.
 */
export async function searchArrival<value>(
  chains: { readonly source: Ask.Chain; readonly destination: Ask.Chain },
  move: TrackedMove,
  head: Block,
  search: Search<value>,
  options: DeadlineOptions,
): Promise<Arrival<value>> {
  const { destination } = chains
  const start = await startOf(chains, move, head, options)
  let next = start ?? 0n
  for (let page = 0; start !== undefined && page < PAGES && next <= head.number; page += 1) {
    const end = next + LOG_PAGE - 1n
    const toBlock = end < head.number ? end : head.number
    const { address, topics, match } = search
    const logs = await readLogs(destination, { address, topics, fromBlock: next, toBlock }, options)
    for (const log of logs) {
      const found = match(log)
      if (found !== undefined) return { found }
    }
    next = toBlock + 1n
  }
  const forward = start === undefined ? [] : [`${start} to ${next - 1n}`]
  const pages = Math.min(PAGES, Number((head.number - next + LOG_PAGE) / LOG_PAGE))
  if (pages === 0) return { found: undefined, looked: forward.join(' and ') }
  const { found, fromBlock } = await searchLogs(destination, { ...search, toBlock: head.number, pages }, options)
  if (found !== undefined) return { found }
  return { found: undefined, looked: [...forward, `${fromBlock} to ${head.number}`].join(' and ') }
}

/** The destination's block of the time at which the source's transaction was mined, or one before; nothing where nobody tells. */
async function startOf(
  { source, destination }: { readonly source: Ask.Chain; readonly destination: Ask.Chain },
  move: TrackedMove,
  head: Block,
  options: DeadlineOptions,
): Promise<bigint | undefined> {
  try {
    const sentAt = await timeOf(source, move, options)
    if (sentAt === undefined || sentAt <= CLOCKS) return undefined
    const time = sentAt - CLOCKS
    if (head.timestamp <= time) return undefined
    const find = (signal: AbortSignal) => findBlockAt(destination.client, { head, time, signal })
    const found = await withDeadline(find, options)
    return found.status === 'ok' ? found.value : undefined
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return undefined
  }
}

/** When a move was mined. Its receipt says the block; where it was first seen otherwise may be much later. */
async function timeOf(chain: Ask.Chain, move: TrackedMove, options: DeadlineOptions): Promise<bigint | undefined> {
  const receipt = move.hash === undefined ? undefined : await readReceiptLogs(chain, move.hash, options)
  const number = receipt?.blockNumber ?? move.minedIn
  if (number === undefined) return undefined
  const params: [`0x${string}`, boolean] = [numberToHex(number), false]
  const block: unknown = await Ask.request(
    chain,
    (signal) => chain.client.request({ method: 'eth_getBlockByNumber', params }, { signal }),
    options,
  )
  const { timestamp } = Object(block)
  return typeof timestamp === 'string' && /^0x[0-9a-fA-F]{1,16}$/.test(timestamp) ? BigInt(timestamp) : undefined
}
