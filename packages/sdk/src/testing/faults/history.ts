import { concat, keccak256, numberToHex } from 'viem'
import type { Hex } from '../../model/Hex.ts'
import type { RpcRequest } from '../rpc/RpcBackend.ts'
import * as Aggregate3 from './Aggregate3.ts'
import * as BlockParameter from './BlockParameter.ts'
import type { Fault } from './Fault.ts'
import * as HexTree from './HexTree.ts'

/**
 * A node on another fork: its blocks have other hashes at the same heights, it knows only its own hashes, and says
 * "header not found" to everybody else's.
 */
export function otherFork({ seed = 0 }: { readonly seed?: number } = {}): Fault {
  const realOf = new Map<string, Hex>()
  const forked = (hash: Hex): Hex => {
    const mine = keccak256(concat([hash, numberToHex(seed >>> 0, { size: 4 })]))
    realOf.set(mine, hash)
    return mine
  }
  const hashOf = (request: RpcRequest): Hex | undefined => {
    const block = BlockParameter.of(request)
    if (block?.kind === 'hash') return block.hash
    return request.method === 'eth_getLogs' ? blockHashIn(request.params[0]) : undefined
  }
  return {
    kind: 'other-fork',
    ask: (request) => {
      const hash = hashOf(request)
      const real = hash && realOf.get(hash)
      if (real === undefined) return request
      if (request.method !== 'eth_getLogs') return BlockParameter.at(request, real)
      return { ...request, params: [{ ...Object(request.params[0]), blockHash: real }] }
    },
    answer: (answer, { request }) => {
      const hash = hashOf(request)
      if (hash !== undefined && !realOf.has(hash)) {
        return request.method === 'eth_getBlockByHash'
          ? { status: 'result', result: null }
          : { status: 'error', code: -32_000, message: 'header not found' }
      }
      if (answer.status !== 'result') return answer
      if (request.method === 'eth_call') return forkInner(answer, request, forked)
      const names = request.method.startsWith('eth_getBlockBy') ? ['hash', 'parentHash'] : ['blockHash']
      return { status: 'result', result: HexTree.mapFields(answer.result, names, forked) }
    },
  }
}

/** The state of the block is gone, or not there yet: what geth says of a block that it has pruned. */
export function missingState(): Fault {
  return refusing('missing-state', ({ method }) =>
    BlockParameter.STATE_METHODS.includes(method)
      ? {
          status: 'error',
          code: -32_000,
          message: 'missing trie node 8f2c5d8b (path ) state 0x8f2c5d8b is not available, not found',
        }
      : undefined,
  )
}

/** Knows no block by its hash, as a node that has not seen it, or that does not know EIP-1898. */
export function unknownBlock(): Fault {
  return refusing('unknown-block', (request) => {
    if (request.method === 'eth_getBlockByHash') return { status: 'result', result: null }
    return BlockParameter.of(request)?.kind === 'hash'
      ? { status: 'error', code: -32_000, message: 'header not found' }
      : undefined
  })
}

/** Says that it has no such method, as a node whose namespace is turned off. */
export function missingMethod(): Fault {
  return refusing('missing-method', ({ method }) => ({
    status: 'error',
    code: -32_601,
    message: `the method ${method} does not exist/is not available`,
  }))
}

function refusing(
  kind: string,
  refusal: (request: RpcRequest) => ReturnType<NonNullable<Fault['answer']>> | undefined,
): Fault {
  return { kind, answer: (answer, { request }) => refusal(request) ?? answer }
}

function forkInner(
  answer: Parameters<typeof Aggregate3.change>[0],
  request: RpcRequest,
  forked: (hash: Hex) => Hex,
): ReturnType<typeof Aggregate3.change> {
  const { getBlockHash, getLastBlockHash, arbBlockHash } = Aggregate3.HEAD_SELECTORS
  const selectors: readonly string[] = [getBlockHash, getLastBlockHash, arbBlockHash]
  return Aggregate3.change(answer, request, (results, calls) =>
    results.map((result, index) =>
      result.success && selectors.includes(calls[index]?.callData.slice(0, 10).toLowerCase() ?? '')
        ? { success: true, returnData: forked(result.returnData) }
        : result,
    ),
  )
}

function blockHashIn(filter: unknown): Hex | undefined {
  if (typeof filter !== 'object' || filter === null || !('blockHash' in filter)) return undefined
  return filter.blockHash as Hex
}
