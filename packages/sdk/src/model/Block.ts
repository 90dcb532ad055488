import type { Hex } from './Hex.ts'

/** The block that a chain was read at. */
export type Block = {
  readonly chainId: number
  /** The chain's own block number (on Arbitrum the L2's, not the L1's that `block.number` gives there). */
  readonly number: bigint
  /** Seconds since 1970, as the block says. */
  readonly timestamp: bigint
  /** Where the block was chosen by its hash: with a quorum of nodes. */
  readonly hash?: Hex | undefined
}

/** How final the block is that a chain is read at: `latest` may still be reorganised, `finalized` may not. */
export type Finality = 'latest' | 'safe' | 'finalized'
