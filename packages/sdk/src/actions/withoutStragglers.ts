import { type ChainOutcome, unreadOutcome } from './readChain.ts'
import { aheadOf } from './stragglers.ts'

/**
 * Makes chains unread whose node is provably behind: what they show is older than the rest of the view, and collateral that
 * was moved away would count twice.
 */
export function withoutStragglers(outcomes: readonly ChainOutcome[]): readonly ChainOutcome[] {
  return outcomes.map((outcome) => {
    const ahead = aheadOf(outcome, outcomes)
    if (ahead === undefined) return outcome
    const reason = `the node is behind: a move has arrived on ${ahead.chain.name} that it does not show as sent`
    return unreadOutcome(outcome, { status: 'unavailable', reason }, outcome.readAt)
  })
}
