import type { MarginContext } from '../adapter/MarginContext.ts'
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
  },
): Promise<readonly ChainOutcome[]> {
  return withoutStragglers(
    await Promise.all(context.chains.map((chain) => readChain(context, { chain, ...parameters }))),
  )
}
