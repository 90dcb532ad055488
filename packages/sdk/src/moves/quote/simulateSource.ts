import type { Address } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import { CallRevertedError } from '../MoveErrors.ts'
import * as Revert from '../Revert.ts'
import type { SimulateCallsParameters, SimulatedCall } from './SimulatedCalls.ts'
import type { Simulation } from './Simulation.ts'
import { simulateCalls } from './simulateCalls.ts'

/** A call of the owner's, and what to call it when it reverts. */
export type SourceCall = Ask.Transaction & Pick<SimulatedCall, 'dataWithCode'> & { readonly name: string }

export type SimulateSourceParameters = Pick<SimulateCallsParameters, 'time'> & {
  readonly owner: Address
  readonly calls: readonly SourceCall[]
}

/**
 * Runs what the owner would send at the source, all of it in its order, as the node would: an approval counts for what comes after
 * it. The owner's lack of coins hides nothing; preparing looks at it.
 *
 * @throws CallRevertedError naming the first call that would revert.
 * @throws AbortedError
 */
export async function simulateSource(
  chain: Ask.Chain,
  { owner, calls, time }: SimulateSourceParameters,
  options: DeadlineOptions,
): Promise<Simulation & { readonly gas?: bigint | undefined }> {
  const simulated = await simulateCalls(chain, { calls, rich: owner, time }, options)
  if (simulated.status === 'unavailable') return { simulated: 'no', reason: simulated.reason }
  for (const [index, { isReverted, data }] of simulated.outcomes.entries()) {
    if (!isReverted) continue
    const call = calls[index]?.name ?? 'call'
    throw new CallRevertedError({ chainId: chain.chainId, call, revert: Revert.decode(data) })
  }
  return { simulated: 'yes', by: simulated.by, gas: simulated.outcomes.reduce((sum, { gasUsed }) => sum + gasUsed, 0n) }
}
