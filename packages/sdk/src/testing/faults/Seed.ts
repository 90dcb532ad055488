/** A whole number below `limit` (at least 0), always the same for the same seed and turn. */
export function below(limit: number, seed: number, turn = 0): number {
  return limit < 1 ? 0 : mix(mix(seed | 0) + turn) % limit
}

/** A bijection of 32-bit numbers that leaves no trace of their order: consecutive seeds must not choose alike. */
function mix(value: number): number {
  let state = (value + 0x9e37_79b9) | 0
  state = Math.imul(state ^ (state >>> 16), 0x21f0_aaad)
  state = Math.imul(state ^ (state >>> 15), 0x735a_2d97)
  return (state ^ (state >>> 15)) >>> 0
}
