import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Address } from '../../model/Hex.ts'
import type { MarginView } from '../../model/MarginView.ts'
import { issuesOf, type Unknown, unknown } from '../../model/Quantity.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Usd from '../../units/Usd.ts'
import * as Ask from '../ask.ts'
import { assertAddress } from '../assertAddress.ts'
import {
  ChainUnavailableError,
  ExpiredDeadlineError,
  InvalidDeadlineError,
  UnexpectedRouteError,
  UnknownPriceError,
  WrongOwnerError,
} from '../MoveErrors.ts'
import { APPROVE_GAS } from '../MoveGas.ts'
import type { PlannedEnd } from '../MovePlan.ts'
import type { Cost, GasCost } from '../MoveQuote.ts'
import * as DataFee from '../quote/DataFee.ts'
import { simulateSource } from '../quote/simulateSource.ts'
import { assertRoute, gradeOfPlan } from '../route/assertRoute.ts'
import type { AcceptableRouteReason } from '../route/RouteReason.ts'
import { isSame } from '../WhatIf.ts'
import { assertKnownPlan } from './assertKnownPlan.ts'
import * as DirectCalls from './DirectCalls.ts'
import { RecipientRequiredError } from './DirectErrors.ts'
import type { DirectPlan } from './DirectPlan.ts'
import type { DirectQuote } from './DirectQuote.ts'
import * as DirectTerms from './DirectTerms.ts'
import { endpointsOf } from './endpointsOf.ts'
import { withdrawalOf } from './withdrawalOf.ts'

const DEFAULT_VALID_FOR = 1_200n
const MOST_DEADLINE = 2n ** 63n
/** Wei, more than any coin has. */
const MOST_FEE = 2n ** 128n
/** Added to the messaging fee, in percent, because it may rise until inclusion; what is over comes back. */
const FEE_BUFFER = 5n
/** Gas where it cannot be simulated: 230,000 of an Aave withdrawal and 320,000 of an OFT with two verifiers were measured. */
const WITHDRAW_GAS = 400_000n
const SEND_GAS = 500_000n
/** A first supply was measured at 177,000. */
const SETTLE_GAS = 350_000n

export type GetDirectQuoteParameters = DeadlineOptions & {
  readonly plan: DirectPlan
  readonly owner: Address
  /** The view of the plan, or better a later one: the calls are made from it. */
  readonly view: MarginView
  /** Whose account at the destination it arrives in; the owner's own unless given. Needed when the owner is a contract. */
  readonly recipient?: Address | undefined
  /** Unix seconds until which it may be sent. */
  readonly deadline?: bigint | undefined
  /** Seconds from the source chain's time until the deadline, where none is given. Defaults to 1,200. */
  readonly validFor?: bigint | undefined
  /** Doubts about the route, by name, that do not stop the move; see `gradeRoute`. */
  readonly acceptRoute?: readonly AcceptableRouteReason[] | undefined
}

/**
 * Says what a direct move costs on both chains. The route is graded as for `getMoveQuote`; the calls of the source are run one after the
 * other on the node, where it knows how (`eth_simulateV1`). Costs are in US dollars (WAD), rounded up; what a rollup takes for data is not
 * read, and the total is unknown then. Nothing is sent.
 *
 * @throws InvalidAddressError, WrongOwnerError, ExpiredDeadlineError, InvalidDeadlineError, UnknownPriceError for what was passed.
 * @throws UnknownRouterError, UnknownRouteError, ForeignMoveError when the plan is not of this client.
 * @throws RecipientRequiredError when the owner is a contract, and `recipient` is not given.
 * @throws DoubtfulViewError when the view is doubtful in a way that the plan has not accepted.
 * @throws FloorBrokenError when the donor would not keep its floor by the view.
 * @throws RefusedRouteError when the grade of the route is too low, and its doubts are not in `acceptRoute`.
 * @throws UnexpectedRouteError when less than the plan's minimum would arrive.
 * @throws CallRevertedError when a call would revert; ChainUnavailableError when a chain does not answer.
 *
 * @example
 * import { type DirectPlan, getDirectQuote, type MarginClient, type MarginView } from '@unimargin/sdk'
 *
 * export async function costOf(client: MarginClient, view: MarginView, plan: DirectPlan): Promise<bigint> {
 *   const { totalKnown } = await getDirectQuote(client, { plan, owner: plan.owner, view })
 *   return totalKnown
 * }
 */
