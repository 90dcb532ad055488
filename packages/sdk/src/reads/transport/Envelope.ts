import type { Hex } from '../../model/Hex.ts'

/** What a node says is wrong: a JSON-RPC error. Its message is not clean yet. */
export type RpcError = { readonly code: number; readonly message: string; readonly data: Hex | undefined }

/** One answer without its envelope, or what is wrong with it. */
export type Opened =
  | { readonly status: 'result'; readonly result: unknown }
  | { readonly status: 'error'; readonly error: RpcError }
  | { readonly status: 'malformed'; readonly problem: string }

/**
 * Opens the one JSON-RPC envelope that answers the request with this id, and nothing else: no batch, no other id, no answer
 * that is a result and an error at once.
 */
export function open(body: string, id: number): Opened {
  const value = parse(body)
  if (value === undefined) return malformed('no JSON')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return malformed('no JSON-RPC envelope')
  // Own fields only: `{"__proto__": …}` must not lend any.
  const field = (name: string): unknown => (Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined)
  if (field('jsonrpc') !== '2.0') return malformed('no JSON-RPC 2.0 envelope')
  if (field('id') !== id) return malformed('it answers another request')
  // Some nodes send the other one as null.
  const error = field('error') ?? undefined
  const hasResult = Object.hasOwn(value, 'result')
  if (error === undefined) {
    return hasResult ? { status: 'result', result: field('result') } : malformed('neither result nor error')
  }
  if (hasResult && field('result') !== null) return malformed('both a result and an error')
  if (typeof error !== 'object' || error === null) return malformed('an error without a code')
  const { code, message } = ownFields(error)
  if (typeof code !== 'number' || !Number.isSafeInteger(code)) return malformed('an error without a code')
  if (typeof message !== 'string') return malformed('an error without a message')
  return { status: 'error', error: { code, message, data: revertDataIn(error) } }
}

/** Revert data of an error, also where a node nests it or writes a word before it; nothing else that it may carry. */
function revertDataIn(error: object): Hex | undefined {
  const { data } = ownFields(error)
  if (typeof data === 'object' && data !== null) return hexIn(ownFields(data).data)
  return hexIn(data)
}

function hexIn(data: unknown): Hex | undefined {
  if (typeof data !== 'string') return undefined
  const hex = /^(?:Reverted )?(0x(?:[0-9a-fA-F]{2})*)$/.exec(data)?.[1]
  return hex === undefined ? undefined : `0x${hex.slice(2)}`
}

function ownFields(value: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value))
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function malformed(problem: string): Opened {
  return { status: 'malformed', problem }
}
