import { zeroAddress } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import { AbortedError } from '../errors/AbortedError.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type * as Read from '../reads/Read.ts'
import type { DeadlineOptions } from '../reads/withDeadline.ts'
import * as Wad from '../units/Wad.ts'
import * as Ask from './ask.ts'
import { assertAddress } from './assertAddress.ts'
import { assertKnownRoute } from './assertKnownRoute.ts'
import { buildMove } from './buildMove.ts'
import * as Leave from './Leave.ts'
import { UntrustedRouteError, WrongOwnerError } from './MoveErrors.ts'
import { APPROVE_GAS, GRANT_GAS, SEND_GAS } from './MoveGas.ts'
import type { MovePlan, PlannedEnd } from './MovePlan.ts'
import type { MoveQuote } from './MoveQuote.ts'
import * as Costs from './quote/Costs.ts'
import * as DataFee from './quote/DataFee.ts'
import { simulateArrival } from './quote/simulateArrival.ts'
import { soonAfter } from './quote/simulateCalls.ts'
import { type SourceCall, simulateSource } from './quote/simulateSource.ts'
import { sourceCalls } from './quote/sourceCalls.ts'
import * as Transfer from './quote/Transfer.ts'
import * as Validity from './quote/Validity.ts'
import * as RouterReads from './RouterReads.ts'
import { assertRoute, gradeOfPlan } from './route/assertRoute.ts'
import type { AcceptableRouteReason } from './route/RouteReason.ts'
import { isSame } from './WhatIf.ts'

/** Stands for what is not known yet when the size of a transaction matters. */
const SOME_DEADLINE = 2n ** 31n - 1n
const SOME_FEE = 12_345_678_901_234_567n
/** Stands for the id in a quote and an estimate: the real one is made when the move is prepared. */
const NO_ID: Hex = `0x${'ff'.repeat(32)}`

export type GetMoveQuoteParameters = DeadlineOptions &
  Validity.ValidityParameters & {
    readonly plan: MovePlan
    readonly owner: Address
    /** Who besides the owner may claim or retry on the destination. Needed when the owner is a contract. */
    readonly recovery?: Address | undefined
    /** What an hour of being on its way costs of a value, a share in WAD, as in the costs of `planMoves`. Nothing unless given. */
    readonly waiting?: bigint | undefined
    /** How the source chain takes fees for data, where that is not known here; see {@link DataFeeModel}. */
    readonly dataFee?: DataFee.DataFeeModel | undefined
    /** Errors, by name, that a move may end in at the destination all the same, e.g. `OwnerHasNoCode`. The quote keeps them. */
    readonly acceptArrival?: readonly string[] | undefined
    /** Doubts about the route, by name, that do not stop the move; see `gradeRoute`. */
    readonly acceptRoute?: readonly AcceptableRouteReason[] | undefined
  }

/**
 * Says what a planned move costs, all in, and what it brings: one `eth_call` and the gas price on both chains, and a simulation on
 * each. Both routers are asked whether they trust the route: what one of them does not know could not be supplied. The route
 * itself is graded, from memory where that is younger than five minutes, and refused where one party could make tokens out of
 * nothing on it. Costs are in the unit of account (WAD), rounded up; a part that nobody says is unknown, and so is the total then.
 *
 * Everything that would be sent is run first, and thrown away: the owner's calls at the source, and the delivery, the composing and
 * the settlement at the destination. What would revert or be parked is refused. That is done by `eth_simulateV1`
 * or, where a node does not know it, by one `eth_call`; a node that can do neither leaves a `simulated: 'no'` with the reasons. Nothing is sent.
 *
 * @throws InvalidAddressError, WrongOwnerError, ExpiredDeadlineError, InvalidDeadlineError, InvalidParameterError,
 * UnknownPriceError for what was passed.
 * @throws UnknownRouterError, UnknownRouteError, ForeignMoveError when the plan is not of this client.
 * @throws RefusedRouteError when the grade of the route is too low, and its doubts are not in `acceptRoute`.
 * @throws UntrustedRouteError when a router does not know the market, the OFT or the other chain.
 * @throws UnexpectedRouteError when the route would not take the whole amount; TransferFeeTooHighError when it would keep more of
 * it than the plan allows for.
 * @throws CallRevertedError when the router refuses the route, or what the owner would send reverts.
 * @throws ArrivalRefusedError when it would not be credited at the destination, unless `acceptArrival` names the error.
 * @throws ChainUnavailableError when a chain does not answer.
 *
 * @example
 * import { getMoveQuote, issuesOf, type MarginContext, type MovePlan } from '@unimargin/sdk'
 *
 * export async function costOf(client: MarginContext, plan: MovePlan): Promise<bigint> {
 *   const { total, totalKnown } = await getMoveQuote(client, { plan, owner: plan.owner })
 *   for (const { path, reason } of issuesOf(total)) console.warn(`${path} is not in it: ${reason}`)
 *   return totalKnown
 * }
 */
