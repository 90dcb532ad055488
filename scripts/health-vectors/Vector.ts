/** One case that a rule and its twin in Solidity both judge. Integers are decimal strings. */
export type Vector = {
  readonly about: string
  /** WAD, or `no-debt`. */
  readonly factor: string
}

/** What a protocol brings. */
export type Family<vector extends Vector> = {
  /** The constant in Solidity. */
  readonly name: string
  /** How its bytes are to be read, a line each. */
  readonly layout: readonly string[]
  readonly vectors: () => readonly vector[]
  readonly encode: (vector: vector) => string
}

/** An unsigned integer of some bytes, in hex digits. */
export function word(value: bigint | string, bytes: number): string {
  const digits = BigInt(value)
    .toString(16)
    .padStart(2 * bytes, '0')
  if (digits.length > 2 * bytes) throw new RangeError(`${value} does not fit into ${bytes} bytes`)
  return digits
}

/** A factor as the contracts have it: the largest number without a debt. */
export function factorWord(factor: string): string {
  return word(factor === 'no-debt' ? 2n ** 256n - 1n : factor, 32)
}
