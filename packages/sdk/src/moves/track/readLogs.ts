import { isAddress, isHex, numberToHex } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import { ChainUnavailableError } from '../MoveErrors.ts'

/** What a contract said. A hint: nothing is believed of it that storage does not prove. */
export type Log = {
  readonly address: Address
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly transactionHash: Hex
}

const MAX_LOGS = 10_000

/** Blocks whose logs are asked for at once: more than this many nodes refuse. */
export const LOG_PAGE = 10_000n

/**
 * The logs of a transaction; nothing while it is in no block.
 *
 * @throws ChainUnavailableError
 */
export async function readReceiptLogs(
  chain: Ask.Chain,
  hash: Hex,
  options: DeadlineOptions,
): Promise<{ readonly logs: readonly Log[]; readonly blockNumber: bigint } | undefined> {
  const receipt: unknown = await Ask.request(
    chain,
    (signal) => chain.client.request({ method: 'eth_getTransactionReceipt', params: [hash] }, { signal }),
    options,
  )
  if (receipt === null || receipt === undefined) return undefined
  const { logs, blockNumber, transactionHash } = Object(receipt)
  const isOurs = typeof transactionHash === 'string' && transactionHash.toLowerCase() === hash.toLowerCase()
  if (!isOurs || !isHex(blockNumber)) throw unfit(chain)
  return { logs: logsOf(chain, logs), blockNumber: BigInt(blockNumber) }
}

/**
 * Logs of a contract, or of some, within some blocks.
 *
 * @throws ChainUnavailableError
 */
export async function readLogs(
  chain: Ask.Chain,
  filter: {
    readonly address: Address | readonly Address[]
    readonly topics: readonly (Hex | readonly Hex[] | null)[]
    readonly fromBlock: bigint
    readonly toBlock: bigint
  },
  options: DeadlineOptions,
): Promise<readonly Log[]> {
  const { address, fromBlock, toBlock } = filter
  const speakers = typeof address === 'string' ? [address] : [...address]
  const topics = filter.topics.map((topic) => (Array.isArray(topic) ? [...topic] : topic)) as (Hex | Hex[] | null)[]
  const asked = typeof address === 'string' ? address : speakers
  const range = { fromBlock: numberToHex(fromBlock), toBlock: numberToHex(toBlock) }
  const logs: unknown = await Ask.request(
    chain,
    (signal) =>
      chain.client.request({ method: 'eth_getLogs', params: [{ address: asked, topics, ...range }] }, { signal }),
    options,
  )
  const isAsked = (log: Log) => speakers.some((speaker) => speaker.toLowerCase() === log.address.toLowerCase())
  return logsOf(chain, logs).filter(isAsked)
}

/** What is sought in the logs of a contract, or of some, from a block backwards. */
export type LogSearch<value> = {
  readonly address: Address | readonly Address[]
  readonly topics: readonly (Hex | readonly Hex[] | null)[]
  /** The last block that may hold it. */
  readonly toBlock: bigint
  /** How many pages of {@link LOG_PAGE} blocks are looked through at most. */
  readonly pages: number
  readonly match: (log: Log) => value | undefined
}

/**
 * The newest log that is what is sought, and from which block on was looked.
 *
 * @throws ChainUnavailableError
 */
export async function searchLogs<value>(
  chain: Ask.Chain,
  { address, topics, toBlock, pages, match }: LogSearch<value>,
  options: DeadlineOptions,
): Promise<{ readonly found: value | undefined; readonly fromBlock: bigint }> {
  let fromBlock = toBlock + 1n
  for (let page = 0; page < pages && fromBlock > 0n; page += 1) {
    const last = fromBlock - 1n
    fromBlock = last >= LOG_PAGE ? last - LOG_PAGE + 1n : 0n
    const logs = await readLogs(chain, { address, topics, fromBlock, toBlock: last }, options)
    for (const log of [...logs].reverse()) {
      const found = match(log)
      if (found !== undefined) return { found, fromBlock }
    }
  }
  return { found: undefined, fromBlock }
}

function logsOf(chain: Ask.Chain, logs: unknown): readonly Log[] {
  if (!Array.isArray(logs) || logs.length > MAX_LOGS) throw unfit(chain)
  return logs.map((log: unknown) => {
    const { address, topics, data, transactionHash } = Object(log)
    const isWhole =
      isAddress(address, { strict: false }) &&
      Array.isArray(topics) &&
      topics.every((topic) => isHex(topic)) &&
      isHex(data)
    if (!isWhole || !isHex(transactionHash)) throw unfit(chain)
    return { address, topics, data, transactionHash }
  })
}

function unfit({ chainId }: Ask.Chain): ChainUnavailableError {
  return new ChainUnavailableError(chainId, 'the node answered something else than logs')
}
