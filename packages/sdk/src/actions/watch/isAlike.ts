/** Whether two plain values say the same; below `depth` only if they are the very same. */
export function isAlike(a: unknown, b: unknown, depth = Number.POSITIVE_INFINITY): boolean {
  if (a === b || depth === 0) return a === b
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const left = Object.entries(a)
  const right = new Map(Object.entries(b))
  return left.length === right.size && left.every(([key, value]) => isAlike(value, right.get(key), depth - 1))
}
