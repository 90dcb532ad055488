import type { Address, Hex } from '../../model/Hex.ts'
import type { Route } from '../../model/Route.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import type { MovePlan } from '../MovePlan.ts'
import { ArrivalRefusedError } from '../quote/QuoteErrors.ts'
import type { Simulation } from '../quote/Simulation.ts'
import { deliverBy } from '../quote/simulateArrival.ts'
import { simulateCalls } from '../quote/simulateCalls.ts'
import type { SourceCall } from '../quote/simulateSource.ts'
import * as Revert from '../Revert.ts'

/** Stands for a message that there is not yet. */
const NO_GUID: Hex = `0x${'ff'.repeat(32)}`

export type ExpectedSecondStep = {
  readonly plan: Pick<MovePlan, 'source' | 'destination'>
  readonly route: Route
  readonly recipient: Address
  readonly calls: readonly SourceCall[]
  /** What arrives, in units of the route and in base units. */
  readonly shared: bigint
  readonly amount: bigint
  /** Unix seconds at which it is run. */
  readonly time: bigint
}

/**
 * Runs the second step of a direct move before the first: the OFT or the pool pays the recipient, who then supplies or repays, by the
 * contracts that stand there now.
 *
 * @throws ArrivalRefusedError naming the call that would be refused, unless the reason is in `accepted`.
 * @throws AbortedError
 */
export async function simulateSecondStep(
  chain: Ask.Chain,
  { plan, route, recipient, calls, time, ...arriving }: ExpectedSecondStep,
  accepted: readonly string[],
  options: DeadlineOptions,
): Promise<Simulation & { readonly gas?: bigint | undefined }> {
  const { source, destination } = plan
  const delivery = { ...arriving, guid: NO_GUID, srcEid: source.eid, sender: source.oft, receiver: recipient }
  const deliver = { ...deliverBy(route, delivery, plan), to: destination.oft }
  const simulated = await simulateCalls(chain, { calls: [deliver, ...calls], rich: recipient, time }, options)
  if (simulated.status === 'unavailable') return { simulated: 'no', reason: simulated.reason }
  const { by } = simulated
  const [, ...own] = simulated.outcomes
  const refused = simulated.outcomes.findIndex(({ isReverted }) => isReverted)
  const refusal = simulated.outcomes[refused]
  if (refusal === undefined) return { simulated: 'yes', by, gas: own.reduce((sum, { gasUsed }) => sum + gasUsed, 0n) }
  const revert = Revert.decode(refusal.data)
  if (accepted.includes(revert.name)) return { simulated: 'yes', by, accepted: revert.name }
  throw new ArrivalRefusedError({ chainId: chain.chainId, step: calls[refused - 1]?.name ?? 'deliver', revert })
}
