const URL_PATTERN = /[a-z][a-z\d+.-]{1,20}:\/\/([^\s"<>]+)/gi
/** Shorter parts are words like `v2` or `rpc`; keys are longer. */
const MIN_LENGTH = 8
/** The request's URL comes first in what viem says of an error, before the request's body. */
const MAX_SCANNED = 8_000
const MAX_CAUSES = 8

/** Parts of URLs that may be keys: they give access wherever they are printed, also without their URL. */
export type Secrets = readonly string[]

/**
 * Finds what of the URLs that an error and its causes name may be a key: segments of paths, values of queries, user names.
 * A node tells them on: "Cannot POST /v2/…" is what many servers say of a path that they do not know.
 */
export function of(cause: unknown): Secrets {
  const found = new Set<string>()
  let current = cause
  for (let depth = 0; depth < MAX_CAUSES && typeof current === 'object' && current !== null; depth += 1) {
    try {
      const { message, url, cause: next } = current as { message?: unknown; url?: unknown; cause?: unknown }
      for (const text of [message, url]) {
        if (typeof text !== 'string') continue
        const urls = text.slice(0, MAX_SCANNED).matchAll(URL_PATTERN)
        for (const part of [...urls].flatMap(([, rest = '']) => partsOf(rest))) found.add(part)
      }
      current = next
    } catch {
      // A hostile getter or a revoked proxy.
      break
    }
  }
  // The longest first: a part may contain another.
  return [...found].sort((a, b) => b.length - a.length)
}

/** The text without the secrets. */
export function hide(text: string, secrets: Secrets): string {
  return secrets.reduce((hidden, secret) => hidden.replaceAll(secret, '[redacted]'), text)
}

/** Everything but the host and its port. */
function partsOf(url: string): readonly string[] {
  const begin = url.search(/[/?#\\]/)
  const authority = begin === -1 ? url : url.slice(0, begin)
  const credentials = authority.slice(0, Math.max(0, authority.lastIndexOf('@')))
  const parts = [...credentials.split(':'), ...(begin === -1 ? '' : url.slice(begin)).split(/[/\\?#&=]/)]
  return parts.filter(({ length }) => length >= MIN_LENGTH)
}
