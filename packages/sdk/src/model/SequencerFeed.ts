import type { Address } from './Hex.ts'

/**
 * Where a chain says whether its sequencer is up: Chainlink's uptime feed on that chain (answer 0 is up, 1 is down;
 * `startedAt` is since when).
 */
export type SequencerFeed = {
  readonly chainId: number
  readonly feed: Address
  /** Seconds after a restart during which prices may be old and people could not act yet. 3,600 unless given. */
  readonly grace?: number | undefined
}
