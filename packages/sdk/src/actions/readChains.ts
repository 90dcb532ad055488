import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Finality } from '../model/Block.ts'
import type { Address } from '../model/Hex.ts'
import { type ChainOutcome, readChain } from './readChain.ts'
import { withoutStragglers } from './withoutStragglers.ts'

/** Reads every chain for all owners at once; the deadline holds for each chain. Never throws for what a node does. */
export async function readChains(
  context: MarginContext,
  parameters: {
    readonly owners: readonly Address[]
    readonly timeout: number
    readonly signal: AbortSignal | undefined
    readonly finality?: Finality | undefined
    /** Outcomes to take as they are, by chain id, instead of reading: of blocks that did not change, of chains to spare. */
    readonly kept?: ReadonlyMap<number, ChainOutcome> | undefined
  },
): Promise<readonly ChainOutcome[]> {
  const { kept, ...rest } = parameters
  return withoutStragglers(
    await Promise.all(
      context.chains.map(async (chain) => kept?.get(chain.id) ?? readChain(context, { chain, ...rest })),
    ),
  )
}
