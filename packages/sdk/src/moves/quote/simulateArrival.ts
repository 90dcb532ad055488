import { decodeEventLog, decodeFunctionResult, encodeFunctionData, type Hex, hexToBytes } from 'viem'
import type { Address } from '../../model/Hex.ts'
import type { Route } from '../../model/Route.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import { collateralRouterAbi as abi } from '../generated/collateralRouterAbi.ts'
import type { MoveParameters } from '../MoveIntent.ts'
import type { MovePlan } from '../MovePlan.ts'
import * as Revert from '../Revert.ts'
import { isSame } from '../WhatIf.ts'
import * as Arrival from './Arrival.ts'
import { ArrivalRefusedError } from './QuoteErrors.ts'
import type { Simulation } from './Simulation.ts'
import { type SimulatedOutcome, simulateCalls } from './simulateCalls.ts'

/** By the router's `ArrivalStatus`. */
const CREDITED = 1
/** Named as whoever delivers; nobody asks who that is. */
const EXECUTOR: Address = '0x000000000000000000000000000000000000dEaD'

/** What is to arrive, and for whom. */
export type ExpectedArrival = {
  readonly plan: MovePlan
  readonly route: Route
  readonly move: MoveParameters
  /** Whether the owner is a contract at the source; an account that only delegates to code is none. */
  readonly ownerHasCode: boolean
  /** In units of the route, and in base units at the destination. */
  readonly shared: bigint
  readonly amount: bigint
  /** Unix seconds at which it is run. */
  readonly time?: bigint | undefined
}

/**
 * Runs a move's arrival before there is one: the OFT or the pool credits the router and queues the message, the endpoint hands it
 * over, and the router settles it, by the contracts that stand there now, with the gas that is paid for. Markets may change until
 * it really arrives.
 *
 * @throws ArrivalRefusedError when it would not be credited, unless the reason is in `accepted`.
 * @throws AbortedError
 */
export async function simulateArrival(
  chain: Ask.Chain,
  expected: ExpectedArrival,
  accepted: readonly string[],
  options: DeadlineOptions,
): Promise<Simulation> {
  const { plan, route, move } = expected
  const { endpoint, router, oft } = plan.destination
  const delivery: Arrival.Delivery = {
    guid: move.id,
    srcEid: plan.source.eid,
    sender: plan.source.oft,
    composer: plan.source.router,
    receiver: router,
    shared: expected.shared,
    amount: expected.amount,
    message: {
      owner: plan.owner,
      ownerHasCode: expected.ownerHasCode,
      recovery: move.recovery,
      market: move.dstMarket,
      marketId: move.dstMarketId,
      action: move.action,
      settleGas: move.settleGas,
    },
  }
  const deliver = deliverBy(route, delivery, plan)
  const call = (to: Address, data: Hex) => ({ from: EXECUTOR, to, data })
  const calls = [
    { ...deliver, to: oft, gas: plan.gas.delivery + intrinsicGas(deliver.data) },
    call(endpoint, Arrival.encodeCompose(delivery, oft)),
    call(router, encodeFunctionData({ abi, functionName: 'arrival', args: [delivery.guid] })),
  ]
  const simulated = await simulateCalls(chain, { calls, time: expected.time }, options)
  if (simulated.status === 'unavailable') return { simulated: 'no', reason: simulated.reason }
  const [delivered, composed, arrived] = simulated.outcomes
  const refusal =
    refusalOf('deliver', delivered) ??
    refusalOf('compose', composed) ??
    (statusIn(arrived) === CREDITED ? undefined : { step: 'settle' as const, data: reasonIn(composed, router) })
  if (refusal === undefined) return { simulated: 'yes' }
  const revert = Revert.decode(refusal.data)
  if (accepted.includes(revert.name)) return { simulated: 'yes', accepted: revert.name }
  throw new ArrivalRefusedError({ chainId: chain.chainId, step: refusal.step, revert })
}

/** What a transaction costs before it runs: an executor pays that for itself, and not out of what a message may use. */
function intrinsicGas(data: Hex): bigint {
  const bytes = hexToBytes(data)
  return 21_000n + bytes.reduce((sum, byte) => sum + (byte === 0 ? 4n : 16n), 0n)
}

/** Who hands it over, and how: the endpoint to an OFT, Stargate's messaging to a pool. */
function deliverBy(route: Route, delivery: Arrival.Delivery, { destination: { chainId, endpoint } }: MovePlan) {
  const messaging = route.kind === 'stargate' ? route.ends.find((end) => end.chainId === chainId)?.messaging : undefined
  return messaging === undefined
    ? { from: endpoint, data: Arrival.encodeReceive(delivery, EXECUTOR) }
    : { from: messaging, data: Arrival.encodeTaxi(delivery) }
}

function refusalOf(step: 'deliver' | 'compose', outcome: SimulatedOutcome | undefined) {
  return outcome?.isReverted === true ? { step, data: outcome.data } : undefined
}

function statusIn(outcome: SimulatedOutcome | undefined): number | undefined {
  try {
    return decodeFunctionResult({ abi, functionName: 'arrival', data: outcome?.data ?? '0x' }).status
  } catch {
    return undefined
  }
}

/** Why the router parked it. */
function reasonIn(outcome: SimulatedOutcome | undefined, router: Address): Hex {
  for (const { address, topics, data } of outcome?.logs ?? []) {
    if (!isSame(address, router)) continue
    try {
      const { args } = decodeEventLog({ abi, eventName: 'MoveParked', topics: [...topics] as [Hex, ...Hex[]], data })
      return args.reason
    } catch {
      // Another event of the router's.
    }
  }
  return '0x'
}
