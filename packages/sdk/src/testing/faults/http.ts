import type { Fault } from './Fault.ts'

/**
 * 429. Without `retryAfter` the reader has to choose its own pause; with it the node asks for seconds (a number) or for a
 * time (an HTTP date). viem obeys an hour without a cap, and `fallback` waits as well.
 */
export function rateLimit({ retryAfter }: { readonly retryAfter?: number | string | undefined } = {}): Fault {
  const kind =
    retryAfter === undefined
      ? 'rate-limit'
      : typeof retryAfter === 'string'
        ? 'rate-limit-date'
        : retryAfter > 60
          ? 'rate-limit-absurd'
          : 'rate-limit-seconds'
  return {
    kind,
    reply: (reply) => ({
      ...reply,
      status: 429,
      headers: {
        'content-type': 'application/json',
        ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      },
      body: JSON.stringify({ error: 'Too Many Requests' }),
    }),
  }
}

/**
 * A status, and a gateway's error page. viem's multicall makes a failure of every single call of it, which naive code
 * reads as zero debt.
 */
export function httpStatus({ status = 503 }: { readonly status?: number } = {}): Fault {
  return {
    kind: `http-${status}`,
    reply: (reply) => ({
      ...reply,
      status,
      headers: { 'content-type': 'text/html' },
      body: `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`,
    }),
  }
}

/** Refuses the key, and repeats the URL with the key in its answer: what must not reach a log. */
export function refused({ status = 401 }: { readonly status?: 401 | 403 } = {}): Fault {
  return {
    kind: `http-${status}`,
    reply: (reply, { url }) => ({
      ...reply,
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: null,
        error: { code: -32_000, message: `no access to ${url}`, data: `Authorization: Bearer ${keyOf(url)}` },
      }),
    }),
  }
}

/** 200 with a page for people, like a captive portal or a gateway whose DNS was taken over (Ankr, July 2022). */
export function htmlPage(): Fault {
  return {
    kind: 'html-page',
    reply: (reply) => ({
      ...reply,
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<!doctype html><html><body><h1>Your funds are at risk</h1><a href="https://elsewhere.invalid">Restore</a></body></html>',
    }),
  }
}

/** 200 with nothing in it. */
export function emptyBody(): Fault {
  return { kind: 'empty-body', reply: (reply) => ({ ...reply, body: '' }) }
}

/** 204: success, and nothing to say. */
export function noContent(): Fault {
  return { kind: 'no-content', reply: (reply) => ({ ...reply, status: 204, headers: {}, body: '' }) }
}

/** The right answer under a wrong name: JSON that claims to be a picture. */
export function wrongContentType({ type = 'image/png' }: { readonly type?: string } = {}): Fault {
  return {
    kind: 'wrong-content-type',
    reply: (reply) => ({ ...reply, headers: { ...reply.headers, 'content-type': type } }),
  }
}

/** Plain text that claims to be compressed: a proxy that unpacked the body and kept the header. */
export function gzipClaimed(): Fault {
  return {
    kind: 'gzip-claimed',
    reply: (reply) => ({ ...reply, headers: { ...reply.headers, 'content-encoding': 'gzip' } }),
  }
}

/** Compressed bytes without a word about it: a proxy that dropped the header. */
export function gzipUnclaimed(): Fault {
  return {
    kind: 'gzip-unclaimed',
    reply: (reply) => ({ ...reply, body: '\u001f\u008b\b\u0000\u0000\u0000\u0000\u0000\u0000\u0003\u00abV*JM\u00cb' }),
  }
}

/** Two documents in one body: the buffers of two answers that a proxy glued together. */
export function gluedDocuments(): Fault {
  return { kind: 'glued-documents', reply: (reply) => ({ ...reply, body: `${reply.body}${reply.body}` }) }
}

/** The last part of the path, where providers have the key; the URL itself where there is none. */
function keyOf(url: string): string {
  return (
    url
      .split(/[/?#=]/)
      .filter((part) => part.length > 0)
      .at(-1) ?? url
  )
}
