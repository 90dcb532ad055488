import type { Delivery, WireReply } from '../rpc/Wire.ts'
import type { Fault } from './Fault.ts'

/** A slow node: nothing comes before so many milliseconds. */
export function latency({ ms = 250 }: { readonly ms?: number } = {}): Fault {
  return onWire('latency', ({ delivery }) => ({ delay: (delivery.delay ?? 0) + ms }))
}

/** Takes the request and never answers, like a node whose queue is full: not even headers come. */
export function stallBeforeHeaders(): Fault {
  return onWire('stall-before-headers', () => cut(0, 'stall'))
}

/**
 * Sends headers and a part of the body, then nothing more, and keeps the connection open. viem's `timeout` ends with the
 * headers, so that plain `http` and `fallback` hang. `after` is in bytes; half of the body if left out.
 */
export function stallInBody({ after }: { readonly after?: number | undefined } = {}): Fault {
  return onWire('stall-in-body', (reply) => cut(cutOf(reply, after), 'stall'))
}

/** Sends the body a few bytes at a time (a slow loris): every timer between two reads is satisfied, and it never ends. */
export function drip({ bytes = 1, every = 50 }: { readonly bytes?: number; readonly every?: number } = {}): Fault {
  return onWire('drip', () => ({ drip: { bytes, every } }))
}

/** Resets the connection before any answer, like a node that restarts. */
export function resetBeforeHeaders(): Fault {
  return onWire('reset-before-headers', () => cut(0, 'reset'))
}

/** Resets the connection in the middle of the body. `after` is in bytes; half of the body if left out. */
export function resetInBody({ after }: { readonly after?: number | undefined } = {}): Fault {
  return onWire('reset-in-body', (reply) => cut(cutOf(reply, after), 'reset'))
}

/** Ends the body in its middle as if that were all, like a proxy with a buffer that is too small. */
export function truncatedBody({ after }: { readonly after?: number | undefined } = {}): Fault {
  return onWire('truncated-body', (reply) => cut(cutOf(reply, after), 'end'))
}

/** Promises the whole length and closes the connection in the middle of the body. */
export function shortBody({ after }: { readonly after?: number | undefined } = {}): Fault {
  const kind = 'short-body'
  return {
    kind,
    reply: (reply) => ({
      ...reply,
      headers: { ...reply.headers, 'content-length': String(lengthOf(reply)) },
      delivery: { ...reply.delivery, ...cut(cutOf(reply, after), 'end') },
    }),
  }
}

/** A right answer behind megabytes of white space: what a reader without a size limit keeps in memory. */
export function hugeBody({ bytes = 3 * 1024 * 1024 }: { readonly bytes?: number } = {}): Fault {
  return { kind: 'huge-body', reply: (reply) => ({ ...reply, body: `${' '.repeat(bytes)}${reply.body}` }) }
}

/** Sends the reader to another host, which nobody may follow: the request and its key would go there. */
export function redirect({
  to = 'https://elsewhere.invalid/rpc',
  status = 307,
}: {
  readonly to?: string
  readonly status?: number
} = {}): Fault {
  return {
    kind: 'redirect',
    reply: (reply) => ({ ...reply, status, headers: { ...reply.headers, location: to }, body: '' }),
  }
}

function onWire(kind: string, delivery: (reply: WireReply) => Delivery): Fault {
  return { kind, reply: (reply) => ({ ...reply, delivery: { ...reply.delivery, ...delivery(reply) } }) }
}

function cut(cutAfter: number, ending: Delivery['then']): Delivery {
  // biome-ignore lint/suspicious/noThenProperty: a word and no function, so that nothing takes it for a promise
  return { cutAfter, then: ending }
}

/** At least one byte: a cut at zero is one before the headers. */
function cutOf(reply: WireReply, after: number | undefined): number {
  return Math.max(1, after ?? Math.floor(lengthOf(reply) / 2))
}

function lengthOf({ body }: WireReply): number {
  return new TextEncoder().encode(body).length
}