export async function getMoveQuote(client: MarginContext, parameters: GetMoveQuoteParameters): Promise<MoveQuote> {
  const { plan, owner, recovery = zeroAddress, acceptRoute = [], acceptArrival = [] } = parameters
  assertAddress('owner', owner)
  assertAddress('recovery', recovery)
  if (!isSame(owner, plan.owner)) throw new WrongOwnerError(owner, plan.owner)
  const route = assertKnownRoute(client, plan)
  const { deadline: asked = 0n, waiting = 0n } = parameters
  Validity.assert(parameters)
  Validity.assertRange('waiting', waiting, 0n, Wad.WAD)
  const [sourcePrice, destinationPrice] = [Costs.nativePriceOf(plan.source), Costs.nativePriceOf(plan.destination)]
  const source: Ask.Chain = { chainId: plan.source.chainId, client: client.getClient(plan.source.chainId) }
  const destination = { chainId: plan.destination.chainId, client: client.getClient(plan.destination.chainId) }

  const { router } = plan.source
  const moveUntil = (until: bigint) => buildMove(plan, { id: NO_ID, recovery, deadline: until })
  // Without a minimum: what the route keeps is told in words of ours.
  const wanted = { ...moveUntil(asked < 0n ? 0n : asked), minAmount: 0n }
  const model = parameters.dataFee ?? DataFee.modelOf(source.chainId, source.client.chain)
  const [answer, arrival, sourceGasPrice, destinationGasPrice, code, grade] = await Promise.all([
    Ask.snapshot(
      source,
      [
        RouterReads.quote(router, wanted),
        Leave.readIsGiven(plan.authorization, owner, router),
        trustOf(plan.source, plan.destination.eid),
        DataFee.read(model, sourceCalls(plan, moveUntil(SOME_DEADLINE), SOME_FEE), source.chainId),
      ],
      parameters,
    ),
    Ask.snapshot(destination, [trustOf(plan.destination, plan.source.eid)], parameters),
    Ask.gasPrice(source, parameters),
    Ask.gasPrice(destination, parameters),
    Ask.codeOf(source, owner, parameters),
    gradeOfPlan(client, plan, parameters),
  ])
  assertRoute(grade, acceptRoute)
  const { block } = answer
  const { deadline, expiresAt } = Validity.from(block.timestamp, parameters)
  assertTrusted(plan.source, Ask.answerOf(source, 'protocolOf', answer.results[2]), plan.destination.eid)
  assertTrusted(plan.destination, Ask.answerOf(destination, 'protocolOf', arrival.results[0]), plan.source.eid)
  const quoted = Ask.answerOf(source, 'quote', answer.results[0])
  const value = Costs.attached(source.chainId, quoted.nativeFee)
  const transfer = Transfer.of(plan, route, quoted)
  const isAllowed = Ask.answerOf(source, 'allowance', answer.results[1])
  const move = moveUntil(deadline)
  const all = sourceCalls(plan, move, value)
  const isNeeded = (_: unknown, index: number) => !isAllowed || all[index]?.name === 'send'
  const calls = all.filter(isNeeded)
  const { fees, operator } = Ask.answerOf(source, 'getL1Fee', answer.results[3])
  const [{ gas: simulatedGas, ...atSource }, atDestination, dataFees] = await Promise.all([
    simulateSource(source, { owner, calls, time: soonAfter(block.timestamp, deadline) }, parameters),
    simulateArrival(
      destination,
      {
        ...{ plan, route, move, ...transfer },
        ownerHasCode: Ask.isContract(code),
        enforcedOptions: grade.source.enforcedOptions,
        time: soonAfter(arrival.block.timestamp),
      },
      acceptArrival,
      parameters,
    ),
    DataFee.complete(
      source,
      { model, transactions: calls, fees: fees.filter(isNeeded), gasPrice: sourceGasPrice },
      parameters,
    ),
  ])
  const gas =
    simulatedGas === undefined
      ? await gasOf(source, plan, { calls, isAllowed }, parameters)
      : { units: simulatedGas, basis: 'simulated' as const }
  const terms = { model, operator, fees: dataFees, gasPrice: sourceGasPrice, price: sourcePrice }
  const l1 = DataFee.split(source, { ...terms, ...gas })
  const summed = {
    messagingFee: Costs.ofWei(quoted.nativeFee, sourcePrice),
    sourceGas: { ...Costs.ofGas(l1.units, sourceGasPrice, sourcePrice), basis: gas.basis },
    l1DataFee: l1.fee,
    transferFee: Costs.ofAsset(plan, transfer.fee),
    slippage: Costs.ofAsset(plan, transfer.slippage),
    waiting: Costs.ofWaiting(plan, waiting),
  }
  const delivering = Costs.ofGas(plan.gas.delivery + plan.gas.supply, destinationGasPrice, destinationPrice)
  return {
    status: 'quote',
    plan,
    owner,
    recovery,
    deadline,
    expiresAt,
    value,
    amountSent: quoted.amountSent,
    amountReceived: transfer.amount,
    minimumReceived: plan.received,
    costs: {
      ...summed,
      destinationGas: { ...delivering, paidBy: 'messaging-fee' },
      dust: Costs.ofAsset(plan, plan.dust),
    },
    route: {
      grade: grade.grade,
      doubts: grade.reasons.map(({ kind, side }) => ({ kind, side })),
      accepted: [...acceptRoute],
    },
    simulation: { source: atSource, destination: atDestination },
    acceptArrival: [...acceptArrival],
    ...Costs.totalOf(Object.values(summed)),
    block,
  }
}

