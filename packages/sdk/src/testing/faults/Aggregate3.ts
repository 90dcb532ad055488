import { decodeFunctionResult, encodeFunctionResult, multicall3Abi } from 'viem'
import type { Hex } from '../../model/Hex.ts'
import { decodedCall } from '../chain/decodedCall.ts'
import type { RpcAnswer, RpcRequest } from '../rpc/RpcBackend.ts'

/** One call inside of Multicall3's `aggregate3`. */
export type InnerCall = { readonly target: Hex; readonly callData: Hex }

/** What `aggregate3` returns of one call. */
export type InnerResult = { readonly success: boolean; readonly returnData: Hex }

/** What a reader asks a block about itself in the middle of an `aggregate3`, by selector. */
export const HEAD_SELECTORS = {
  getChainId: '0x3408e470',
  getBlockNumber: '0x42cbb15c',
  getCurrentBlockTimestamp: '0x0f28c97d',
  getBlockHash: '0xee82ac5e',
  getLastBlockHash: '0x27e86d6e',
  arbBlockNumber: '0xa3b1b31d',
  arbBlockHash: '0x2b407a82',
} as const

/** Whether a call asks for the chain or the block rather than for a value. */
export function isHead({ callData }: InnerCall): boolean {
  return Object.values(HEAD_SELECTORS).some((selector) => callData.toLowerCase().startsWith(selector))
}

/** The calls inside of an `eth_call` to `aggregate3`; undefined when it is anything else. */
export function callsOf({ method, params }: RpcRequest): readonly InnerCall[] | undefined {
  const [call] = params
  if (method !== 'eth_call' || typeof call !== 'object' || call === null) return undefined
  const { data, input } = call as { readonly data?: unknown; readonly input?: unknown }
  const bytes = input ?? data
  if (!isHex(bytes)) return undefined
  const asked = decodedCall(multicall3Abi, bytes)
  return asked?.functionName === 'aggregate3' ? asked.args[0] : undefined
}

/**
 * Changes the results inside of an `aggregate3` answer, and encodes them again. Any other answer stays as it is, so that
 * a fault may be put on every request.
 */
export function change(
  answer: RpcAnswer,
  request: RpcRequest,
  to: (results: readonly InnerResult[], calls: readonly InnerCall[]) => readonly InnerResult[],
): RpcAnswer {
  const calls = callsOf(request)
  if (calls === undefined || answer.status !== 'result' || !isHex(answer.result)) return answer
  const results = decode(answer.result)
  return results === undefined ? answer : { status: 'result', result: encode(to(results, calls)) }
}

function decode(data: Hex): readonly InnerResult[] | undefined {
  try {
    return decodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', data })
  } catch {
    return undefined
  }
}

function encode(results: readonly InnerResult[]): Hex {
  return encodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', result: results })
}

function isHex(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x[0-9a-fA-F]*$/.test(value)
}
