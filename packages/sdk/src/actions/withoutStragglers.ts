import type { ReadFailure } from '../model/ReadResult.ts'
import type { ChainOutcome } from './readChain.ts'

/**
 * Makes chains unread whose node is provably behind: where a move has arrived on another chain that its own chain has not
 * sent yet, what it shows is older than the rest of the view, and the moved collateral would count twice.
 */
export function withoutStragglers(outcomes: readonly ChainOutcome[]): readonly ChainOutcome[] {
  return outcomes.map((outcome) => {
    const ahead = outcomes.find((other) => other !== outcome && knowsMore(other, outcome))
    if (ahead === undefined) return outcome
    const failure: ReadFailure = {
      status: 'unavailable',
      reason: `the node is behind: a move has arrived on ${ahead.chain.name} that it does not show as sent`,
    }
    return {
      chain: outcome.chain,
      owners: outcome.owners,
      assets: outcome.assets,
      status: 'unread',
      reason: failure.reason,
      markets: outcome.markets.map(({ adapter }) => ({ adapter, reading: failure })),
      router: outcome.router && { ...outcome.router, moves: failure },
    }
  })
}

function knowsMore(other: ChainOutcome, outcome: ChainOutcome): boolean {
  const [there, here] = [other.router, outcome.router]
  if (there?.moves.status !== 'ok' || here?.moves.status !== 'ok' || outcome.status !== 'read') return false
  const { timestamp } = outcome.block
  // Routers of different generations do not know each other's moves.
  if (there.router.router.toLowerCase() !== here.router.router.toLowerCase()) return false
  const sent = new Map(here.moves.value.map((entry) => [entry.owner, entry.sent]))
  return there.moves.value.some(({ owner, arrived }) => {
    const known = sent.get(owner)
    if (known === undefined) return false
    return arrived.entries.some(
      ({ guid, sourceEid, arrivedAt }) =>
        sourceEid === here.router.eid &&
        // Of a long history only the newest moves are read: what arrived before this block was sent before it as well,
        // and is missing because it is old.
        (known.isComplete || arrivedAt >= timestamp) &&
        !known.entries.some((move) => move.guid === guid),
    )
  })
}
