import type { MarginContext } from '../adapter/MarginContext.ts'
import { assessHead } from './assessHead.ts'
import { type ChainOutcome, secondsNow } from './readChain.ts'

/** An outcome of some time ago, as old as it is now: a block that does not change any more goes stale. */
export function reassessed(context: MarginContext, outcome: ChainOutcome): ChainOutcome {
  if (outcome.status !== 'read') return outcome
  const before = context.history?.youngest(outcome.chain.id, outcome.finality)
  return { ...outcome, ...assessHead(context, outcome, { now: secondsNow(), before }) }
}
