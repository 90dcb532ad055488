import { encodeAbiParameters } from 'viem'
import type { RpcAnswer, RpcBackend, RpcRequest } from '../rpc/RpcBackend.ts'
import * as Aggregate3 from './Aggregate3.ts'
import * as BlockParameter from './BlockParameter.ts'
import type { Fault } from './Fault.ts'
import * as HexTree from './HexTree.ts'

const { HEAD_SELECTORS } = Aggregate3

/**
 * A node of another chain behind the right URL: another chain id by `eth_chainId`, `net_version` and inside of
 * Multicall3. All else stays, so that only the id can give it away.
 */
export function wrongChain({ chainId = 1 }: { readonly chainId?: number } = {}): Fault {
  const other = (id: bigint) => (id === BigInt(chainId) ? id + 1n : BigInt(chainId))
  return {
    kind: 'wrong-chain',
    answer: (answer, { request }) => {
      if (answer.status !== 'result') return answer
      if (request.method === 'eth_chainId') {
        return { status: 'result', result: HexTree.map(answer.result, (hex) => HexTree.quantity(other(BigInt(hex)))) }
      }
      if (request.method === 'net_version')
        return { status: 'result', result: String(other(BigInt(String(answer.result)))) }
      return changeHead(answer, request, { getChainId: other })
    },
  }
}

/**
 * A node that hangs so many blocks behind and answers as if nothing were wrong (Hyperlane saw one five days behind). What
 * is newer does not exist for it.
 */
export function staleHead({ blocks = 20 }: { readonly blocks?: number } = {}): Fault {
  return {
    kind: 'stale-head',
    answer: async (answer, { request, backend }) => {
      const head = await BlockParameter.headOf(backend)
      return head === undefined ? answer : answerUpTo(atLeastZero(head - BigInt(blocks)), answer, request, backend)
    },
  }
}

/** A node that stands still from the first request on: the head of that moment is its last. */
export function frozenHead(): Fault {
  let frozen: Promise<bigint | undefined> | undefined
  return {
    kind: 'frozen-head',
    answer: async (answer, { request, backend }) => {
      frozen ??= BlockParameter.headOf(backend)
      const last = await frozen
      return last === undefined ? answer : answerUpTo(last, answer, request, backend)
    },
  }
}

/** All block numbers and times lie ahead: the values of now under the name of a block to come. */
export function futureHead({
  blocks = 1_800,
  seconds = 3_600,
}: {
  readonly blocks?: number
  readonly seconds?: number
} = {}): Fault {
  const later = (hex: string) => HexTree.quantity(BigInt(hex) + BigInt(blocks))
  const number = (value: bigint) => value + BigInt(blocks)
  return {
    kind: 'future-head',
    ask: (request) => {
      const block = BlockParameter.of(request)
      if (block?.kind !== 'number') return request
      return BlockParameter.at(request, atLeastZero(block.number - BigInt(blocks)))
    },
    answer: (answer, { request }) => {
      if (answer.status !== 'result') return answer
      if (request.method === 'eth_blockNumber') return { status: 'result', result: HexTree.map(answer.result, later) }
      if (request.method === 'eth_call') {
        return changeHead(answer, request, {
          getBlockNumber: number,
          arbBlockNumber: number,
          getCurrentBlockTimestamp: (time) => time + BigInt(seconds),
        })
      }
      const isBlock = request.method.startsWith('eth_getBlockBy')
      const numbered = HexTree.mapFields(answer.result, [isBlock ? 'number' : 'blockNumber'], later)
      const timed = (hex: string) => HexTree.quantity(BigInt(hex) + BigInt(seconds))
      return { status: 'result', result: isBlock ? HexTree.mapFields(numbered, ['timestamp'], timed) : numbered }
    },
  }
}

/**
 * Answers for another block than asked, so many blocks before it, like a balancer whose nodes are not at the same height
 * (INFURA: a block by `latest` and a call by `latest` were five days apart).
 */
