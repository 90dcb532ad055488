import type { MockNode, WireReply } from '@unimargin/sdk/testing'

/** A `fetch` that asks nodes themselves, without sockets and without msw: for thousands of cases in a row. */
export function fetchFrom(nodes: readonly MockNode[], onForeign: (host: string) => void = () => {}): typeof fetch {
  return async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input)
    const node = nodes.find((one) => one.url === url)
    if (node === undefined) {
      onForeign(new URL(url).host)
      throw new TypeError('fetch failed')
    }
    const signal = init.signal ?? undefined
    return untilAborted(signal, async () =>
      responseOf(await node.reply(String(init.body), signal), signal, init.redirect),
    )
  }
}

async function responseOf(
  { status, headers, body, delivery }: WireReply,
  signal: AbortSignal | undefined,
  redirect: RequestRedirect | undefined,
): Promise<Response> {
  const { delay = 0, cutAfter, then, drip } = delivery
  if (delay > 0) await pause(delay)
  if (cutAfter === 0 && then === 'stall') return new Promise<never>(() => {})
  if (cutAfter === 0 && then === 'reset') throw new TypeError('fetch failed')
  if (status >= 300 && status < 400 && redirect === 'error') throw new TypeError('fetch failed')
  if (status === 204) return new Response(null, { status, headers })
  const bytes = new TextEncoder().encode(body)
  const part = bytes.slice(0, cutAfter ?? bytes.length)
  // What a browser would fail to unpack, or to get in its promised length.
  const isBroken =
    headers['content-encoding'] !== undefined || (then === 'end' && headers['content-length'] !== undefined)
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      const size = drip?.bytes ?? Math.max(1, part.length)
      try {
        for (let sent = 0; sent < part.length; sent += size) {
          if (sent > 0) await pause(drip?.every ?? 0)
          if (signal?.aborted === true) throw new DOMException('aborted', 'AbortError')
          controller.enqueue(part.slice(sent, sent + size))
        }
        if (then === 'stall') await untilAborted(signal, () => new Promise<never>(() => {}))
        if (then === 'reset' || isBroken) throw new TypeError('terminated')
        controller.close()
      } catch (error) {
        controller.error(error)
      }
    },
  })
  return new Response(stream, { status, headers })
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** As `fetch` does: ends with the signal, whatever the node does. */
async function untilAborted<value>(signal: AbortSignal | undefined, run: () => Promise<value>): Promise<value> {
  if (signal === undefined) return run()
  let forget = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    const end = (): void => reject(new DOMException('This operation was aborted', 'AbortError'))
    if (signal.aborted) end()
    signal.addEventListener('abort', end)
    forget = () => signal.removeEventListener('abort', end)
  })
  try {
    return await Promise.race([run(), aborted])
  } finally {
    forget()
  }
}
