import { isAddress, isHex, numberToHex } from 'viem'
import type { Address, Hex } from '../model/Hex.ts'
import type { DeadlineOptions } from '../reads/withDeadline.ts'
import * as Ask from './ask.ts'
import { ChainUnavailableError } from './MoveErrors.ts'

export type KnownTransaction = {
  readonly from: Address
  readonly nonce: bigint
  readonly to: Hex | undefined
  readonly input: Hex | undefined
}

/**
 * Who sent a transaction, as which of theirs, and what it calls; nothing when the node does not have it.
 *
 * @throws ChainUnavailableError
 */
export async function getTransaction(
  chain: Ask.Chain,
  hash: Hex,
  options: DeadlineOptions,
): Promise<KnownTransaction | undefined> {
  const answer: unknown = await Ask.request(
    chain,
    (signal) => chain.client.request({ method: 'eth_getTransactionByHash', params: [hash] }, { signal }),
    options,
  )
  if (answer === null || answer === undefined) return undefined
  const { from, nonce, to, input, hash: own } = Object(answer)
  const isOurs = typeof own === 'string' && own.toLowerCase() === hash.toLowerCase()
  if (!isOurs || !isAddress(from, { strict: false }) || !isQuantity(nonce)) {
    throw new ChainUnavailableError(chain.chainId, 'the node answered something else than the transaction')
  }
  return { from, nonce: BigInt(nonce), to: isHex(to) ? to : undefined, input: isHex(input) ? input : undefined }
}

/**
 * How many transactions of an account are in blocks up to one.
 *
 * @throws ChainUnavailableError
 */
export async function getTransactionCount(
  chain: Ask.Chain,
  account: Address,
  block: bigint | 'latest',
  options: DeadlineOptions,
): Promise<bigint> {
  const answer: unknown = await Ask.request(
    chain,
    (signal) =>
      chain.client.request(
        { method: 'eth_getTransactionCount', params: [account, block === 'latest' ? block : numberToHex(block)] },
        { signal },
      ),
    options,
  )
  if (!isQuantity(answer)) {
    throw new ChainUnavailableError(chain.chainId, 'the node answered something else than a number of transactions')
  }
  return BigInt(answer)
}

function isQuantity(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x[0-9a-fA-F]{1,16}$/.test(value)
}
