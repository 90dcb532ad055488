import { reasonOf } from '../../errors/reasonOf.ts'
import { redact } from '../../errors/redact.ts'
import * as Secrets from '../../errors/Secrets.ts'

/** One node that is asked over HTTP, and what of it must never be printed. */
export type HttpNode = {
  /** Without user name and password: they are in a header. */
  readonly url: string
  readonly origin: string
  readonly init: RequestInit
  readonly secrets: Secrets.Secrets
}

const CREDENTIALS = /^([a-z]+:\/\/)([^/?#\\]*)@(.*)$/i
const MIN_SECRET = 6

/**
 * A node from what viem's `http` was given. Headers of the caller stay; a user name in the URL becomes a header, because
 * `fetch` refuses such URLs.
 */
export function create(fullUrl: string, options: RequestInit = {}): HttpNode {
  const [, scheme = '', credentials = '', rest = ''] = CREDENTIALS.exec(fullUrl) ?? []
  const url = scheme === '' ? fullUrl : `${scheme}${rest}`
  const headers = new Headers(options.headers)
  if (credentials !== '' && !headers.has('authorization')) {
    headers.set('authorization', `Basic ${basicOf(credentials)}`)
  }
  const values: readonly string[] = [...headers.values()].flatMap((value) => [value, ...value.split(/[\s,;=]+/)])
  const secrets = [...Secrets.of({ url: fullUrl }), ...credentials.split(':'), ...values]
  headers.set('content-type', 'application/json')
  return {
    url,
    origin: redact(url).replace('/…', ''),
    init: {
      ...options,
      method: 'POST',
      headers,
      // Another host is not the one that was configured.
      redirect: 'error',
    },
    // The longest first: a part may contain another.
    secrets: withDecoded(secrets)
      .filter(({ length }) => length >= MIN_SECRET)
      .sort((a, b) => b.length - a.length),
  }
}

/** What somebody says of the node, or the node itself, fit to be printed. */
export function clean(node: HttpNode, text: string): string {
  return Secrets.hide(redact(Secrets.hide(text, node.secrets)), node.secrets)
}

/** Why something failed, fit to be printed; `fetch` hides it one level below. */
export function reason(node: HttpNode, error: unknown): string {
  const inner = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined
  const lines = [reasonOf(error), ...(inner === undefined ? [] : [reasonOf(inner)])]
  return clean(node, [...new Set(lines)].join(': '))
}

/** As `fetch` would, if it took such URLs: what is no escape stands for itself, and bytes are those of UTF-8. */
function basicOf(credentials: string): string {
  const decoded = credentials.replace(/(?:%[\da-f]{2})+/gi, (escapes) => decodedOf(escapes))
  const bytes = new TextEncoder().encode(decoded.includes(':') ? decoded : `${decoded}:`)
  return btoa(String.fromCharCode(...bytes))
}

function withDecoded(secrets: readonly string[]): readonly string[] & string[] {
  return [...new Set(secrets.flatMap((secret) => [secret, decodedOf(secret)]))]
}

function decodedOf(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
