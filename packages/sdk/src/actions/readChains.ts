import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Finality } from '../model/Block.ts'
import type { Address } from '../model/Hex.ts'
import { atOneTime } from './atOneTime.ts'
import { movedForward } from './movedForward.ts'
import { type ChainOutcome, readChain } from './readChain.ts'
import { reassessed } from './reassessed.ts'
import { withoutStragglers } from './withoutStragglers.ts'

/** How the blocks of the chains are chosen. */
export type Cut = 'latest' | 'time'

/** Parameters of {@link readChains}. The deadline holds for each chain, all of its requests included. */
export type ReadChainsParameters = {
  readonly owners: readonly Address[]
  readonly timeout: number
  readonly signal: AbortSignal | undefined
  readonly finality?: Finality | undefined
  readonly cut?: Cut | undefined
  /** Outcomes to take instead of reading, by chain id: of blocks that did not change, of chains to spare. */
  readonly kept?: ReadonlyMap<number, ChainOutcome> | undefined
}

/** Reads every chain for all owners at once, each at a block that fits those of the others. Never throws for what a node does. */
export async function readChains(
  context: MarginContext,
  parameters: ReadChainsParameters,
): Promise<readonly ChainOutcome[]> {
  const { kept, cut = 'latest', timeout, ...rest } = parameters
  const started = Date.now()
  // Never below what a timer can keep: a read that has no time left ends at once, as a failure.
  const left = () => Math.max(1, timeout - (Date.now() - started))
  const read = (chain: ChainOutcome['chain'], blockNumber?: bigint) =>
    readChain(context, { ...rest, chain, blockNumber, timeout: left() })

  const heads = await Promise.all(
    context.chains.map(async (chain) => {
      const outcome = kept?.get(chain.id)
      return outcome === undefined ? read(chain) : reassessed(context, outcome)
    }),
  )
  const chosen = cut === 'time' ? await atOneTime(context, heads, { read, left, signal: rest.signal }) : heads
  return withoutStragglers(await movedForward(heads, chosen, read))
}
