import type { Transport } from 'viem'
import { DEFAULT_TIMEOUT, withDeadline } from '../withDeadline.ts'

/**
 * Puts a hard deadline round every request of a viem transport: connecting, headers, body, retries and the waiting that a
 * node asks for by `Retry-After` included. viem's own `timeout` ends with the headers.
 *
 * The request rejects with `RequestTimeoutError` at the deadline, and its socket is closed where the transport passes the
 * signal on (`http` does; `fallback` and `custom` do not).
 *
 * @example
 * import { guardTransport } from '@unimargin/sdk'
 * import { createClient, http } from 'viem'
 * import { base } from 'viem/chains'
 *
 * const client = createClient({ chain: base, transport: guardTransport(http()), ccipRead: false })
 */
export function guardTransport<transport extends Transport>(
  transport: transport,
  { timeout = DEFAULT_TIMEOUT }: { readonly timeout?: number | undefined } = {},
): transport {
  const guarded: Transport = (parameters) => {
    const inner = transport(parameters)
    return {
      ...inner,
      request: (request, options) =>
        withDeadline((signal) => inner.request(request, { ...options, signal }), { timeout, signal: options?.signal }),
    }
  }
  // The same transport, slower at most.
  return guarded as transport
}
