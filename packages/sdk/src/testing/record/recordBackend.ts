import { decodeFunctionData, decodeFunctionResult, numberToHex, parseAbi, toFunctionSelector } from 'viem'
import { BaseError } from '../../errors/BaseError.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import * as Params from '../rpc/Params.ts'
import type { RpcAnswer, RpcBackend } from '../rpc/RpcBackend.ts'
import { RpcFailure } from '../rpc/RpcFailure.ts'
import type { RecordedBlock, RecordedCall, RecordedRequest, Recording } from './Recording.ts'
import { canonical } from './Recording.ts'

/** A backend that writes down what passes. */
export type Recorder = {
  /** Answers as the recorded one, at one and the same head all the time. */
  readonly backend: RpcBackend
  /** What has passed so far. Throws `NothingRecordedError` before the first request. */
  readonly recording: () => Recording
}

/** A recording was asked for before anything was. */
export class NothingRecordedError extends BaseError {
  override readonly name = 'NothingRecordedError'

  constructor() {
    super('Nothing was recorded yet.', { action: 'Ask the backend of the recorder something first.' })
  }
}

/**
 * Records what a backend answers, so that `mockChain({ chain, recording })` can play it again. A recording is of one
 * moment: the block that is the latest at the first request stays the latest for all others. Calls that travel together
 * are told apart, so that they may travel in other company when they are played. What a node fails at is not recorded.
 *
 * @example
 * import { forwardTo, mockChain, recordBackend } from '@unimargin/sdk/testing'
 * import { base } from 'viem/chains'
 *
 * const recorder = recordBackend(forwardTo('https://mainnet.base.org'))
 * await recorder.backend({ method: 'eth_gasPrice', params: [] })
 * const chain = mockChain({ chain: base, recording: recorder.recording() })
 */
export function recordBackend(backend: RpcBackend): Recorder {
  let moment: Promise<Moment> | undefined
  let known: Moment | undefined
  const calls = new Map<string, RecordedCall>()
  const requests = new Map<string, RecordedRequest>()
  const blocks = new Map<string, RecordedBlock>()
  const numbers = new Map<string, Promise<string>>()

  const frozen = async (): Promise<Moment> => {
    moment ??= momentOf(backend)
    const asked = moment
    try {
      known = await asked
      return known
    } catch (cause) {
      // The node may do better next time.
      if (moment === asked) moment = undefined
      throw cause
    }
  }

  /** The number of the block that a parameter names, in hexadecimal digits. Tags keep the block that they first had. */
  const numberOf = (reference: unknown, head: Hex): Promise<string> => {
    if (reference === undefined || reference === 'latest' || reference === 'pending') return Promise.resolve(head)
    const key = canonical(reference)
    const number = numbers.get(key) ?? resolve(backend, reference)
    numbers.set(key, number)
    number.catch(() => numbers.delete(key))
    return number
  }

  const record: RpcBackend = async ({ method, params }, signal) => {
    const { head } = await frozen()
    const latest = numberToHex(BigInt(head.number))
    if (method === 'eth_blockNumber') return { status: 'result', result: latest }
    const index = BLOCK_PARAMETER[method]
    const isNamed = index !== undefined && typeof params[index] === 'object' && params[index] !== null
    const number = index === undefined ? latest : await numberOf(params[index], latest)
    const pinned =
      index === undefined || isNamed ? params : [...params.slice(0, index), number, ...params.slice(index + 1)]
    const answer = await backend({ method, params: pinned }, signal)
    if (answer.status === 'error' && !isRevert(answer)) return answer
    if (method === 'eth_call') {
      for (const call of callsOf(params[0], answer, String(BigInt(number)))) {
        calls.set(`${call.block}:${call.to}:${call.data}`.toLowerCase(), call)
      }
    } else if (!BLOCK_METHODS.includes(method)) {
      requests.set(`${method}:${canonical(params)}`, { method, params, answer })
    } else if (answer.status === 'result' && typeof answer.result === 'object' && answer.result !== null) {
      const block = blockOf(answer.result)
      if (BigInt(block.number) < BigInt(head.number)) blocks.set(block.number, block)
    }
    return answer
  }

  return {
    recording: () => {
      if (known === undefined) throw new NothingRecordedError()
      const earlier = { blocks: [...blocks.values()] }
      return { version: 1, ...known, ...earlier, calls: [...calls.values()], requests: [...requests.values()] }
    },
    backend: async (request, signal) => {
      try {
        return await record(request, signal)
      } catch (cause) {
        if (cause instanceof RpcFailure) return cause.answer
        throw cause
      }
    },
  }
}

