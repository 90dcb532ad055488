import { SerializationError } from './SerializationError.ts'

const VERSION = 1
const BIGINT_KEY = '$bigint'
const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype']
const MAX_DEPTH = 32
const MAX_LENGTH = 4_000_000
const MAX_DIGITS = 80

/**
 * Writes a plain value (a plan, a quote, an intent, a handle) as JSON, without losing a digit: a `bigint` becomes
 * `{"$bigint":"…"}`. Properties that are `undefined` are left out. Everything that would not come back as it is, is
 * refused: fractions and numbers above 2^53, functions, class instances, cycles, keys that touch prototypes, more than four
 * million characters.
 *
 * @throws SerializationError
 *
 * @example
 * import { serialize } from '@unimargin/sdk'
 *
 * serialize({ amount: 2n ** 200n }) // '{"version":1,"value":{"amount":{"$bigint":"1606938…"}}}'
 */
export function serialize(value: unknown): string {
  const text = JSON.stringify({ version: VERSION, value: encode(value, '$', 0) })
  assertLength(text)
  return text
}

/**
 * Reads what {@link serialize} wrote. The text is not trusted: it is bounded in size and depth, keys that touch prototypes
 * and numbers that lost digits are refused. What the value *is* has still to be checked, e.g. with `parseMove`.
 *
 * @throws SerializationError
 *
 * @example
 * import { deserialize, parseMove, type TrackedMove } from '@unimargin/sdk'
 *
 * export function restore(text: string): TrackedMove {
 *   return parseMove(deserialize(text))
 * }
 */
export function deserialize(text: string): unknown {
  assertLength(text)
  const envelope = parseJson(text)
  if (!isRecord(envelope) || Object.keys(envelope).sort().join() !== 'value,version') {
    throw new SerializationError('$', 'it is not an envelope of `version` and `value`')
  }
  if (envelope.version !== VERSION) throw new SerializationError('$', 'it was written by another version')
  return decode(envelope.value, '$', 0)
}

function assertLength(text: string): void {
  if (text.length > MAX_LENGTH) throw new SerializationError('$', `it is longer than ${MAX_LENGTH} characters`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new SerializationError('$', 'it is not JSON')
  }
}

function encode(value: unknown, path: string, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new SerializationError(path, 'it is nested too deeply, or contains itself')
  if (typeof value === 'bigint') {
    const digits = String(value)
    if (digits.length > MAX_DIGITS) throw new SerializationError(path, 'the integer is too long')
    return { [BIGINT_KEY]: digits }
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return safe(value, path)
  if (Array.isArray(value)) return Array.from(value, (item, index) => encode(item, `${path}[${index}]`, depth + 1))
  if (!isRecord(value)) throw new SerializationError(path, `a ${typeof value} is no plain value`)
  return mapRecord(value, path, (item, key) => encode(item, `${path}.${key}`, depth + 1))
}

function decode(value: unknown, path: string, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new SerializationError(path, 'it is nested too deeply')
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return safe(value, path)
  if (Array.isArray(value)) return value.map((item, index) => decode(item, `${path}[${index}]`, depth + 1))
  if (!isRecord(value)) throw new SerializationError(path, 'it is no plain value')
  if (Object.hasOwn(value, BIGINT_KEY)) return toBigint(value, path)
  return mapRecord(value, path, (item, key) => decode(item, `${path}.${key}`, depth + 1))
}

function toBigint(value: Readonly<Record<string, unknown>>, path: string): bigint {
  const digits = value[BIGINT_KEY]
  const isDecimal = typeof digits === 'string' && digits.length <= MAX_DIGITS && /^(0|-?[1-9][0-9]*)$/.test(digits)
  if (!isDecimal || Object.keys(value).length !== 1) throw new SerializationError(path, 'the integer is malformed')
  return BigInt(digits)
}

function mapRecord(
  value: Readonly<Record<string, unknown>>,
  path: string,
  change: (item: unknown, key: string) => unknown,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  for (const [key] of entries) {
    if (FORBIDDEN_KEYS.includes(key) || key === BIGINT_KEY) {
      throw new SerializationError(path, `the key "${key}" is not allowed`)
    }
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, change(item, key)]))
}

function safe(value: number, path: string): number {
  if (!Number.isSafeInteger(value)) throw new SerializationError(path, 'the number is no safe integer')
  return value === 0 ? 0 : value
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
