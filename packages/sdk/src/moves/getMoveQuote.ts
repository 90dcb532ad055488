import { encodeFunctionData, erc20Abi, zeroAddress } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import { AbortedError } from '../errors/AbortedError.ts'
import type { Address, Hex } from '../model/Hex.ts'
import { issuesOf } from '../model/Quantity.ts'
import type * as Read from '../reads/Read.ts'
import type { DeadlineOptions } from '../reads/withDeadline.ts'
import * as Usd from '../units/Usd.ts'
import * as Ask from './ask.ts'
import { assertAddress } from './assertAddress.ts'
import { assertKnownRoute } from './assertKnownRoute.ts'
import { buildMove } from './buildMove.ts'
import * as Leave from './Leave.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import {
  ChainUnavailableError,
  ExpiredDeadlineError,
  InvalidDeadlineError,
  UnexpectedRouteError,
  UnknownPriceError,
  UntrustedRouteError,
  WrongOwnerError,
} from './MoveErrors.ts'
import { APPROVE_GAS, GRANT_GAS, SEND_GAS } from './MoveGas.ts'
import type { MovePlan, PlannedEnd } from './MovePlan.ts'
import type { GasCost, MoveQuote } from './MoveQuote.ts'
import * as RouterReads from './RouterReads.ts'
import { assertRoute, gradeOfPlan } from './route/assertRoute.ts'
import type { AcceptableRouteReason } from './route/RouteReason.ts'
import { isSame } from './WhatIf.ts'

/** Seconds that a quote holds unless told otherwise. */
const DEFAULT_VALID_FOR = 1_200n
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
  /** Doubts about the route, by name, that do not stop the move; see `gradeRoute`. */
  readonly acceptRoute?: readonly AcceptableRouteReason[] | undefined
}

/**
 * Says what a planned move costs, all in, and what it brings: one `eth_call` and the gas price on both chains, and an
 * estimate. Both routers are asked whether they trust the route: what one of them does not know could not be supplied. The route
 * itself is graded, from memory where that is younger than five minutes, and refused where one party could make tokens out of
 * nothing on it. Costs are in the unit of account (WAD), rounded up. Nothing is sent.
 *
 * @throws InvalidAddressError, WrongOwnerError, ExpiredDeadlineError, InvalidDeadlineError, UnknownPriceError for what was passed.
 * @throws UnknownRouterError, UnknownRouteError, ForeignMoveError when the plan is not of this client.
 * @throws RefusedRouteError when the grade of the route is too low, and its doubts are not in `acceptRoute`.
 * @throws UntrustedRouteError when a router does not know the market, the OFT or the other chain.
 * @throws UnexpectedRouteError when the route would not carry the amount whole.
 * @throws CallRevertedError when the router refuses the route; ChainUnavailableError when a chain does not answer.
 *
 * @example
 * import { getMoveQuote, type MarginContext, type MovePlan } from '@unimargin/sdk'
 *
 * export async function costOf(client: MarginContext, plan: MovePlan): Promise<bigint> {
 *   const quote = await getMoveQuote(client, { plan, owner: plan.owner })
 *   return quote.total
 * }
 */
