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
 * Logs of a contract within some blocks.
 *
 * @throws ChainUnavailableError
 */
export async function readLogs(
  chain: Ask.Chain,
  filter: {
    readonly address: Address
    readonly topics: readonly (Hex | readonly Hex[] | null)[]
    readonly fromBlock: bigint
    readonly toBlock: bigint
  },
  options: DeadlineOptions,
): Promise<readonly Log[]> {
  const { address, fromBlock, toBlock } = filter
  const topics = filter.topics.map((topic) => (Array.isArray(topic) ? [...topic] : topic)) as (Hex | Hex[] | null)[]
  const range = { fromBlock: numberToHex(fromBlock), toBlock: numberToHex(toBlock) }
  const logs: unknown = await Ask.request(
    chain,
    (signal) => chain.client.request({ method: 'eth_getLogs', params: [{ address, topics, ...range }] }, { signal }),
    options,
  )
  return logsOf(chain, logs).filter((log) => log.address.toLowerCase() === address.toLowerCase())
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
