import { BaseError } from '../../errors/BaseError.ts'
import type { Hex } from '../../model/Hex.ts'
import type { RpcAnswer, RpcBackend } from './RpcBackend.ts'

/** A real node did not answer as a node does: it is no answer of its chain. */
export class ForwardingError extends BaseError {
  override readonly name = 'ForwardingError'

  constructor(url: string, problem: string, cause?: unknown) {
    super(`The node behind ${url} gave no answer: ${problem}.`, {
      action: 'See that the node runs and takes JSON-RPC by POST at this URL.',
      cause,
    })
  }
}

/**
 * A backend that asks a real node: to record it, or to put a mocked node with faults in front of it. What the node says is
 * given on, reverts with their data included.
 *
 * Rejects with `ForwardingError` when it cannot be reached, or answers no JSON-RPC.
 *
 * @example
 * import { createMockNode, forwardTo } from '@unimargin/sdk/testing'
 *
 * const node = createMockNode({ url: 'https://broken.example', backend: forwardTo('http://127.0.0.1:8545') })
 */
export function forwardTo(url: string): RpcBackend {
  let id = 0
  return async ({ method, params }, signal) => {
    id += 1
    const answer = await ask(url, JSON.stringify({ jsonrpc: '2.0', id, method, params }), signal)
    if (typeof answer !== 'object' || answer === null) throw new ForwardingError(url, 'it is no JSON-RPC')
    if ('error' in answer && answer.error !== null && answer.error !== undefined) return errorOf(answer.error)
    if ('result' in answer) return { status: 'result', result: answer.result }
    throw new ForwardingError(url, 'it has neither a result nor an error')
  }
}

async function ask(url: string, body: string, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(url, { method: 'POST', headers, body, ...(signal === undefined ? {} : { signal }) })
    return await response.json()
  } catch (cause) {
    throw new ForwardingError(url, 'the request failed', cause)
  }
}

function errorOf(error: unknown): RpcAnswer {
  const { code, message, data }: { code?: unknown; message?: unknown; data?: unknown } =
    typeof error === 'object' && error !== null ? error : {}
  const bytes = revertData(data)
  return {
    status: 'error',
    code: typeof code === 'number' ? code : -32_603,
    message: typeof message === 'string' ? message : 'the node gave no reason',
    ...(bytes === undefined ? {} : { data: bytes }),
  }
}

/** Some nodes wrap the bytes in an object, or put a word before them. */
function revertData(data: unknown): Hex | undefined {
  const nested = typeof data === 'object' && data !== null && 'data' in data ? data.data : data
  const text = typeof nested === 'string' ? (/0x(?:[0-9a-fA-F]{2})*$/.exec(nested)?.[0] ?? '') : ''
  return text === '' ? undefined : (text as Hex)
}
