import type { Envelope, Fault } from './Fault.ts'

/** An id that nobody asked with. viem does not look at the id of a single reply. */
export function wrongId(): Fault {
  return eachEnvelope('wrong-id', (envelope) => ({ ...envelope, id: 987_654_321 }))
}

/** No id at all. */
export function missingId(): Fault {
  return eachEnvelope('missing-id', ({ id: _, ...rest }) => rest)
}

/** The id as a text: `"1"` for `1`. */
export function idAsString(): Fault {
  return eachEnvelope('id-as-string', (envelope) => ({ ...envelope, id: String(envelope.id) }))
}

/**
 * One reply of a batch is missing. viem sorts the others by id and hands them out by index, so that a request gets the
 * value of another one. A single request gets `null`.
 */
export function missingItem({ index = 0 }: { readonly index?: number } = {}): Fault {
  return {
    kind: 'missing-item',
    envelopes: (all) => all.filter((_, at) => at !== index % Math.max(1, all.length)),
  }
}

/** One reply comes twice; a single request gets a list. */
export function duplicatedItem({ index = 0 }: { readonly index?: number } = {}): Fault {
  return {
    kind: 'duplicated-item',
    envelopes: (all) => all.flatMap((envelope, at) => (at === index % all.length ? [envelope, envelope] : [envelope])),
  }
}

/** The replies of a batch in another order, as the standard allows (Ankr on BSC). A single request is not changed. */
export function permutedBatch(): Fault {
  return { kind: 'permuted-batch', envelopes: (all) => [...all.slice(1), ...all.slice(0, 1)] }
}

/** The answers of a batch with each other's ids. Nobody can tell without a second node. A single request is not changed. */
export function crossedBatch(): Fault {
  return {
    kind: 'crossed-batch',
    envelopes: (all) => all.map((envelope, at) => ({ ...envelope, id: all[(at + 1) % all.length]?.id })),
  }
}

/** A result and an error at once. */
export function resultAndError(): Fault {
  return eachEnvelope('result-and-error', (envelope) => ({
    result: '0x',
    error: { code: -32_000, message: 'internal error' },
    ...envelope,
  }))
}

/** Neither a result nor an error. */
export function neitherResultNorError(): Fault {
  return eachEnvelope('neither-result-nor-error', ({ result: _, error: __, ...rest }) => rest)
}

/** No `jsonrpc`, as servers of JSON-RPC 1 answer. */
export function missingVersion(): Fault {
  return eachEnvelope('missing-version', ({ jsonrpc: _, ...rest }) => rest)
}

/** JSON, but no object: the result without its envelope. */
export function notAnObject(): Fault {
  return {
    kind: 'not-an-object',
    reply: (reply) => ({ ...reply, body: JSON.stringify('0x1') }),
  }
}

/** Lists in lists, deeper than the stack of a careless reader. */
export function deepJson({ depth = 100_000 }: { readonly depth?: number } = {}): Fault {
  return {
    kind: 'deep-json',
    reply: (reply) => ({ ...reply, body: `${'['.repeat(depth)}${reply.body}${']'.repeat(depth)}` }),
  }
}

/** An error inside of HTTP 200 with the code 429, as Alchemy answers a rate limit within a batch. */
export function limitCode(): Fault {
  return withError('limit-code-429', 429, 'Your app has exceeded its compute units per second capacity.')
}

/** Error −32005, as EIP-1474 has it for "limit exceeded". */
export function limitExceeded(): Fault {
  return withError('limit-exceeded', -32_005, 'daily request count exceeded, request rate limited')
}

/**
 * An error text that attacks who prints it: it clears the terminal, turns the direction of writing, carries HTML and a
 * link, and repeats the URL with the key (Ankr's gateways showed a phishing text in this way).
 */
export function hostileText(): Fault {
  return {
    kind: 'hostile-text',
    envelopes: (all, { url }) =>
      all.map(({ jsonrpc, id }) => ({
        jsonrpc,
        id,
        error: {
          code: -32_000,
          message: `\u001b[2J\u001b]0;owned\u0007\u202etxet\u2066 <script>alert(1)</script> visit https://elsewhere.invalid/restore?seed= and not ${url}`,
        },
      })),
  }
}

/** Keys that change an object's prototype where a reader copies them carelessly. */
export function prototypeKeys(): Fault {
  return {
    kind: 'prototype-keys',
    // As text: in a literal, `__proto__` would set the prototype instead of a key.
    reply: (reply) => ({
      ...reply,
      body: reply.body.replace(
        /\}(?=\]?$)/,
        ',"__proto__":{"result":"0x0"},"constructor":{"prototype":{"result":"0x0"}}}',
      ),
    }),
  }
}

function eachEnvelope(kind: string, change: (envelope: Envelope) => Envelope): Fault {
  return { kind, envelopes: (all) => all.map(change) }
}

function withError(kind: string, code: number, message: string): Fault {
  return { kind, answer: () => ({ status: 'error', code, message }) }
}
