import type { Hex } from '../../model/Hex.ts'
import type { RpcBackend, RpcRequest } from '../rpc/RpcBackend.ts'
import { quantity } from './HexTree.ts'

/** Where each method says which block it asks about. */
const POSITIONS: Readonly<Record<string, number>> = {
  eth_call: 1,
  eth_estimateGas: 1,
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getTransactionCount: 1,
  eth_getStorageAt: 2,
  eth_getProof: 2,
  eth_getBlockByNumber: 0,
  eth_getBlockByHash: 0,
  eth_feeHistory: 1,
}

/** Methods that need the state of a block, not only its header. */
export const STATE_METHODS: readonly string[] = [
  'eth_call',
  'eth_estimateGas',
  'eth_getBalance',
  'eth_getCode',
  'eth_getTransactionCount',
  'eth_getStorageAt',
  'eth_getProof',
]

/** The block that a request is about. */
export type BlockParameter =
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'number'; readonly number: bigint }
  | { readonly kind: 'hash'; readonly hash: Hex }

/** Reads the block of a request; undefined where the method knows none. */
export function of({ method, params }: RpcRequest): BlockParameter | undefined {
  const position = POSITIONS[method]
  if (position === undefined) return undefined
  const given = params[position] ?? 'latest'
  if (typeof given === 'string') {
    if (method === 'eth_getBlockByHash') return { kind: 'hash', hash: given as Hex }
    return given.startsWith('0x') ? { kind: 'number', number: BigInt(given) } : { kind: 'tag', tag: given }
  }
  if (typeof given !== 'object' || given === null) return undefined
  const { blockHash, blockNumber } = given as { readonly blockHash?: unknown; readonly blockNumber?: unknown }
  if (typeof blockHash === 'string') return { kind: 'hash', hash: blockHash as Hex }
  return typeof blockNumber === 'string' ? { kind: 'number', number: BigInt(blockNumber) } : undefined
}

/** The same request about another block. */
export function at(request: RpcRequest, block: bigint | Hex): RpcRequest {
  const { method, params } = request
  const position = POSITIONS[method]
  if (position === undefined) return request
  if (method === 'eth_getBlockByHash' && typeof block === 'bigint') {
    return { method: 'eth_getBlockByNumber', params: [quantity(block), params[1] ?? false] }
  }
  const isBare = typeof block === 'bigint' || method === 'eth_getBlockByHash'
  const written = typeof block === 'bigint' ? quantity(block) : isBare ? block : { blockHash: block }
  const copy = [...params]
  copy[position] = written
  return { method, params: copy }
}

/** The number of the block that a request is about, as the node behind has it; undefined where it has none. */
export async function numberOf(block: BlockParameter, backend: RpcBackend): Promise<bigint | undefined> {
  if (block.kind === 'number') return block.number
  if (block.kind === 'tag' && block.tag === 'latest') return headOf(backend)
  const answer = await backend(
    block.kind === 'hash'
      ? { method: 'eth_getBlockByHash', params: [block.hash, false] }
      : { method: 'eth_getBlockByNumber', params: [block.tag, false] },
  )
  if (answer.status !== 'result' || typeof answer.result !== 'object' || answer.result === null) return undefined
  return toNumber('number' in answer.result ? answer.result.number : undefined)
}

/** The number of the head; undefined when the node behind does not say. */
export async function headOf(backend: RpcBackend): Promise<bigint | undefined> {
  const answer = await backend({ method: 'eth_blockNumber', params: [] })
  return answer.status === 'result' ? toNumber(answer.result) : undefined
}

function toNumber(value: unknown): bigint | undefined {
  return typeof value === 'string' && /^0x[0-9a-fA-F]{1,16}$/.test(value) ? BigInt(value) : undefined
}
