import { type Client, numberToHex } from 'viem'
import { isUnimarginError } from '../errors/BaseError.ts'
import { reasonOf } from '../errors/reasonOf.ts'
import type { Block, Finality } from '../model/Block.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { ReadFailure, ReadResult } from '../model/ReadResult.ts'
import * as Aggregate from './Aggregate.ts'
import type { ContractCall } from './Read.ts'
import * as SnapshotHead from './SnapshotHead.ts'
import type { DisputedError } from './transport/QuorumErrors.ts'
import type { QuorumValue } from './transport/QuorumValue.ts'

/** Where Multicall3 is on most chains, unless the client's chain says otherwise. */
export const MULTICALL3: Address = '0xcA11bde05977b3631167028862bE2a173976CA11'

/**
 * Which block to read: the latest (or the latest that is as final as asked), a numbered one, or exactly the one with a
 * hash, if it is canonical.
 */
export type BlockChoice =
  | { readonly finality?: Finality | undefined; readonly blockNumber?: undefined; readonly blockHash?: undefined }
  | { readonly blockNumber: bigint | undefined; readonly blockHash?: undefined }
  | { readonly blockHash: Hex; readonly blockNumber?: undefined }

/** A failure of a whole answer. A contract cannot cause it. */
export type AnswerFailure = Exclude<ReadFailure, { readonly status: 'reverted' }>

/** What one request brought: the block that it proves to be of, and one result per call. */
export type Answer =
  | { readonly status: 'read'; readonly block: Block; readonly results: readonly ReadResult<Hex>[] }
  | AnswerFailure

/**
 * Sends calls in one `eth_call` to Multicall3, led by the snapshot's head, and believes nothing of the answer unless all
 * of it is well formed and of the expected chain and block. Never throws for what a node does.
 */
export async function requestCalls(
  client: Client,
  parameters: {
    readonly chainId: number
    readonly calls: readonly ContractCall[]
    readonly at: BlockChoice
    readonly maxBytes?: number | undefined
    readonly signal: AbortSignal
  },
): Promise<Answer> {
  const { chainId, at, signal } = parameters
  const to = client.chain?.contracts?.multicall3?.address ?? MULTICALL3
  const head = SnapshotHead.read(chainId, to)
  const calls = [...head.calls, ...parameters.calls]
  const data = Aggregate.encode(calls)
  const answer = await ethCall(client, { to, data, at, signal })
  if (answer.status !== 'ok') return answer
  const results = Aggregate.decode(answer.value, calls.length, parameters.maxBytes)
  if (results.status !== 'ok') return results
  const block = head.decode(results.value.slice(0, head.calls.length))
  if (block.status !== 'ok') return { status: 'unavailable', reason: 'reason' in block ? block.reason : 'no block' }
  if (at.blockNumber !== undefined && at.blockNumber !== block.value.number) {
    return { status: 'unavailable', reason: `the node answered for block ${block.value.number}, not ${at.blockNumber}` }
  }
  const hash = at.blockHash ?? agreedHash(client, block.value.number)
  return {
    status: 'read',
    block: hash === undefined ? block.value : { ...block.value, hash },
    results: results.value.slice(head.calls.length),
  }
}

/** The hash by which a quorum has just read this block. */
function agreedHash({ transport }: Client, number: bigint): Hex | undefined {
  const quorum: QuorumValue['quorum'] = transport.quorum
  return quorum?.hashOf(number)
}

/** Straight to the node: viem's own `call` would follow CCIP-Read to any URL that the node names. */
async function ethCall(
  client: Client,
  {
    to,
    data,
    at,
    signal,
  }: { readonly to: Address; readonly data: Hex; readonly at: BlockChoice; readonly signal: AbortSignal },
): Promise<{ readonly status: 'ok'; readonly value: unknown } | AnswerFailure> {
  const block =
    at.blockHash !== undefined
      ? { blockHash: at.blockHash, requireCanonical: true }
      : at.blockNumber !== undefined
        ? numberToHex(at.blockNumber)
        : 'finality' in at
          ? (at.finality ?? 'latest')
          : 'latest'
  try {
    return {
      status: 'ok',
      value: await client.request({ method: 'eth_call', params: [{ to, data }, block] }, { signal }),
    }
  } catch (error) {
    const dispute = disputeIn(error)
    return dispute === undefined
      ? { status: 'unavailable', reason: reasonOf(error) }
      : { status: 'disputed', reason: dispute.shortMessage, witnesses: dispute.witnesses }
  }
}

const MAX_CAUSES = 8

/** By its name, so that who has no quorum does not load one. */
function isDispute(error: unknown): error is DisputedError {
  return isUnimarginError(error) && error.name === 'DisputedError'
}

/** A quorum's dispute, however deep viem has packed it. */
function disputeIn(error: unknown): DisputedError | undefined {
  for (let [cause, depth] = [error, 0]; cause instanceof Error && depth < MAX_CAUSES; depth += 1) {
    if (isDispute(cause)) return cause
    cause = cause.cause
  }
  return undefined
}
