import { delay, HttpResponse, http, type RequestHandler } from 'msw'
import type { MockNode } from '../createMockNode.ts'
import type { WireReply } from '../rpc/Wire.ts'
import { addressOf } from './addressOf.ts'

/**
 * msw handlers that let nodes answer at their URLs, in Node (`setupServer`) and in browsers (`setupWorker`).
 *
 * @example
 * import { createMockNode, handlersOf } from '@unimargin/sdk/testing'
 * import { setupServer } from 'msw/node'
 *
 * const node = createMockNode({ url: 'https://node.example', backend: async () => ({ status: 'result', result: '0x1' }) })
 * const server = setupServer(...handlersOf([node]))
 * server.listen({ onUnhandledRequest: 'error' })
 */
export function handlersOf(nodes: readonly MockNode[]): readonly RequestHandler[] {
  return nodes.map((node) => {
    // Not as a path: a key in the query, or a colon, would be read as a pattern.
    const url = addressOf(node.url)
    return http.post(
      ({ request }) => addressOf(request.url) === url,
      async ({ request }) => toResponse(await node.reply(await request.text(), request.signal)),
    )
  })
}

async function toResponse({ status, headers, body, delivery }: WireReply): Promise<Response> {
  const { delay: wait, cutAfter, then, drip } = delivery
  if (wait !== undefined) await delay(wait)
  // Before the headers: nothing ever comes, or the connection is gone.
  if (cutAfter === 0 && then === 'stall') return new Promise<never>(() => {})
  if (cutAfter === 0 && then === 'reset') return HttpResponse.error()
  // No `Response` of this status may have a body, not even an empty one.
  if (status === 204) return new HttpResponse(null, { status, headers })
  if (cutAfter === undefined && drip === undefined) return new HttpResponse(body, { status, headers })
  const bytes = new TextEncoder().encode(body)
  return new HttpResponse(streamOf(bytes.slice(0, cutAfter ?? bytes.length), then ?? 'end', drip), { status, headers })
}

function streamOf(
  bytes: Uint8Array,
  then: 'stall' | 'reset' | 'end',
  drip: { readonly bytes: number; readonly every: number } = { bytes: bytes.length, every: 0 },
): ReadableStream<Uint8Array> {
  let sent = 0
  let isCancelled = false
  return new ReadableStream({
    async pull(controller) {
      if (sent > 0 && drip.every > 0) await delay(drip.every)
      if (isCancelled) return
      if (sent < bytes.length) {
        controller.enqueue(bytes.slice(sent, sent + drip.bytes))
        sent += drip.bytes
        if (sent < bytes.length || then !== 'end') return
      }
      if (then === 'end') controller.close()
      if (then === 'reset') controller.error(new TypeError('the connection was reset'))
      // A stall: this stream is never closed, and never asked again.
      if (then === 'stall') await new Promise(() => {})
    },
    cancel() {
      isCancelled = true
    },
  })
}
