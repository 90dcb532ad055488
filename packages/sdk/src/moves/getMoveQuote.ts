import { zeroAddress } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import { AbortedError } from '../errors/AbortedError.ts'
import type { Address, Hex } from '../model/Hex.ts'
import { issuesOf } from '../model/Quantity.ts'
import type * as Read from '../reads/Read.ts'
import type { DeadlineOptions } from '../reads/withDeadline.ts'
import { InvalidParameterError } from '../risk/InvalidParameterError.ts'
import * as MulDiv from '../units/MulDiv.ts'
import * as Usd from '../units/Usd.ts'
import * as Wad from '../units/Wad.ts'
import * as Ask from './ask.ts'
import { assertAddress } from './assertAddress.ts'
import { assertKnownRoute } from './assertKnownRoute.ts'
import { buildMove } from './buildMove.ts'
import * as Leave from './Leave.ts'
import {
  ChainUnavailableError,
  ExpiredDeadlineError,
  InvalidDeadlineError,
  UnknownPriceError,
  UntrustedRouteError,
  WrongOwnerError,
} from './MoveErrors.ts'
import { APPROVE_GAS, GRANT_GAS, SEND_GAS } from './MoveGas.ts'
import type { MovePlan, PlannedEnd } from './MovePlan.ts'
import type { GasCost, MoveQuote } from './MoveQuote.ts'
import * as DataFee from './quote/DataFee.ts'
import { simulateArrival } from './quote/simulateArrival.ts'
import { type SourceCall, simulateSource } from './quote/simulateSource.ts'
import { allowing, sending } from './quote/sourceCalls.ts'
import * as Transfer from './quote/Transfer.ts'
import * as RouterReads from './RouterReads.ts'
import { assertRoute, gradeOfPlan } from './route/assertRoute.ts'
import type { AcceptableRouteReason } from './route/RouteReason.ts'
import { isSame } from './WhatIf.ts'

/** Seconds until the deadline of the move, unless told otherwise. */
const DEFAULT_VALID_FOR = 1_200n
/** Seconds that the figures of a quote hold, unless told otherwise. */
const DEFAULT_EXPIRES_IN = 600n
/** Stands for what is not known yet when the size of a transaction matters. */
const SOME_DEADLINE = 2n ** 31n - 1n
const SOME_FEE = 12_345_678_901_234_567n
/** Fits the router's `uint64` also when a block's time is added. */
const MOST_DEADLINE = 2n ** 63n
/** Wei, more than any coin has: a fee above it is none, and could not be written down. */
const MOST_FEE = 2n ** 128n
/** Added to the messaging fee, in percent, because it may rise until inclusion; the endpoint refunds what is over. */
const FEE_BUFFER = 5n
/** Stands for the id in a quote and an estimate: the real one is made when the move is prepared. */
const NO_ID: Hex = `0x${'ff'.repeat(32)}`