type Moment = { readonly chainId: number; readonly head: RecordedBlock }

/** Where a method takes a block. */
const BLOCK_PARAMETER: Readonly<Record<string, number>> = {
  eth_call: 1,
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getTransactionCount: 1,
  eth_getStorageAt: 2,
  eth_getBlockByNumber: 0,
  eth_feeHistory: 1,
}

/** What a mocked chain knows by itself, from the recorded head. */
const BLOCK_METHODS: readonly string[] = ['eth_chainId', 'net_version', 'eth_getBlockByNumber', 'eth_getBlockByHash']

async function momentOf(backend: RpcBackend): Promise<Moment> {
  const [id, block] = await Promise.all([
    resultOf(backend, 'eth_chainId', []),
    resultOf(backend, 'eth_getBlockByNumber', ['latest', false]),
  ])
  return { chainId: Number(Params.quantity(id, 'chain id')), head: blockOf(block) }
}

function blockOf(block: unknown): RecordedBlock {
  const { number, timestamp, hash, parentHash } = Params.fields(block, 'block')
  return {
    number: String(Params.quantity(number, 'number')),
    timestamp: String(Params.quantity(timestamp, 'timestamp')),
    hash: Params.hash(hash, 'hash'),
    parentHash: Params.hash(parentHash, 'parentHash'),
  }
}

async function resolve(backend: RpcBackend, reference: unknown): Promise<string> {
  if (typeof reference === 'string' && reference.startsWith('0x')) return reference
  const named = typeof reference === 'object' && reference !== null ? Params.fields(reference, 'block') : {}
  if (typeof named.blockNumber === 'string') return named.blockNumber
  const block =
    named.blockHash === undefined
      ? await resultOf(backend, 'eth_getBlockByNumber', [reference, false])
      : await resultOf(backend, 'eth_getBlockByHash', [named.blockHash, false])
  return numberToHex(Params.quantity(Params.fields(block, 'block').number, 'number'))
}

async function resultOf(backend: RpcBackend, method: string, params: readonly unknown[]): Promise<unknown> {
  const answer = await backend({ method, params })
  if (answer.status === 'error') throw new RpcFailure(answer.code, answer.message, answer.data)
  return answer.result
}

/** Nodes say it by the code, by data, or only in words. */
function isRevert({ code, message, data }: Extract<RpcAnswer, { readonly status: 'error' }>): boolean {
  return code === 3 || data !== undefined || /execution reverted/i.test(message)
}

const aggregate3Abi = parseAbi([
  'struct Call3 { address target; bool allowFailure; bytes callData; }',
  'struct Result { bool success; bytes returnData; }',
  'function aggregate3(Call3[] calls) payable returns (Result[] returnData)',
])
const AGGREGATE3 = toFunctionSelector(aggregate3Abi[0])

/** The single calls of an `eth_call`. */
function callsOf(asked: unknown, answer: RpcAnswer, block: string): readonly RecordedCall[] {
  const { to, data, input } = Params.fields(asked, 'call')
  const target = Params.address(to, 'to')
  const bytes = Params.bytes(input ?? data ?? '0x', 'data')
  if (answer.status === 'error')
    return [{ block, to: target, data: bytes, status: 'reverted', answer: answer.data ?? '0x' }]
  const result = Params.bytes(answer.result, 'result')
  if (!bytes.startsWith(AGGREGATE3)) return [{ block, to: target, data: bytes, status: 'ok', answer: result }]
  const { args } = decodeFunctionData({ abi: aggregate3Abi, data: bytes })
  const results = decodeFunctionResult({ abi: aggregate3Abi, functionName: 'aggregate3', data: result })
  return args[0].flatMap(({ target: to, callData }, index): readonly RecordedCall[] => {
    const one = results[index]
    if (one === undefined || isHead(to, callData, target)) return []
    return [{ block, to, data: callData, status: one.success ? 'ok' : 'reverted', answer: one.returnData }]
  })
}

/** What tells the block, and echoes: another block and another echo will be asked for. */
function isHead(to: Address, data: Hex, multicall: Address): boolean {
  const isSystem = BigInt(to) <= 0xffn
  return isSystem || (to.toLowerCase() === multicall.toLowerCase() && HEAD_SELECTORS.includes(data))
}

const HEAD_SELECTORS: readonly string[] = ['getChainId()', 'getBlockNumber()', 'getCurrentBlockTimestamp()'].map(
  (name) => toFunctionSelector(name),
)
