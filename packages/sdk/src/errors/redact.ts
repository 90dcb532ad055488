const URL_PATTERN = /\b(https?|wss?):\/\/[^\s"'<>`)\]]+/gi
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const CONTROL_PATTERN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g
const MAX_LENGTH = 2_000

/**
 * Makes a text that came from outside safe to print: URLs are cut to their origin (paths, queries and user names carry
 * API keys), control, escape and bidirectional characters are taken out, and the length is capped.
 *
 * @example
 * import { redact } from '@unimargin/sdk'
 *
 * redact('HTTP 403 from https://rpc.example/v2/secret?key=1') // 'HTTP 403 from https://rpc.example/…'
 */
export function redact(text: string): string {
  const printable = text.replace(CONTROL_PATTERN, '')
  const withoutSecrets = printable.replace(URL_PATTERN, (url) => {
    try {
      const { protocol, host, pathname, search } = new URL(url)
      return `${protocol}//${host}${pathname === '/' && search === '' ? '' : '/…'}`
    } catch {
      return '[url]'
    }
  })
  return withoutSecrets.length > MAX_LENGTH ? `${withoutSecrets.slice(0, MAX_LENGTH)}…` : withoutSecrets
}
