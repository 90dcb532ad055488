import type { Transport } from 'viem'
import { isDeadline, withDeadline } from '../withDeadline.ts'

/**
 * Puts a hard deadline round every request of a viem transport: connecting, headers, body, retries and the waiting that a
 * node asks for by `Retry-After` included. viem's own `timeout` ends with the headers.
 *
 * The request rejects with `RequestTimeoutError` at the deadline, and its socket is closed where the transport passes the
 * signal on (`http` does; `fallback` and `custom` do not). Without a `timeout` the deadline is that of the
 * SDK's action that asks, and 10 seconds for everybody else.
 *
 * A margin client guards its transports by itself. Within `fallback` guard each part: a node that stalls is then given up
 * for the next one, and its socket is closed.
 *
 * @example
 * import { guardTransport } from '@unimargin/sdk'
 * import { createClient, fallback, http } from 'viem'
 * import { base } from 'viem/chains'
 *
 * const nodes = ['https://one.example', 'https://two.example'].map((url) => guardTransport(http(url), { timeout: 3_000 }))
 * const client = createClient({ chain: base, transport: fallback(nodes), ccipRead: false })
 */
export function guardTransport<transport extends Transport>(
  transport: transport,
  { timeout }: { readonly timeout?: number | undefined } = {},
): transport {
  const guarded: Transport = (parameters) => {
    const inner = transport(parameters)
    return {
      ...inner,
      request: (request, options) => {
        const signal = options?.signal
        if (timeout === undefined && isDeadline(signal)) return inner.request(request, options)
        return withDeadline((ends) => inner.request(request, { ...options, signal: ends }), { timeout, signal })
      },
    }
  }
  // The same transport, slower at most.
  return guarded as transport
}
