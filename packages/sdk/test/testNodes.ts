import { custom, numberToHex, type Transport } from 'viem'
import { guarded } from '../src/reads/transport/guarded.ts'
import type { MockChain } from '../src/testing/chain/MockChain.ts'
import type { RpcAnswer, RpcRequest } from '../src/testing/rpc/RpcBackend.ts'

/** What a node says instead of the truth. */
export type Tamper = (answer: RpcAnswer, request: RpcRequest) => RpcAnswer | Promise<RpcAnswer>

/** A node of its own operator that knows a chain up to a head, without sockets. */
export type TestNode = { readonly transport: Transport; readonly requests: RpcRequest[] }

const MISSING: RpcAnswer = { status: 'error', code: -32_000, message: 'header not found' }
const STATE: Readonly<Record<string, number>> = { eth_call: 1, eth_getBalance: 1, eth_getCode: 1 }

/** Puts a node before a chain. `head` is its latest block; it has no younger ones, by number or by hash. */
export function testNode(
  chain: MockChain,
  options: {
    readonly operator: string
    readonly head?: (() => bigint) | undefined
    readonly tamper?: Tamper | undefined
  },
): TestNode {
  const { operator, head = () => chain.block.number, tamper = (answer: RpcAnswer) => answer } = options
  const requests: RpcRequest[] = []
  const honest = async ({ method, params }: RpcRequest, signal?: AbortSignal): Promise<RpcAnswer> => {
    const answer = (which: readonly unknown[]) => chain.backend({ method, params: which }, signal)
    const index = method === 'eth_getBlockByNumber' ? 0 : STATE[method]
    if (method === 'eth_blockNumber') return { status: 'result', result: numberToHex(head()) }
    if (method === 'eth_getBlockByHash') return youngerThan(head(), await answer(params))
    if (index === undefined) return answer(params)
    const block = params[index]
    const number = await numberOf(chain, block, head())
    if (number === undefined || number > head()) {
      return method === 'eth_getBlockByNumber' ? { status: 'result', result: null } : MISSING
    }
    const isTag = typeof block === 'string' && !block.startsWith('0x')
    return answer(isTag ? params.map((param, place) => (place === index ? numberToHex(number) : param)) : params)
  }
  const provider = {
    request: async (request: RpcRequest): Promise<unknown> => {
      const asked = { method: request.method, params: request.params ?? [] }
      requests.push(asked)
      const answer = await tamper(await honest(asked), asked)
      if (answer.status === 'result') return answer.result
      const { code, message, data } = answer
      throw Object.assign(new TypeError(message), { code, ...(data === undefined ? {} : { data }) })
    },
  }
  return { transport: guarded(custom(provider, { retryCount: 0 }), { operator }), requests }
}

/** Never answers. */
export const silence = (): Promise<RpcAnswer> => new Promise(() => {})

function youngerThan(head: bigint, answer: RpcAnswer): RpcAnswer {
  if (answer.status !== 'result' || typeof answer.result !== 'object' || answer.result === null) return answer
  const number: unknown = Reflect.get(answer.result, 'number')
  return typeof number === 'string' && BigInt(number) > head ? { status: 'result', result: null } : answer
}

async function numberOf(chain: MockChain, block: unknown, head: bigint): Promise<bigint | undefined> {
  if (typeof block === 'string') return block.startsWith('0x') ? BigInt(block) : head
  if (typeof block !== 'object' || block === null) return head
  const hash: unknown = Reflect.get(block, 'blockHash')
  const found = await chain.backend({ method: 'eth_getBlockByHash', params: [hash, false] })
  const number: unknown =
    found.status === 'result' && typeof found.result === 'object' && found.result !== null
      ? Reflect.get(found.result, 'number')
      : undefined
  return typeof number === 'string' ? BigInt(number) : undefined
}