export function otherBlock({ blocks = 1 }: { readonly blocks?: number } = {}): Fault {
  return {
    kind: 'other-block',
    answer: async (answer, { request, backend }) => {
      const block = BlockParameter.of(request)
      const asked = block && (await BlockParameter.numberOf(block, backend))
      if (asked === undefined) return answer
      return backend(BlockParameter.at(request, atLeastZero(asked - BigInt(blocks))))
    },
  }
}

/**
 * A node of a Nitro chain without Nitro's precompile, as a local fork or an indexer's simulation is: ArbSys answers nothing,
 * and `block.number` is that of the L1. Everything else is right.
 */
export function missingArbSys(): Fault {
  const selectors: readonly string[] = [HEAD_SELECTORS.arbBlockNumber, HEAD_SELECTORS.arbBlockHash]
  return {
    kind: 'missing-arb-sys',
    answer: (answer, { request }) =>
      Aggregate3.change(answer, request, (results, calls) =>
        results.map((result, index) =>
          selectors.includes(calls[index]?.callData.slice(0, 10).toLowerCase() ?? '')
            ? { success: true, returnData: '0x' }
            : result,
        ),
      ),
  }
}

type HeadChange = Readonly<Partial<Record<keyof typeof HEAD_SELECTORS, (value: bigint) => bigint>>>

/** Changes what an `aggregate3` answer says of its own chain and block. */
function changeHead(answer: RpcAnswer, request: RpcRequest, changes: HeadChange): RpcAnswer {
  const bySelector = new Map(
    Object.entries(changes).map(([name, to]) => [HEAD_SELECTORS[name as keyof HeadChange], to]),
  )
  return Aggregate3.change(answer, request, (results, calls) =>
    results.map((result, index) => {
      const selector = calls[index]?.callData.slice(0, 10).toLowerCase()
      const to = [...bySelector].find(([known]) => known === selector)?.[1]
      if (to === undefined || !result.success || result.returnData.length !== 66) return result
      const returnData = encodeAbiParameters([{ type: 'uint256' }], [to(BigInt(result.returnData))])
      return { success: true, returnData }
    }),
  )
}

/** What a node says whose last block is `last`. */
async function answerUpTo(
  last: bigint,
  answer: RpcAnswer,
  request: RpcRequest,
  backend: RpcBackend,
): Promise<RpcAnswer> {
  const { method, params } = request
  if (method === 'eth_blockNumber') return { status: 'result', result: HexTree.quantity(last) }
  if (method === 'eth_getLogs') return backend({ method, params: [filterUpTo(last, params[0]), ...params.slice(1)] })
  if (method === 'eth_getTransactionReceipt' || method === 'eth_getTransactionByHash') {
    return isAbove(last, answer) ? { status: 'result', result: null } : answer
  }
  const block = BlockParameter.of(request)
  const number = block && (await BlockParameter.numberOf(block, backend))
  if (block === undefined || number === undefined || number <= last) return answer
  if (block.kind === 'tag') return backend(BlockParameter.at(request, last))
  if (method.startsWith('eth_getBlockBy')) return { status: 'result', result: null }
  return { status: 'error', code: -32_000, message: 'header not found' }
}

/** Whether a receipt or a transaction is of a later block. */
function isAbove(last: bigint, answer: RpcAnswer): boolean {
  if (answer.status !== 'result' || typeof answer.result !== 'object' || answer.result === null) return false
  const number = 'blockNumber' in answer.result ? answer.result.blockNumber : undefined
  return typeof number === 'string' && BigInt(number) > last
}

function filterUpTo(last: bigint, filter: unknown): unknown {
  if (typeof filter !== 'object' || filter === null || 'blockHash' in filter) return filter
  const { toBlock } = filter as { readonly toBlock?: unknown }
  const isEarlier = typeof toBlock === 'string' && toBlock.startsWith('0x') && BigInt(toBlock) <= last
  return isEarlier ? filter : { ...filter, toBlock: HexTree.quantity(last) }
}

function atLeastZero(value: bigint): bigint {
  return value < 0n ? 0n : value
}
