/** Bytes as a `0x` string of lower-case digits; the same type as viem's, without knowing viem. */
export type Hex = `0x${string}`

/** An EVM address; the same type as viem's `Address`. */
export type Address = `0x${string}`
