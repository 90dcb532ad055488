/** The lower of two numbers. */
export function least(a: bigint, b: bigint): bigint {
  if (b < a) return b
  return a
}

/** The higher of two numbers. */
export function most(a: bigint, b: bigint): bigint {
  if (b > a) return b
  return a
}
