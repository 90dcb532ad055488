import { DevnetRpcError } from '../errors/DevnetRpcError.ts'

/** One JSON-RPC request. */
export type RpcRequest = { readonly method: string; readonly params: readonly unknown[] }

type RpcAnswer = { readonly id?: unknown; readonly result?: unknown; readonly error?: { readonly message?: unknown } }

/** What became of one request of a batch. */
export type RpcResult =
  | { readonly status: 'ok'; readonly result: unknown }
  | { readonly status: 'refused'; readonly reason: string }

/**
 * One request to a local chain.
 *
 * @throws DevnetRpcError
 */
export async function request(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const [answer] = await batch(url, [{ method, params }])
  if (answer?.status === 'refused') throw new DevnetRpcError({ method, reason: answer.reason })
  return answer?.result
}

/**
 * Several requests at once, answered in their order. Local chains are trusted, so that batches may be used here, which is
 * what makes a boot fast; the sdk never sends one to a foreign node.
 *
 * @throws DevnetRpcError
 */
export async function batch(url: string, requests: readonly RpcRequest[]): Promise<readonly RpcResult[]> {
  if (requests.length === 0) return []
  const method = requests[0]?.method ?? ''
  const body = JSON.stringify(requests.map((one, id) => ({ jsonrpc: '2.0', id, ...one })))
  const answers = await post(url, method, body)
  return requests.map((one, id) => {
    const answer = answers.find((candidate) => candidate.id === id)
    if (answer === undefined) throw new DevnetRpcError({ method: one.method, reason: 'no answer with its id' })
    if (answer.error !== undefined) return { status: 'refused', reason: String(answer.error.message) }
    return { status: 'ok', result: answer.result }
  })
}

/** Far above what any request takes: a chain that hangs must not hang us. */
const TIMEOUT = 60_000

async function post(url: string, method: string, body: string): Promise<readonly RpcAnswer[]> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(TIMEOUT),
    })
    const answers: unknown = await response.json()
    if (Array.isArray(answers)) return answers
    throw new DevnetRpcError({ method, reason: `HTTP ${response.status}, not a batch` })
  } catch (cause) {
    if (cause instanceof DevnetRpcError) throw cause
    throw new DevnetRpcError({ method, reason: 'unreachable', cause })
  }
}
