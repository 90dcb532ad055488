import type { Client } from 'viem'
import { RequestTimeoutError } from '../errors/RequestTimeoutError.ts'
import type { Block } from '../model/Block.ts'
import type { Hex } from '../model/Hex.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import * as Read from './Read.ts'
import type { AnswerFailure, BlockChoice } from './requestCalls.ts'
import { requestChunks, requestPinned } from './requestChunks.ts'
import { type DeadlineOptions, withDeadline } from './withDeadline.ts'

/** Dependent reads are for what cannot be known before: more requests than this are a mistake or a trap. */
const MAX_REQUESTS = 8

/** Parameters of {@link getSnapshot}. */
export type GetSnapshotParameters<reads extends readonly Read.Read<unknown>[] = readonly Read.Read<unknown>[]> =
  DeadlineOptions &
    BlockChoice & {
      /** The chain that the client is expected to be on: another one's answer is refused. */
      readonly chainId: number
      /** What to read. */
      readonly reads: reads
      /** Bytes that one answer may have. Defaults to 2 MiB. */
      readonly maxBytes?: number | undefined
      /** Calls that travel in one request. Defaults to 1,000: see {@link getSnapshot} for what more of them cost. */
      readonly maxCalls?: number | undefined
    }

/** What became of each read, in their order. */
export type SnapshotResults<reads extends readonly Read.Read<unknown>[]> = {
  readonly [index in keyof reads]: reads[index] extends Read.Read<infer value> ? ReadResult<value> : never
}

/** One chain, read at one block; or why nothing of it can be believed. */
export type Snapshot<results extends readonly ReadResult<unknown>[] = readonly ReadResult<unknown>[]> =
  | { readonly status: 'read'; readonly block: Block; readonly results: results }
  | AnswerFailure

/**
 * Reads one chain at one block: all reads travel in **one** `eth_call` to Multicall3, together with the chain id, the
 * block number and its time. Reads that need a second step cost one more request, for all of them together, pinned to the
 * same block. The deadline covers all of it.
 *
 * More than `maxCalls` calls travel in several requests: the first one says which block is read, the others are pinned to
 * it, at most four at a time, and one that fails takes down its own calls only. So `n` calls cost `⌈n / maxCalls⌉` requests.
 *
 * Never throws for what a node does: what a node answers wrongly, too late or not at all is `unavailable` with the reason.
 * A revert of one call is that read's `reverted`; the others keep their values.
 *
 * @throws AbortedError when `signal` is aborted.
 * @throws InvalidTimeoutError when `timeout` is not within 1 to 2147483647 milliseconds.
 * @throws InvalidAddressError when a read calls something that is no address.
 *
 * @example
 * import { getSnapshot, Read } from '@unimargin/sdk'
 * import { createClient, erc20Abi, http } from 'viem'
 * import { arbitrum } from 'viem/chains'
 *
 * const usdc = '0xaf88d065e77c8cC2239327C5EDb3A432268e5831'
 * const client = createClient({ chain: arbitrum, transport: http(), ccipRead: false })
 * const snapshot = await getSnapshot(client, {
 *   chainId: arbitrum.id,
 *   reads: [Read.call({ to: usdc, abi: erc20Abi, functionName: 'totalSupply' })],
 * })
 * if (snapshot.status === 'read') {
 *   const [supply] = snapshot.results
 *   console.log(snapshot.block.number, supply.status === 'ok' ? supply.value : supply.reason)
 * }
 */
export async function getSnapshot<const reads extends readonly Read.Read<unknown>[]>(
  client: Client,
  parameters: GetSnapshotParameters<reads>,
): Promise<Snapshot<SnapshotResults<reads>>> {
  try {
    const snapshot = await withDeadline((signal) => readSteps(client, parameters, signal), parameters)
    // One result per read, in their order: what a mapped tuple cannot be told.
    return snapshot as Snapshot<SnapshotResults<reads>>
  } catch (error) {
    if (error instanceof RequestTimeoutError) return { status: 'unavailable', reason: error.shortMessage }
    throw error
  }
}

async function readSteps(client: Client, parameters: GetSnapshotParameters, signal: AbortSignal): Promise<Snapshot> {
  const { chainId, maxBytes, maxCalls } = parameters
  const joined = Read.all(parameters.reads.map(Read.settle))
  const shared = { chainId, at: parameters, maxBytes, maxCalls, signal }
  const first = await requestChunks(client, { ...shared, calls: joined.calls })
  if (first.status !== 'read') return first
  const { block } = first

  let step = joined.decode(first.results)
  for (let requests = 1; step.status === 'more'; requests++) {
    const { calls, decode } = step.read
    if (requests > 2 * MAX_REQUESTS) return { status: 'unavailable', reason: 'the reads do not end' }
    // When a later step fails as a whole, only the reads that needed it fail.
    step = decode(requests < MAX_REQUESTS ? await requestPinned(client, block, { ...shared, calls }) : tooMany(calls))
  }
  return step.status === 'ok'
    ? { status: 'read', block, results: step.value }
    : { status: 'unavailable', reason: 'no results' }
}

function tooMany(calls: readonly unknown[]): readonly ReadResult<Hex>[] {
  return calls.map(() => ({ status: 'unavailable', reason: 'too many dependent steps' }))
}
