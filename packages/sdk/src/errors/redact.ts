// A scheme of bounded length, so that a hostile text cannot make the search quadratic.
const URL_PATTERN = /[a-z][a-z\d+.-]{1,20}:\/\/[^\s"<>]+/gi
// User names and passwords end at the last `@` before the path; a backslash begins the path as well.
const URL_PARTS = /^([a-z][a-z\d+.-]*:\/\/)(?:[^/?#\\]*@)?([^/?#\\]*)(.*)$/i
const HOST_PATTERN = /^(?:[a-z\d_.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i
const SECRET_PATTERN =
  /\b(bearer\s+|(?:(?:x[-_])?api[-_ ]?key|(?:access|auth)[-_]?token|secret|password|authorization)"?\s*[:=]\s*"?(?:(?:bearer|basic)\s+)?)[^\s"',;&<>]{6,}/gi
const CONTROL_PATTERN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g
const MAX_LENGTH = 2_000

/**
 * Makes a text that came from outside safe to print: URLs are cut to their origin (paths, queries and user names carry
 * API keys), named secrets, control, escape and bidirectional characters are taken out, and the length is capped.
 *
 * @example
 * import { redact } from '@unimargin/sdk'
 *
 * redact('HTTP 403 from https://rpc.example/v2/secret?key=1') // 'HTTP 403 from https://rpc.example/…'
 */
export function redact(text: string): string {
  // Cut first, with room for what is taken out: a node may answer with megabytes.
  const printable = text.slice(0, 4 * MAX_LENGTH).replace(CONTROL_PATTERN, '')
  const clean = printable.replace(URL_PATTERN, originOf).replace(SECRET_PATTERN, '$1[redacted]')
  return clean.length > MAX_LENGTH || text.length > 4 * MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH)}…` : clean
}

/** Not by the `URL` class: React Native's is a stub, and the pure core compiles without it. */
function originOf(url: string): string {
  const [, scheme = '', host = '', rest = ''] = URL_PARTS.exec(url) ?? []
  if (!HOST_PATTERN.test(host)) return '[url]'
  return `${scheme}${host}${rest.length <= 1 ? '' : '/…'}`.toLowerCase()
}
