import type { Address, Hex } from '../../model/Hex.ts'
import type { RpcAnswer } from '../rpc/RpcBackend.ts'

/** What a chain answered at one moment, for being played again. JSON. */
export type Recording = {
  readonly version: 1
  readonly chainId: number
  /** The block that was the latest while recording. Quantities as decimal texts. */
  readonly head: RecordedBlock
  /** Earlier blocks that were asked for. */
  readonly blocks?: readonly RecordedBlock[] | undefined
  readonly calls: readonly RecordedCall[]
  readonly requests: readonly RecordedRequest[]
}

export type RecordedBlock = {
  readonly number: string
  readonly timestamp: string
  readonly hash: Hex
  readonly parentHash: Hex
}

/** One contract call. Calls that travelled together in an `aggregate3` are told apart. */
export type RecordedCall = {
  readonly block: string
  readonly to: Address
  readonly data: Hex
  readonly status: 'ok' | 'reverted'
  /** Return data or revert data. */
  readonly answer: Hex
}

/** Any other request. */
export type RecordedRequest = {
  readonly method: string
  readonly params: readonly unknown[]
  readonly answer: RpcAnswer
}

type Answered = { readonly status: 'ok' | 'reverted'; readonly data: Hex }

const indexes = new WeakMap<Recording, ReadonlyMap<string, readonly (Answered & { readonly block: bigint })[]>>()

/**
 * What a call was answered at a block, or at the last recorded block before it: state stays until something changes it.
 * Before all of them it is as at the first.
 */
export function recordedCall(recording: Recording, block: bigint, to: Address, data: Hex): Answered | undefined {
  const index = indexes.get(recording) ?? indexOf(recording)
  indexes.set(recording, index)
  const entries = index.get(keyOf(to, data)) ?? []
  return entries.find((entry) => entry.block <= block) ?? entries[entries.length - 1]
}

/** What any other request was answered. */
export function recordedRequest(
  recording: Recording,
  method: string,
  params: readonly unknown[],
): RpcAnswer | undefined {
  const key = canonical(params)
  return recording.requests.find((entry) => entry.method === method && canonical(entry.params) === key)?.answer
}

/** Newest first. */
function indexOf(recording: Recording): ReadonlyMap<string, readonly (Answered & { readonly block: bigint })[]> {
  const index = new Map<string, (Answered & { readonly block: bigint })[]>()
  for (const { block, to, data, status, answer } of recording.calls) {
    const key = keyOf(to, data)
    const entries = index.get(key) ?? []
    entries.push({ block: BigInt(block), status, data: answer })
    index.set(key, entries)
  }
  for (const entries of index.values()) entries.sort((one, other) => (one.block > other.block ? -1 : 1))
  return index
}

function keyOf(to: Address, data: Hex): string {
  return `${to}:${data}`.toLowerCase()
}

/** JSON with sorted keys, so that the order in which somebody wrote an object does not matter. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1)))
      : typeof entry === 'string' && entry.startsWith('0x')
        ? entry.toLowerCase()
        : entry,
  )
}
