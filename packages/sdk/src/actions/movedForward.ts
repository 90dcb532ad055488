import type { ChainOutcome } from './readChain.ts'
import { aheadOf } from './stragglers.ts'

/**
 * Replaces outcomes that are provably too old, each once, by a later one: the chain's head where an older block was chosen,
 * else what the node says now. A chain that was moved forward may show more than others do: then they follow.
 */
export async function movedForward(
  heads: readonly ChainOutcome[],
  chosen: readonly ChainOutcome[],
  read: (chain: ChainOutcome['chain']) => Promise<ChainOutcome>,
): Promise<readonly ChainOutcome[]> {
  let outcomes = chosen
  const moved = new Set<number>()
  for (;;) {
    const behind = new Set(
      outcomes.filter((outcome) => !moved.has(outcome.chain.id) && aheadOf(outcome, outcomes) !== undefined),
    )
    if (behind.size === 0) return outcomes
    outcomes = await Promise.all(
      outcomes.map(async (outcome, index) => {
        if (!behind.has(outcome)) return outcome
        moved.add(outcome.chain.id)
        const head = heads[index]
        return head !== undefined && head !== outcome ? head : read(outcome.chain)
      }),
    )
  }
}
