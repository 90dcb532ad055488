import { RpcRequestError } from 'viem'
import { AbortedError } from '../../errors/AbortedError.ts'
import * as Envelope from './Envelope.ts'
import * as HttpNode from './HttpNode.ts'
import type { RpcRequest } from './RpcResult.ts'
import { cancel, readBody } from './readBody.ts'
import { retryAfterOf } from './retry.ts'
import { AnswerTooLargeError, HttpStatusError, MalformedAnswerError, NodeUnreachableError } from './TransportErrors.ts'

/** How a node is spoken to. */
export type ExchangeOptions = {
  readonly node: HttpNode.HttpNode
  readonly fetch: typeof fetch
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** These say "not now"; their bodies are of no interest. */
const BUSY: readonly number[] = [408, 425, 429]

let lastId = 0

/**
 * Sends one JSON-RPC request in one HTTP request, and gives the result that the node answers to exactly this one. What a
 * contract or the node refuses is viem's `RpcRequestError`, cleaned; whatever else goes wrong an error of ours.
 */
export async function exchange({ method, params }: RpcRequest, options: ExchangeOptions): Promise<unknown> {
  const { node, signal } = options
  lastId += 1
  const id = lastId
  const { status, body } = await post(JSON.stringify({ jsonrpc: '2.0', id, method, params }), options)
  const opened = Envelope.open(body, id)
  const isSuccess = status >= 200 && status < 300
  // Some nodes send refusals with a status that is no success. A result with one is none.
  if (!isSuccess && opened.status !== 'error') {
    throw new HttpStatusError({ origin: node.origin, status, retryAfter: undefined })
  }
  if (signal.aborted) throw new AbortedError(signal.reason)
  if (opened.status === 'malformed') throw new MalformedAnswerError({ method, problem: opened.problem })
  if (opened.status === 'result') return opened.result
  const { code, message, data } = opened.error
  throw new RpcRequestError({
    // Without the parameters: they may be long, and say more of a person than a log should.
    body: { method },
    error: { code, message: HttpNode.clean(node, message), ...(data === undefined ? {} : { data }) },
    url: node.origin,
  })
}

async function post(
  body: string,
  { node, fetch, maxBytes, signal }: ExchangeOptions,
): Promise<{ readonly status: number; readonly body: string }> {
  try {
    const response = await fetch(node.url, { ...node.init, body, signal })
    const { status } = response
    if (BUSY.includes(status)) {
      await cancel(response)
      const retryAfter = retryAfterOf(response.headers.get('retry-after'), Date.now())
      throw new HttpStatusError({ origin: node.origin, status, retryAfter })
    }
    return { status, body: await readBody(response, maxBytes) }
  } catch (error) {
    if (error instanceof HttpStatusError || error instanceof AnswerTooLargeError) throw error
    if (signal.aborted) throw new AbortedError(signal.reason)
    throw new NodeUnreachableError({ origin: node.origin, reason: HttpNode.reason(node, error) })
  }
}
