import * as OwnerMoves from './OwnerMoves.ts'
import type { ChainOutcome } from './readChain.ts'

/** Seconds that the clocks of two chains may differ by: sequencers set them. */
const CLOCK_SKEW = 300n

/**
 * The outcome that proves another one to be too old for this view, if there is one: a move has arrived there that its own
 * chain has not sent yet, so that the moved collateral would count twice.
 */
export function aheadOf(outcome: ChainOutcome, outcomes: readonly ChainOutcome[]): ChainOutcome | undefined {
  return outcomes.find((other) => other !== outcome && knowsMore(other, outcome))
}

function knowsMore(other: ChainOutcome, outcome: ChainOutcome): boolean {
  const [there, here] = [other.router, outcome.router]
  if (there === undefined || here === undefined || outcome.status !== 'read') return false
  const { timestamp } = outcome.block
  // Routers of different generations do not know each other's moves.
  if (there.router.router.toLowerCase() !== here.router.router.toLowerCase()) return false
  const sent = new Map(OwnerMoves.known(here.moves).map((moves) => [moves.owner, moves.sent]))
  return OwnerMoves.known(there.moves).some(({ owner, arrived }) => {
    const known = sent.get(owner) ?? UNREAD
    const isMissing = ({ guid, sourceEid, market, arrivedAt }: OwnerMoves.Arrived): boolean =>
      sourceEid === here.router.eid &&
      // What its owner sent without a router is on no list of moves.
      BigInt(market) !== 0n &&
      // Of a long history only the newest moves are read, of one that could not be read none: what arrived well before this
      // block was sent before it as well, and is missing because it is old or unread.
      (known.isComplete || arrivedAt + CLOCK_SKEW >= timestamp) &&
      !known.entries.some((move) => move.guid === guid)
    return arrived.entries.some(isMissing) || hidesArrivalsAfter(arrived, timestamp)
  })
}

const UNREAD: Pick<OwnerMoves.Page<OwnerMoves.Sent>, 'entries' | 'isComplete'> = { entries: [], isComplete: false }

/** Whether moves may have arrived after a time without being among those that were read. */
function hidesArrivalsAfter({ entries, isComplete }: OwnerMoves.Page<OwnerMoves.Arrived>, time: bigint): boolean {
  const oldest = entries.at(-1)
  return !isComplete && (oldest === undefined || oldest.arrivedAt + CLOCK_SKEW >= time)
}
