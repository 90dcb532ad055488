/** The block that a chain was read at. */
export type Block = {
  readonly chainId: number
  /** The chain's own block number (on Arbitrum the L2's, not the L1's that `block.number` gives there). */
  readonly number: bigint
  /** Seconds since 1970, as the block says. */
  readonly timestamp: bigint
}
