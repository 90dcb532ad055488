/** Freezes a plain value and everything in it, as it is. */
export function deepFreeze<value>(value: value): value {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
