import type { Client } from 'viem'
import type { Block } from '../model/Block.ts'
import type { Hex } from '../model/Hex.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import type { ContractCall } from './Read.ts'
import { type Answer, type BlockChoice, requestCalls } from './requestCalls.ts'

/**
 * Calls that one request carries unless told otherwise. Public nodes let an `eth_call` use 30 million gas at least, which is
 * 30,000 per call. Measured with real protocols the mean is 10,000 to 12,000: a single call may take 100,000 (the first that
 * accrues interest in a Compound V2 market), but each such is one among many that are cheap. What is left is for oracles and
 * proxies that are dearer elsewhere. A body of a thousand calls has about half a megabyte.
 */
export const MAX_CALLS = 1_000

/** Requests that one snapshot has open at a time: nodes limit them, and browsers give six per host. */
const MAX_PARALLEL = 4

type Parameters = {
  readonly chainId: number
  readonly calls: readonly ContractCall[]
  readonly at: BlockChoice
  readonly maxBytes?: number | undefined
  readonly maxCalls?: number | undefined
  readonly signal: AbortSignal
}

/**
 * Sends calls in as few requests as the size limit allows. The first one decides which block is read; the others ask for the
 * very same, each with the whole proof of chain and block. One that fails takes down nothing but its own calls.
 */
export async function requestChunks(client: Client, parameters: Parameters): Promise<Answer> {
  const { calls } = parameters
  const maxCalls = sizeOf(parameters)
  const first = await requestCalls(client, { ...parameters, calls: calls.slice(0, maxCalls) })
  if (first.status !== 'read' || calls.length <= maxCalls) return first
  const others = await requestPinned(client, first.block, { ...parameters, calls: calls.slice(maxCalls) })
  return { ...first, results: [...first.results, ...others] }
}

/** Sends calls at a block that was read already: one result per call, in their order, whatever happens. */
export async function requestPinned(
  client: Client,
  block: Block,
  parameters: Parameters,
): Promise<readonly ReadResult<Hex>[]> {
  const { blockHash } = parameters.at
  const at: BlockChoice = blockHash === undefined ? { blockNumber: block.number } : { blockHash }
  const chunks = chunksOf(parameters.calls, sizeOf(parameters))
  const results: (readonly ReadResult<Hex>[])[] = chunks.map(() => [])
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < chunks.length; index = next++) {
      const chunk = chunks[index] ?? []
      const answer = await requestCalls(client, { ...parameters, calls: chunk, at })
      results[index] = resultsOf(answer, block, chunk)
    }
  }
  await Promise.all(Array.from({ length: Math.min(MAX_PARALLEL, chunks.length) }, work))
  return results.flat()
}

/** A limit below one call would send nothing for ever. */
function sizeOf({ maxCalls = MAX_CALLS }: Parameters): number {
  return maxCalls >= 1 ? Math.floor(maxCalls) : 1
}

function resultsOf(answer: Answer, block: Block, calls: readonly ContractCall[]): readonly ReadResult<Hex>[] {
  if (answer.status !== 'read') return failed(calls, answer)
  const { number, timestamp, hash } = answer.block
  // Siblings often have the same time: where a quorum names hashes, these tell.
  const isSibling = hash !== undefined && block.hash !== undefined && hash !== block.hash
  if (number === block.number && timestamp === block.timestamp && !isSibling) return answer.results
  return failed(calls, { status: 'unavailable', reason: 'the node answered for another block the second time' })
}

function failed(calls: readonly ContractCall[], failure: ReadResult<never>): readonly ReadResult<Hex>[] {
  return calls.map(() => failure)
}

function chunksOf<entry>(entries: readonly entry[], size: number): readonly (readonly entry[])[] {
  return Array.from({ length: Math.ceil(entries.length / size) }, (_, index) =>
    entries.slice(index * size, (index + 1) * size),
  )
}