function trustOf({ router, market, asset, oft }: PlannedEnd, remoteEid: number): Read.Read<RouterReads.Trust> {
  return RouterReads.trust(router, { market, remoteEid, asset: asset.address, oft })
}

function assertTrusted({ chainId, market, oft }: PlannedEnd, trust: RouterReads.Trust, remoteEid: number): void {
  if (!trust.market) throw new UntrustedRouteError(chainId, 'market', market)
  if (!trust.remote) throw new UntrustedRouteError(chainId, 'endpoint id', remoteEid)
  if (!trust.oft) throw new UntrustedRouteError(chainId, 'OFT', oft)
}

/** What the source costs where the node cannot simulate. */
async function gasOf(
  source: Ask.Chain,
  { owner, authorization }: MovePlan,
  { calls, isAllowed }: { readonly calls: readonly SourceCall[]; readonly isAllowed: boolean },
  options: DeadlineOptions,
): Promise<{ readonly units: bigint; readonly basis: 'estimated' | 'stated' }> {
  const [first] = calls
  const call = first === undefined ? undefined : { from: owner, to: first.to, data: first.data, value: first.value }
  // Signed twice, used and taken back by the router.
  const isGrant = !isAllowed && authorization.kind !== 'erc20'
  const units = call === undefined || isGrant ? undefined : await estimate(source, 'send', call, options)
  if (isAllowed && units !== undefined) return { units, basis: 'estimated' }
  const allow = isAllowed ? 0n : isGrant ? GRANT_GAS : (units ?? APPROVE_GAS)
  return { units: SEND_GAS + allow, basis: 'stated' }
}

/** An estimate that fails (the owner may lack funds today) leaves the quote to the stated constant: preparing will tell. */
async function estimate(
  source: Ask.Chain,
  name: string,
  call: Ask.Transaction,
  options: DeadlineOptions,
): Promise<bigint | undefined> {
  try {
    return await Ask.estimateGas(source, name, call, options)
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return undefined
  }
}
