import { type CustomTransport, custom, HttpRequestError } from 'viem'
import type { MockNode } from '../createMockNode.ts'

/** A viem transport straight to a node's reply: how the bytes would travel does not matter, what they say does. */
export function transportTo(node: MockNode): CustomTransport {
  let id = 0
  const request = async ({ method, params = [] }: { readonly method: string; readonly params?: unknown }) => {
    id += 1
    const asked = { jsonrpc: '2.0', id, method, params }
    const { status, body } = await node.reply(JSON.stringify(asked))
    // As by `http()`: an app tells an outage from a revert by it.
    const failed = (details: string) => new HttpRequestError({ url: node.url, body: asked, status, details })
    if (status < 200 || status > 299) throw failed(`the node answered with HTTP status ${status}`)
    const envelope = parse(body)
    if ('error' in envelope) throw envelope.error
    if (!('result' in envelope)) throw failed('the node answered no JSON-RPC')
    return envelope.result
  }
  // A request is made once: what a node does wrong is to be seen, not to be tried away.
  return custom({ request }, { retryCount: 0 })
}

function parse(body: string): object {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