export type GetMoveQuoteParameters = DeadlineOptions & {
  readonly plan: MovePlan
  readonly owner: Address
  /** Who besides the owner may claim or retry on the destination. Needed when the owner is a contract. */
  readonly recovery?: Address | undefined
  /** Unix seconds until which the move may be sent. */
  readonly deadline?: bigint | undefined
  /** Seconds from the source chain's time until the deadline, where none is given. Defaults to 1,200. */
  readonly validFor?: bigint | undefined
  /** Seconds that the quote itself holds: `prepareMove` refuses it afterwards. Defaults to 600, and never beyond the deadline. */
  readonly expiresIn?: bigint | undefined
  /** What an hour of being on its way costs of a value, a share in WAD, as in the costs of `planMoves`. Nothing unless given. */
  readonly waiting?: bigint | undefined
  /** How the source chain takes fees for data, where that is not known here; see {@link DataFeeModel}. */
  readonly dataFee?: DataFee.DataFeeModel | undefined
  /** Errors, by name, that a move may end in at the destination all the same, e.g. `OwnerHasNoCode`. */
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
 * the settlement at the destination. What would revert or be parked is refused. A node that cannot run it (`eth_simulateV1`)
 * leaves a `simulated: 'no'` with the reason. Nothing is sent.
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
  const { deadline: asked, validFor = DEFAULT_VALID_FOR, expiresIn = DEFAULT_EXPIRES_IN, waiting = 0n } = parameters
  if ((asked ?? validFor) > MOST_DEADLINE) throw new InvalidDeadlineError(asked ?? validFor)
  assertRange('expiresIn', expiresIn, 1n, MOST_DEADLINE)
  assertRange('waiting', waiting, 0n, Wad.WAD)
  const sourcePrice = nativePriceOf(plan.source)
  const destinationPrice = nativePriceOf(plan.destination)
  const source: Ask.Chain = { chainId: plan.source.chainId, client: client.getClient(plan.source.chainId) }
  const destination = { chainId: plan.destination.chainId, client: client.getClient(plan.destination.chainId) }

  const { router } = plan.source
  const moveUntil = (until: bigint) => buildMove(plan, { id: NO_ID, recovery, deadline: until })
  // Without a minimum: what the route keeps is told in words of ours.
  const wanted = { ...moveUntil(asked === undefined || asked < 0n ? 0n : asked), minAmount: 0n }
  const model = parameters.dataFee ?? DataFee.modelOf(source.chainId, source.client.chain)
  const allow = allowing(plan)
  const [answer, arrival, sourceGasPrice, destinationGasPrice, code, grade] = await Promise.all([
    Ask.snapshot(
      source,
      [
        RouterReads.quote(router, wanted),
        Leave.readIsGiven(plan.authorization, owner, router),
        trustOf(plan.source, plan.destination.eid),
        DataFee.read(model, [...allow, sending(plan, moveUntil(SOME_DEADLINE), SOME_FEE)], source.chainId),
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
  const deadline = asked ?? block.timestamp + validFor
  if (deadline <= block.timestamp) throw new ExpiredDeadlineError(deadline, block.timestamp)
  assertTrusted(plan.source, Ask.answerOf(source, 'protocolOf', answer.results[2]), plan.destination.eid)
  assertTrusted(plan.destination, Ask.answerOf(destination, 'protocolOf', arrival.results[0]), plan.source.eid)
  const quoted = Ask.answerOf(source, 'quote', answer.results[0])
  if (quoted.nativeFee > MOST_FEE) {
    throw new ChainUnavailableError(source.chainId, 'the node names a messaging fee that cannot be')
  }
  const transfer = Transfer.of(plan, route, quoted)

  const value = quoted.nativeFee + (quoted.nativeFee * FEE_BUFFER) / 100n
  const isAllowed = Ask.answerOf(source, 'allowance', answer.results[1])
  const move = moveUntil(deadline)
  const send = sending(plan, move, value)
  const calls = isAllowed ? [send] : [...allow, send]
  const isFirst = (_: unknown, index: number) => !isAllowed || index === allow.length
  const fees = Ask.answerOf(source, 'getL1Fee', answer.results[3])
  const [{ gas: simulatedGas, ...atSource }, atDestination, dataFees] = await Promise.all([
    simulateSource(source, { owner, calls }, parameters),
    simulateArrival(
      destination,
      { plan, route, move, ownerHasCode: Ask.isContract(code), ...transfer },
      acceptArrival,
      parameters,
    ),
    DataFee.complete(
      source,
      { model, transactions: calls, read: fees.filter(isFirst), gasPrice: sourceGasPrice },
      parameters,
    ),
  ])
  const gas =
    simulatedGas === undefined
      ? await gasOf(source, plan, { calls, isAllowed }, parameters)
      : { units: simulatedGas, basis: 'simulated' as const }
  const l1 = DataFee.split(source, { model, ...gas, fees: dataFees, gasPrice: sourceGasPrice, price: sourcePrice })
  const messagingFee = { amount: quoted.nativeFee, value: weiValue(quoted.nativeFee, sourcePrice) }
  const sourceGas = gasCost(l1.units, sourceGasPrice, sourcePrice)
  const inPrice = (amount: bigint) => Usd.valueUp({ amount, price: plan.price, decimals: plan.source.asset.decimals })
  const costs: MoveQuote['costs'] = {
    messagingFee,
    sourceGas: { ...sourceGas, basis: gas.basis },
    l1DataFee: l1.fee,
    destinationGas: {
      ...gasCost(plan.gas.delivery + plan.gas.supply, destinationGasPrice, destinationPrice),
      paidBy: 'messaging-fee',
    },
    dust: { amount: plan.dust, value: inPrice(plan.dust) },
    transferFee: { amount: transfer.fee, value: inPrice(transfer.fee) },
    slippage: { amount: transfer.slippage, value: inPrice(transfer.slippage) },
    waiting: {
      seconds: plan.slack.seconds,
      value: MulDiv.up(inPrice(plan.amount) * waiting, plan.slack.seconds, 3_600n * Wad.WAD),
    },
  }
  return {
    status: 'quote',
    plan,
    owner,
    recovery,
    deadline,
    expiresAt: earlier(deadline, block.timestamp + expiresIn),
    value,
    amountSent: quoted.amountSent,
    amountReceived: transfer.amount,
    minimumReceived: plan.received,
    costs,
    route: {
      grade: grade.grade,
      doubts: grade.reasons.map(({ kind, side }) => ({ kind, side })),
      accepted: [...acceptRoute],
    },
    simulation: { source: atSource, destination: atDestination },
    ...totalOf(costs),
    block,
  }
}

function nativePriceOf({ chainId, nativePrice }: PlannedEnd): bigint {
  if (typeof nativePrice === 'bigint') return nativePrice
  throw new UnknownPriceError(
    chainId,
    issuesOf(nativePrice)
      .map(({ path, reason }) => `${path} (${reason})`)
      .join('; '),
  )
}

function trustOf({ router, market, asset, oft }: PlannedEnd, remoteEid: number): Read.Read<RouterReads.Trust> {
  return RouterReads.trust(router, { market, remoteEid, asset: asset.address, oft })
}

function assertTrusted({ chainId, market, oft }: PlannedEnd, trust: RouterReads.Trust, remoteEid: number): void {
  if (!trust.market) throw new UntrustedRouteError(chainId, 'market', market)
  if (!trust.remote) throw new UntrustedRouteError(chainId, 'endpoint id', remoteEid)
  if (!trust.oft) throw new UntrustedRouteError(chainId, 'OFT', oft)
}

function weiValue(amount: bigint, price: bigint): bigint {
  return Usd.valueUp({ amount, price, decimals: 18 })
}

function gasCost(units: bigint, price: bigint, nativePrice: bigint): GasCost {
  const amount = units * price
  return { units, price, amount, value: weiValue(amount, nativePrice) }
}

function totalOf({ l1DataFee, ...costs }: MoveQuote['costs']): Pick<MoveQuote, 'total' | 'totalKnown'> {
  const { messagingFee, sourceGas, transferFee, slippage, waiting } = costs
  const parts = [messagingFee, sourceGas, transferFee, slippage, waiting]
  const sum = parts.reduce((total, { value }) => total + value, 0n)
  if ('status' in l1DataFee) return { total: l1DataFee, totalKnown: sum }
  return { total: sum + l1DataFee.value, totalKnown: sum + l1DataFee.value }
}

function earlier(one: bigint, other: bigint): bigint {
  if (one < other) return one
  return other
}

function assertRange(parameter: string, value: bigint, least: bigint, most: bigint): void {
  if (value < least || value > most) throw new InvalidParameterError({ parameter, value, least, most })
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