export async function getMoveQuote(client: MarginContext, parameters: GetMoveQuoteParameters): Promise<MoveQuote> {
  const { plan, owner, recovery = zeroAddress, acceptRoute = [] } = parameters
  assertAddress('owner', owner)
  assertAddress('recovery', recovery)
  if (!isSame(owner, plan.owner)) throw new WrongOwnerError(owner, plan.owner)
  assertKnownRoute(client, plan)
  const { deadline: asked, validFor = DEFAULT_VALID_FOR } = parameters
  if ((asked ?? validFor) > MOST_DEADLINE) throw new InvalidDeadlineError(asked ?? validFor)
  const sourcePrice = nativePriceOf(plan.source)
  const destinationPrice = nativePriceOf(plan.destination)
  const source: Ask.Chain = { chainId: plan.source.chainId, client: client.getClient(plan.source.chainId) }
  const destination = { chainId: plan.destination.chainId, client: client.getClient(plan.destination.chainId) }

  const { router } = plan.source
  const route = buildMove(plan, { id: NO_ID, recovery, deadline: asked === undefined || asked < 0n ? 0n : asked })
  const [answer, arrival, sourceGasPrice, destinationGasPrice, grade] = await Promise.all([
    Ask.snapshot(
      source,
      [
        RouterReads.quote(router, route),
        Leave.readIsGiven(plan.authorization, owner, router),
        trustOf(plan.source, plan.destination.eid),
      ],
      parameters,
    ),
    Ask.snapshot(destination, [trustOf(plan.destination, plan.source.eid)], parameters),
    Ask.gasPrice(source, parameters),
    Ask.gasPrice(destination, parameters),
    gradeOfPlan(client, plan, parameters),
  ])
  assertRoute(grade, acceptRoute)
  const { block } = answer
  const deadline = asked ?? block.timestamp + validFor
  if (deadline <= block.timestamp) throw new ExpiredDeadlineError(deadline, block.timestamp)
  assertTrusted(plan.source, Ask.answerOf(source, 'protocolOf', answer.results[2]), plan.destination.eid)
  assertTrusted(plan.destination, Ask.answerOf(destination, 'protocolOf', arrival.results[0]), plan.source.eid)
  const quoted = Ask.answerOf(source, 'quote', answer.results[0])
  if (quoted.amountSent !== plan.amount || quoted.amountReceived !== plan.amount) {
    throw new UnexpectedRouteError(plan.amount, quoted.amountSent, quoted.amountReceived)
  }
  if (quoted.nativeFee > MOST_FEE) {
    throw new ChainUnavailableError(source.chainId, 'the node names a messaging fee that cannot be')
  }

  const value = quoted.nativeFee + (quoted.nativeFee * FEE_BUFFER) / 100n
  const isAllowed = Ask.answerOf(source, 'allowance', answer.results[1])
  const data = MoveCalldata.encodeSend(buildMove(plan, { id: NO_ID, recovery, deadline }))
  const estimated = isAllowed
    ? await estimate(source, 'send', { from: owner, to: router, data, value }, parameters)
    : undefined
  const approve = isAllowed ? 0n : ((await estimateApprove(source, plan, parameters)) ?? APPROVE_GAS)
  const messagingFee = { amount: quoted.nativeFee, value: weiValue(quoted.nativeFee, sourcePrice) }
  const sourceGas = gasCost((estimated ?? SEND_GAS) + approve, sourceGasPrice, sourcePrice)
  return {
    status: 'quote',
    plan,
    owner,
    recovery,
    deadline,
    value,
    amountSent: quoted.amountSent,
    amountReceived: plan.received,
    costs: {
      messagingFee,
      sourceGas: { ...sourceGas, basis: estimated === undefined ? 'stated' : 'estimated' },
      destinationGas: {
        ...gasCost(plan.gas.delivery + plan.gas.supply, destinationGasPrice, destinationPrice),
        paidBy: 'messaging-fee',
      },
      dust: {
        amount: plan.dust,
        value: Usd.valueUp({ amount: plan.dust, price: plan.price, decimals: plan.source.asset.decimals }),
      },
    },
    route: {
      grade: grade.grade,
      doubts: grade.reasons.map(({ kind, side }) => ({ kind, side })),
      accepted: [...acceptRoute],
    },
    total: messagingFee.value + sourceGas.value,
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

async function estimateApprove(
  source: Ask.Chain,
  { owner, source: { router }, authorization }: MovePlan,
  options: DeadlineOptions,
): Promise<bigint | undefined> {
  // Signed twice, used and taken back by the router.
  if (authorization.kind !== 'erc20') return GRANT_GAS
  const { token, amount } = authorization
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [router, amount] })
  return estimate(source, 'approve', { from: owner, to: token, data, value: 0n }, options)
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
