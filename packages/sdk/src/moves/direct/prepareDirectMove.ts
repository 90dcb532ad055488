import { isHex, zeroAddress } from 'viem'
import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Hex } from '../../model/Hex.ts'
import type { MarginView } from '../../model/MarginView.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import { ExpiredDeadlineError, FeeRoseError, InvalidMoveIdError, WrongOwnerError } from '../MoveErrors.ts'
import type { MoveEnd } from '../MoveIntent.ts'
import type { PlannedEnd } from '../MovePlan.ts'
import * as Costs from '../quote/Costs.ts'
import { ExpiredQuoteError } from '../quote/QuoteErrors.ts'
import { soonAfter } from '../quote/simulateCalls.ts'
import { simulateSource } from '../quote/simulateSource.ts'
import { randomId } from '../randomId.ts'
import { assertRoute, gradeOfPlan } from '../route/assertRoute.ts'
import type { AcceptableRouteReason } from '../route/RouteReason.ts'
import { InsufficientFundsError } from '../SigningErrors.ts'
import { isSame } from '../WhatIf.ts'
import { assertKnownPlan } from './assertKnownPlan.ts'
import * as DirectCalls from './DirectCalls.ts'
import type { DirectQuote } from './DirectQuote.ts'
import * as DirectTerms from './DirectTerms.ts'
import { endpointsOf } from './endpointsOf.ts'
import type { DirectMove, PreparedDirectMove } from './PreparedDirect.ts'
import { withdrawalOf } from './withdrawalOf.ts'

export type PrepareDirectMoveParameters = DeadlineOptions & {
  readonly quote: DirectQuote
  /** The view of the plan, or better a later one: the withdrawal is made from it, and the donor's floor held against it. */
  readonly view: MarginView
  /** 32 bytes, new for each move. A random one is made unless given. */
  readonly id?: Hex | undefined
  /** Doubts about the route, by name, that do not stop the move. Defaults to those that the quote accepted. */
  readonly acceptRoute?: readonly AcceptableRouteReason[] | undefined
}

/**
 * Makes a direct move ready to be signed: the calls of the source in their order, read back and compared with the plan, and run one after
 * the other on the node where it can (`isSimulated`). Nothing is sent. Store `intent` before signing.
 *
 * @throws InvalidMoveIdError, UnknownRouterError, UnknownRouteError, ForeignMoveError for what was passed.
 * @throws ExpiredQuoteError, ExpiredDeadlineError, FeeRoseError, FloorBrokenError, InsufficientFundsError when the quote does not hold any more.
 * @throws RefusedRouteError when the route is not good enough any more.
 * @throws CallRevertedError when a call would revert; CalldataMismatchError when something changed a call.
 * @throws ChainUnavailableError when the source does not answer.
 *
 * @example
 * import { type DirectQuote, type MarginClient, type MarginView, prepareDirectMove } from '@unimargin/sdk'
 *
 * export async function show(client: MarginClient, view: MarginView, quote: DirectQuote): Promise<void> {
 *   const { calls } = await prepareDirectMove(client, { quote, view })
 *   for (const { step, call } of calls) console.log(step, call.to)
 * }
 */
export async function prepareDirectMove(
  client: MarginContext,
  parameters: PrepareDirectMoveParameters,
): Promise<PreparedDirectMove> {
  const { quote, view, id = randomId() } = parameters
  const { plan, owner, recipient, value } = quote
  if (!isSame(owner, plan.owner)) throw new WrongOwnerError(owner, plan.owner)
  const { kind } = assertKnownPlan(client, plan)
  const withdraw = withdrawalOf(client, view, plan)
  const intent = intentOf(quote, id)
  const source: Ask.Chain = { chainId: plan.source.chainId, client: client.getClient(plan.source.chainId) }
  const reads = [DirectTerms.read(plan, { kind, owner, recipient }), Ask.nativeBalance(source, owner)] as const
  const [{ block, results }, code, grade] = await Promise.all([
    Ask.snapshot(source, reads, parameters),
    Ask.codeOf(source, owner, parameters),
    gradeOfPlan({ ...client, routers: endpointsOf(client) }, plan, parameters),
  ])
  assertRoute(grade, parameters.acceptRoute ?? quote.route.accepted)
  if (quote.deadline <= block.timestamp) throw new ExpiredDeadlineError(quote.deadline, block.timestamp)
  if (quote.expiresAt <= block.timestamp) throw new ExpiredQuoteError(quote.expiresAt, block.timestamp)
  const read = Ask.answerOf(source, 'quoteSend', results[0])
  if (read.fee > value) throw new FeeRoseError(value, read.fee)
  const funds = Ask.answerOf(source, 'getEthBalance', results[1])
  // Who pays the gas of a contract is not known.
  const gas = Ask.isContract(code) ? { amount: 0n } : Costs.ofTransactions(quote.costs)
  const needed = value + gas.amount
  if (funds < needed) throw new InsufficientFundsError(funds, needed, source.chainId, gas.unknown)
  const terms = { ...read, owner, recipient, value }
  const calls = DirectCalls.ofSource(plan, withdraw, terms)
  DirectCalls.assertSource(calls, plan, terms)
  const named = calls.map(({ step, call }) => ({ name: step, from: owner, ...call }))
  const time = soonAfter(block.timestamp, quote.deadline)
  const { simulated } = await simulateSource(source, { owner, calls: named, time }, parameters)
  const [first] = named
  if (simulated === 'no' && first !== undefined) await Ask.simulate(source, first.name, first, parameters)
  return { intent, plan, calls, value, isSimulated: simulated === 'yes' }
}

function intentOf({ plan, owner, recipient, deadline }: DirectQuote, id: Hex): DirectMove {
  if (!isHex(id) || id.length !== 66 || BigInt(id) === 0n) throw new InvalidMoveIdError(id)
  return {
    version: 1,
    id,
    owner,
    sourceChainId: plan.source.chainId,
    destinationChainId: plan.destination.chainId,
    deadline,
    source: endOf(plan.source),
    destination: endOf(plan.destination),
    direct: {
      purpose: plan.purpose,
      receiver: plan.receiver.id,
      recipient,
      assets: { source: plan.source.asset.address, destination: plan.destination.asset.address },
      amount: plan.amount,
      done: {},
    },
  }
}

function endOf({ eid, endpoint, oft }: PlannedEnd): MoveEnd {
  return { eid, endpoint, router: zeroAddress, oft }
}
