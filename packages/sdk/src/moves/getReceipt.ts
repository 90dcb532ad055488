import { isHex, type Hex as ViemHex } from 'viem'
import type { Hex } from '../model/Hex.ts'
import type { DeadlineOptions } from '../reads/withDeadline.ts'
import * as Ask from './ask.ts'
import { CallRevertedError, ChainUnavailableError } from './MoveErrors.ts'
import type * as Revert from './Revert.ts'

/** What became of a transaction. */
export type Receipt = { readonly status: 'success' | 'reverted'; readonly blockNumber: bigint }

/**
 * The receipt of a transaction; `undefined` while it is in no block (or never will be).
 *
 * @throws ChainUnavailableError
 */
export async function getReceipt(chain: Ask.Chain, hash: Hex, options: DeadlineOptions): Promise<Receipt | undefined> {
  const receipt: unknown = await Ask.request(
    chain,
    (signal) => chain.client.request({ method: 'eth_getTransactionReceipt', params: [hash] }, { signal }),
    options,
  )
  if (receipt === null || receipt === undefined) return undefined
  const { status, blockNumber, transactionHash } = fieldsOf(receipt)
  const isOurs = typeof transactionHash === 'string' && transactionHash.toLowerCase() === hash.toLowerCase()
  if (!isOurs || (status !== '0x1' && status !== '0x0') || !isHex(blockNumber)) {
    throw new ChainUnavailableError(chain.chainId, 'the node answered something else than the receipt')
  }
  return { status: status === '0x1' ? 'success' : 'reverted', blockNumber: BigInt(blockNumber) }
}

/**
 * Why a transaction reverted, by running it once more on the state before its block. What other transactions of the block
 * did is missing from that state: the reason is a good guess, no proof.
 */
export async function explainRevert(
  chain: Ask.Chain,
  hash: Hex,
  { blockNumber }: Receipt,
  options: DeadlineOptions,
): Promise<Revert.Revert> {
  const unexplained: Revert.Revert = { name: 'unknown', reason: 'reverted for a reason that is not known', data: '0x' }
  const { client } = chain
  try {
    const sent: unknown = await Ask.request(
      chain,
      (signal) => client.request({ method: 'eth_getTransactionByHash', params: [hash] }, { signal }),
      options,
    )
    const { from, to, input, value, gas } = fieldsOf(sent)
    if (!isHex(from) || !isHex(to) || !isHex(input) || !isHex(value) || !isHex(gas)) return unexplained
    const before: ViemHex = `0x${(blockNumber - 1n).toString(16)}`
    const call = { from, to, data: input, value, gas }
    await Ask.request(
      chain,
      (signal) => client.request({ method: 'eth_call', params: [call, before] }, { signal }),
      options,
      'send',
    )
    return unexplained
  } catch (error) {
    return error instanceof CallRevertedError ? error.revert : unexplained
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
