import { decodeFunctionResult, encodeFunctionData, type Hex } from 'viem'
import type { Address } from '../../model/Hex.ts'
import type { ReadResult } from '../../model/ReadResult.ts'
import type { Route } from '../../model/Route.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import { collateralRouterAbi as abi } from '../generated/collateralRouterAbi.ts'
import type { MoveParameters } from '../MoveIntent.ts'
import type { MovePlan } from '../MovePlan.ts'
import * as Revert from '../Revert.ts'
import * as Arrival from './Arrival.ts'
import * as ArrivalGas from './ArrivalGas.ts'
import { ArrivalRefusedError } from './QuoteErrors.ts'
import type { SimulatedCall, SimulatedOutcome } from './SimulatedCalls.ts'
import type { Simulation } from './Simulation.ts'
import { simulateCalls } from './simulateCalls.ts'

/** By the router's `ArrivalStatus`. */
const CREDITED = 1
const PARKED = 2
/** Named as whoever delivers; nobody asks who that is. */
const EXECUTOR: Address = '0x000000000000000000000000000000000000dEaD'
/** Named for the recovery, and asks why it was parked: the one that is meant is only written down. Nobody's. */
const RECOVERY: Address = '0x000000000000000000000000000000000000bEEF'

type Refusal = { readonly step: ArrivalRefusedError['step']; readonly revert: Revert.Revert }

const UNREAD = 'what the app adds to the gas of its messages could not be read'
/** It goes on for whoever uses as much gas as they like. */
const OUT_OF_GAS: Revert.Revert = {
  name: 'OutOfGas',
  reason:
    'more gas is needed than is paid for: `gas` of the plan says how much that is, and anyone can go on with more',
  data: '0x',
}

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
  /** LayerZero options that the app at the source adds to those of the router. */
  readonly enforcedOptions: ReadResult<Hex | undefined>
  /** Unix seconds at which it is run. */
  readonly time?: bigint | undefined
}

/**
 * Runs a move's arrival before there is one: the OFT or the pool credits the router and queues the message, the endpoint hands it
 * over, and the router settles it, by the contracts that stand there now, with the gas that is paid for: what the router buys, and
 * what the app adds. Markets may change until it really arrives.
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
    receiver: router,
    shared: expected.shared,
    amount: expected.amount,
    composed: {
      composer: plan.source.router,
      message: {
        owner: plan.owner,
        ownerHasCode: expected.ownerHasCode,
        recovery: RECOVERY,
        market: move.dstMarket,
        marketId: move.dstMarketId,
        action: move.action,
        settleGas: move.settleGas,
      },
    },
  }
  const gas = gasOf(expected)
  if (gas === undefined) return { simulated: 'no', reason: UNREAD }
  const call = (to: Address, data: Hex) => ({ from: EXECUTOR, to, data })
  const calls: readonly SimulatedCall[] = [
    withGas({ ...deliverBy(route, delivery, plan), to: oft }, gas.deliver),
    withGas(call(endpoint, Arrival.encodeCompose(delivery, oft)), gas.compose),
    call(router, encodeFunctionData({ abi, functionName: 'arrival', args: [delivery.guid] })),
    { ...call(router, encodeFunctionData({ abi, functionName: 'retry', args: [delivery.guid] })), from: RECOVERY },
  ]
  const run = (calls: readonly SimulatedCall[]) => simulateCalls(chain, { calls, time: expected.time }, options)
  const simulated = await run(calls)
  if (simulated.status === 'unavailable') return { simulated: 'no', reason: simulated.reason }
  const { by } = simulated
  const [delivered, composed, arrived, retried] = simulated.outcomes
  const refusal =
    refusalOf('deliver', delivered) ??
    refusalOf('compose', composed) ??
    notCredited(statusIn(arrived), refusalOf('settle', retried))
  if (refusal === undefined) return { simulated: 'yes', by }
  const { step } = refusal
  let { revert } = refusal
  const isAccepted = ({ name }: Revert.Revert) => accepted.includes(name)
  if (step !== 'settle' && !isAccepted(revert)) {
    // Whoever runs out of gas says nothing of it: with plenty of it, it goes on.
    const again = await run(calls.map(({ gas: _, ...plenty }) => plenty))
    const index = step === 'deliver' ? 0 : 1
    if (again.status === 'simulated' && again.outcomes[index]?.isReverted === false) {
      revert = OUT_OF_GAS
    }
  }
  if (isAccepted(revert)) return { simulated: 'yes', by, accepted: revert.name }
  throw new ArrivalRefusedError({ chainId: chain.chainId, step, revert })
}

/** What is paid for of its delivery, as far as the OFT has it, and of its compose; nothing where nobody knows. */
function gasOf({ route, move, enforcedOptions }: ExpectedArrival): ArrivalGas.ArrivalGas | undefined {
  if (enforcedOptions.status !== 'ok') return undefined
  const added = ArrivalGas.inOptions(enforcedOptions.value ?? '0x')
  if (added === undefined) return undefined
  const own = ArrivalGas.bought({ delivery: move.deliveryGas, settle: move.settleGas })
  const { deliver, compose } = ArrivalGas.plus(own, added)
  return { deliver: ArrivalGas.delivered(route.kind, deliver), compose }
}

function withGas(call: SimulatedCall, gas: bigint): SimulatedCall {
  return { ...call, gas: ArrivalGas.limitOf(call.data, gas) }
}

/** Who hands it over, and how: the endpoint to an OFT, Stargate's messaging to a pool. */
export function deliverBy(
  route: Route,
  delivery: Arrival.Delivery,
  { destination: { chainId, endpoint } }: Pick<MovePlan, 'destination'>,
) {
  const messaging = route.kind === 'stargate' ? route.ends.find((end) => end.chainId === chainId)?.messaging : undefined
  return messaging === undefined
    ? { from: endpoint, data: Arrival.encodeReceive(delivery, EXECUTOR) }
    : { from: messaging, data: Arrival.encodeTaxi(delivery) }
}

function refusalOf(step: ArrivalRefusedError['step'], outcome: SimulatedOutcome | undefined): Refusal | undefined {
  return outcome?.isReverted === true ? { step, revert: Revert.decode(outcome.data) } : undefined
}

/** @param retried What a retry is refused for. */
function notCredited(status: number | undefined, retried: Refusal | undefined): Refusal | undefined {
  if (status === CREDITED) return undefined
  return retried ?? { step: 'settle', revert: status === PARKED ? OUT_OF_GAS : Revert.decode('0x') }
}

function statusIn(outcome: SimulatedOutcome | undefined): number | undefined {
  try {
    return decodeFunctionResult({ abi, functionName: 'arrival', data: outcome?.data ?? '0x' }).status
  } catch {
    return undefined
  }
}
