import type { Address } from './Hex.ts'

/** Each {@link FlagKind}. */
export const FLAG_KINDS = [
  /** One node alone says so. */
  'single-source',
  /** The block is older than blocks of this chain may be: the node, or the chain itself, stands still. */
  'stale-head',
  /** A younger block of this chain was seen before: the node is behind, or the chain was reorganised. */
  'head-went-back',
  /** The chain's sequencer is down, by its uptime feed. */
  'sequencer-down',
  /** It is back, but not for long enough that people could have mended their positions. */
  'sequencer-grace',
  /** Its uptime feed is configured, and could not be read. */
  'sequencer-unknown',
  /** The price is older than its feed's heartbeat allows. */
  'stale-oracle',
  /** The feed does not say, or not in a way that is known here, when it was updated. */
  'oracle-age-unknown',
  /**
   * The protocol's own answers about accounts count interest up to an earlier time than this view: they change when somebody
   * accrues it, which anybody can.
   */
  'protocol-behind',
  /** Anybody may liquidate the position whatever its health: the protocol is closing a market that it owes in. */
  'liquidation-forced',
] as const

/** What is doubtful about a value that was read. */
export type FlagKind = (typeof FLAG_KINDS)[number]

/**
 * A located doubt about something that *was* read. The protocol counts with it all the same, and so does the view: a flag
 * is never a substitute price. It is a limit for building moves.
 */
export type Flag = {
  readonly kind: FlagKind
  readonly chainId: number
  /** The market's key, where the flag lies within one. */
  readonly market?: string | undefined
  /** The asset's address, where the flag is about one. */
  readonly asset?: Address | undefined
  /** What is doubtful, e.g. `chain` or `reserves.WETH.price`. */
  readonly path: string
  /** Why, in one printable line. */
  readonly reason: string
}
