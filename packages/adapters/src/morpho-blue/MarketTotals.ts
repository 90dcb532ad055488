import type { Side } from './SharesMath.ts'

/** A market as its contract holds it: as of the last update. */
export type MarketTotals = {
  readonly supply: Side
  readonly borrow: Side
  /** Seconds since 1970. */
  readonly lastUpdate: bigint
  /** The protocol's share of the interest, WAD. */
  readonly fee: bigint
}
