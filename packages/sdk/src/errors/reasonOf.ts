import { redact } from './redact.ts'
import * as Secrets from './Secrets.ts'

const MAX_LENGTH = 240

/**
 * Says in one printable line, without secrets, why something failed: what data issues carry as `reason`.
 *
 * Takes anything that can be thrown. Of viem's errors the short message and the node's own words are kept, not the dump
 * of the request; a node that repeats the key in its URL is not repeated.
 *
 * @example
 * import { reasonOf } from '@unimargin/sdk'
 *
 * reasonOf(new TypeError('fetch failed: https://rpc.example/v2/secret')) // 'fetch failed: https://rpc.example/…'
 */
export function reasonOf(cause: unknown): string {
  const line = Secrets.hide(redact(textOf(cause)), Secrets.of(cause))
    .replace(/\s+/g, ' ')
    .trim()
  if (line === '') return 'unknown failure'
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line
}

function textOf(cause: unknown): string {
  if (typeof cause === 'string') return cause
  if (typeof cause !== 'object' || cause === null) return String(cause)
  try {
    const short = 'shortMessage' in cause ? cause.shortMessage : 'message' in cause ? cause.message : undefined
    const details = 'details' in cause ? cause.details : undefined
    const parts = [short, details].filter((part) => typeof part === 'string' && part !== '')
    return [...new Set(parts)].join(' ')
  } catch {
    // A hostile getter or a revoked proxy.
    return ''
  }
}