export async function getDirectQuote(
  client: MarginContext,
  parameters: GetDirectQuoteParameters,
): Promise<DirectQuote> {
  const { plan, owner, view, recipient = owner, acceptRoute = [] } = parameters
  assertAddress('owner', owner)
  assertAddress('recipient', recipient)
  if (!isSame(owner, plan.owner)) throw new WrongOwnerError(owner, plan.owner)
  const { kind } = assertKnownPlan(client, plan)
  const { deadline: asked, validFor = DEFAULT_VALID_FOR } = parameters
  if ((asked ?? validFor) > MOST_DEADLINE) throw new InvalidDeadlineError(asked ?? validFor)
  const withdraw = withdrawalOf(client, view, plan)
  const [sourcePrice, destinationPrice] = [nativePriceOf(plan.source), nativePriceOf(plan.destination)]
  const source: Ask.Chain = { chainId: plan.source.chainId, client: client.getClient(plan.source.chainId) }
  const destination = { chainId: plan.destination.chainId, client: client.getClient(plan.destination.chainId) }
  const [{ block, results }, code, sourceGasPrice, destinationGasPrice, grade] = await Promise.all([
    Ask.snapshot(source, [DirectTerms.read(plan, { kind, owner, recipient })], parameters),
    Ask.codeOf(source, owner, parameters),
    Ask.gasPrice(source, parameters),
    Ask.gasPrice(destination, parameters),
    gradeOfPlan({ ...client, routers: endpointsOf(client) }, plan, parameters),
  ])
  assertRoute(grade, acceptRoute)
  if (Ask.isContract(code) && parameters.recipient === undefined) throw new RecipientRequiredError(owner)
  const deadline = asked ?? block.timestamp + validFor
  if (deadline <= block.timestamp) throw new ExpiredDeadlineError(deadline, block.timestamp)
  const terms = Ask.answerOf(source, 'quoteSend', results[0])
  if (terms.sent !== plan.amount || terms.received < plan.minAmount) {
    throw new UnexpectedRouteError(plan.amount, terms.sent, terms.received)
  }
  if (terms.fee > MOST_FEE) {
    throw new ChainUnavailableError(source.chainId, 'the node names a messaging fee that cannot be')
  }
  const value = terms.fee + (terms.fee * FEE_BUFFER) / 100n
  const calls = DirectCalls.ofSource(plan, withdraw, { ...terms, owner, recipient, value })
  const named = calls.map(({ step, call }) => ({ name: step, from: owner, ...call }))
  const { gas } = await simulateSource(source, { owner, calls: named }, parameters)
  const stated =
    WITHDRAW_GAS + SEND_GAS + (terms.needsApproval ? APPROVE_GAS : 0n) + (terms.needsReset ? APPROVE_GAS : 0n)
  const messagingFee = { amount: terms.fee, value: weiValue(terms.fee, sourcePrice) }
  const sourceGas = gasCost(gas ?? stated, sourceGasPrice, sourcePrice)
  const destinationGas = gasCost(APPROVE_GAS + SETTLE_GAS, destinationGasPrice, destinationPrice)
  const l1DataFee = dataFeeOn([source, destination])
  const inPrice = (amount: bigint) => Usd.valueUp({ amount, price: plan.price, decimals: plan.source.asset.decimals })
  const kept = terms.received < plan.amount ? plan.amount - terms.received : 0n
  const transferFee = { amount: kept, value: inPrice(kept) }
  const totalKnown = [messagingFee, sourceGas, destinationGas, transferFee].reduce((sum, part) => sum + part.value, 0n)
  return {
    status: 'quote',
    plan,
    owner,
    recipient,
    deadline,
    value,
    costs: {
      messagingFee,
      sourceGas: { ...sourceGas, basis: gas === undefined ? 'stated' : 'simulated' },
      destinationGas: { ...destinationGas, paidBy: 'owner' },
      l1DataFee,
      transferFee,
      dust: { amount: plan.dust, value: inPrice(plan.dust) },
    },
    route: {
      grade: grade.grade,
      doubts: grade.reasons.map(({ kind, side }) => ({ kind, side })),
      accepted: [...acceptRoute],
    },
    total: 'status' in l1DataFee ? l1DataFee : totalKnown,
    totalKnown,
    block,
  }
}

/** What is in no figure here: nothing where either chain takes it by its price of gas, or is no rollup. */
function dataFeeOn(chains: readonly Ask.Chain[]): Cost | Unknown {
  const rollup = chains.find(({ chainId, client }) => {
    const model = DataFee.modelOf(chainId, client.chain)
    return model !== 'none' && model !== 'in-gas-price'
  })
  if (rollup === undefined) return { amount: 0n, value: 0n }
  const reason = 'what the chain takes for data is not read for direct moves'
  return unknown({ kind: 'unavailable', chainId: rollup.chainId, path: 'costs.l1DataFee', reason })
}

function nativePriceOf({ chainId, nativePrice }: PlannedEnd): bigint {
  if (typeof nativePrice === 'bigint') return nativePrice
  const missing = issuesOf(nativePrice).map(({ path, reason }) => `${path} (${reason})`)
  throw new UnknownPriceError(chainId, missing.join('; '))
}

function weiValue(amount: bigint, price: bigint): bigint {
  return Usd.valueUp({ amount, price, decimals: 18 })
}

function gasCost(units: bigint, price: bigint, nativePrice: bigint): GasCost {
  const amount = units * price
  return { units, price, amount, value: weiValue(amount, nativePrice) }
}
