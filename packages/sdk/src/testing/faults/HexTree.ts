import type { Hex } from '../../model/Hex.ts'

/** Changes every hex string in a JSON value: a quantity alone, or all fields of a block, a receipt or a list of logs. */
export function map(value: unknown, change: (hex: Hex) => unknown): unknown {
  if (typeof value === 'string') return isHex(value) ? change(value) : value
  if (Array.isArray(value)) return value.map((entry) => map(entry, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, map(entry, change)]))
}

/** Changes the fields of these names, wherever they are. */
export function mapFields(value: unknown, names: readonly string[], change: (hex: Hex) => unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => mapFields(entry, names, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      names.includes(key) && isHex(entry) ? change(entry) : mapFields(entry, names, change),
    ]),
  )
}

/** A non-negative number as JSON-RPC writes it. */
export function quantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`
}

function isHex(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x[0-9a-fA-F]*$/.test(value)
}
