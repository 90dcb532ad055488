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
    headers.set('authorization', `Basic ${btoa(decodeURIComponent(credentials))}`)
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

function withDecoded(secrets: readonly string[]): readonly string[] & string[] {
  const all = secrets.flatMap((secret) => {
    try {
      return [secret, decodeURIComponent(secret)]
    } catch {
      return [secret]
    }
  })
  return [...new Set(all)]
}
