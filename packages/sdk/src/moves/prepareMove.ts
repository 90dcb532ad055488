import { isHex, zeroAddress } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { DeadlineOptions } from '../reads/withDeadline.ts'
import * as Ask from './ask.ts'
import { assertAddress } from './assertAddress.ts'
import { assertKnownRoute } from './assertKnownRoute.ts'
import { buildMove } from './buildMove.ts'
import * as Leave from './Leave.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import {
  ExpiredDeadlineError,
  FeeRoseError,
  InsufficientCollateralError,
  InvalidMoveIdError,
  MoveAlreadySentError,
  RecoveryRequiredError,
  WrongOwnerError,
} from './MoveErrors.ts'
import type { MoveAuthorization, MoveCall, MoveIntent, PreparedMove } from './MoveIntent.ts'
import type { PlannedEnd } from './MovePlan.ts'
import type { MoveQuote } from './MoveQuote.ts'
import * as OperatorGrant from './OperatorGrant.ts'
import * as PermitTypedData from './PermitTypedData.ts'
import * as Costs from './quote/Costs.ts'
import { ExpiredQuoteError } from './quote/QuoteErrors.ts'
import { simulateArrival } from './quote/simulateArrival.ts'
import { soonAfter } from './quote/simulateCalls.ts'
import { simulateSource } from './quote/simulateSource.ts'
import { sending, sourceCalls } from './quote/sourceCalls.ts'
import * as Transfer from './quote/Transfer.ts'
import * as RouterReads from './RouterReads.ts'
import { randomId } from './randomId.ts'
import { assertRoute, gradeOfPlan } from './route/assertRoute.ts'
import type { AcceptableRouteReason } from './route/RouteReason.ts'
import { InsufficientFundsError, PermitUnavailableError } from './SigningErrors.ts'
import { isSame } from './WhatIf.ts'

export type PrepareMoveParameters = DeadlineOptions & {
  readonly quote: MoveQuote
  readonly owner: Address
  /** 32 bytes, new for each move. A random one is made unless given. */
  readonly id?: Hex | undefined
  /**
   * How the router is allowed to take the collateral. By default by signatures where the market takes them and the owner is
   * no contract: a permit, or at Morpho Blue and Comets an authorisation and its end. Else by a transaction before the move:
   * an approval of the exact amount, or an authorisation, which is revoked by another one after it. Nothing of it is made when
   * the router may take enough already.
   */
  readonly approval?: 'permit' | 'approve' | undefined
  /** Doubts about the route, by name, that do not stop the move. Defaults to those that the quote accepted. */
  readonly acceptRoute?: readonly AcceptableRouteReason[] | undefined
  /** Errors, by name, that the move may end in at the destination all the same. Defaults to what the quote accepted. */
  readonly acceptArrival?: readonly string[] | undefined
}

/**
 * Makes a quoted move ready to be signed: fixes the intent, makes the calls, reads its own calldata back and compares it
 * with the intent, and runs all of it on both chains once more without sending it, where the nodes can. Nothing is sent. Store
 * `intent` before signing.
 *
 * @throws InvalidAddressError, WrongOwnerError, InvalidMoveIdError for what was passed.
 * @throws UnknownRouterError, UnknownRouteError, ForeignMoveError when the quote is not of this client.
 * @throws RefusedRouteError when the route is not good enough any more: it is graded again, from memory within five minutes.
 * @throws ExpiredQuoteError, ExpiredDeadlineError, FeeRoseError, InsufficientCollateralError, InsufficientFundsError, MoveAlreadySentError when
 * the quote does not hold any more.
 * @throws RecoveryRequiredError when the owner is a contract and named nobody for the destination.
 * @throws PermitUnavailableError when a permit was asked for that cannot be made.
 * @throws CallRevertedError when the simulation reverts, e.g. with `SourceHealthTooLow`.
 * @throws ArrivalRefusedError when it would not be credited at the destination.
 * @throws CalldataMismatchError when something changed the calldata.
 * @throws ChainUnavailableError when the source chain does not answer.
 *
 * @example
 * import { type MarginContext, type MoveQuote, prepareMove, serialize } from '@unimargin/sdk'
 *
 * export async function prepare(client: MarginContext, quote: MoveQuote, store: (text: string) => Promise<void>) {
 *   const prepared = await prepareMove(client, { quote, owner: quote.owner, approval: 'approve' })
 *   await store(serialize(prepared.intent))
 *   return prepared
 * }
 */
export async function prepareMove(client: MarginContext, parameters: PrepareMoveParameters): Promise<PreparedMove> {
  const { quote, owner } = parameters
  const { plan } = quote
  assertAddress('owner', owner)
  if (!isSame(owner, quote.owner) || !isSame(owner, plan.owner)) throw new WrongOwnerError(owner, plan.owner)
  assertAddress('recovery', quote.recovery)
  const route = assertKnownRoute(client, plan)
  const intent = intentOf(quote, parameters.id ?? randomId())

  const source: Ask.Chain = { chainId: plan.source.chainId, client: client.getClient(plan.source.chainId) }
  const destination = { chainId: plan.destination.chainId, client: client.getClient(plan.destination.chainId) }
  const { router } = intent.source
  const { asset, marketId } = intent.move
  const [{ block, results }, code, grade, arrivesAt] = await Promise.all([
    Ask.snapshot(
      source,
      [
        RouterReads.quote(router, intent.move),
        RouterReads.sentMove(router, owner, intent.id),
        Leave.read(plan.authorization, { owner, router, asset, marketId }),
        Ask.nativeBalance(source, owner),
      ],
      parameters,
    ),
    Ask.codeOf(source, owner, parameters),
    gradeOfPlan(client, plan, parameters),
    Ask.time(destination, parameters),
  ])
  const isContract = code !== '0x'
  assertRoute(grade, parameters.acceptRoute ?? quote.route.accepted)
  if (quote.deadline <= block.timestamp) throw new ExpiredDeadlineError(quote.deadline, block.timestamp)
  if (quote.expiresAt <= block.timestamp) throw new ExpiredQuoteError(quote.expiresAt, block.timestamp)
  if (isContract && isSame(quote.recovery, zeroAddress)) throw new RecoveryRequiredError(owner)
  const sent = Ask.answerOf(source, 'sentMove', results[1])
  if (BigInt(sent.guid) !== 0n) throw new MoveAlreadySentError(intent.id, sent.guid)
  const quoted = Ask.answerOf(source, 'quote', results[0])
  const { nativeFee } = quoted
  if (nativeFee > intent.value) throw new FeeRoseError(intent.value, nativeFee)
  const funds = Ask.answerOf(source, 'getEthBalance', results[3])
  // Who pays the gas of a contract is not known; it attaches the fee itself.
  const gas = isContract ? { amount: 0n } : Costs.ofTransactions(quote.costs)
  const needed = intent.value + gas.amount
  if (funds < needed) throw new InsufficientFundsError(funds, needed, source.chainId, gas.unknown)
  const { held, isGiven, terms } = Ask.answerOf(source, 'authorization', results[2])
  const contract = contractOf(plan.authorization)
  if (held < plan.amount) throw new InsufficientCollateralError(held, plan.amount, contract)

  const call: MoveCall = {
    chainId: source.chainId,
    to: router,
    data: MoveCalldata.encodeSend(intent.move),
    value: intent.value,
  }
  MoveCalldata.assertSend(call, intent)
  const send = sending(plan, intent.move, intent.value)
  const calls = isGiven ? [send] : sourceCalls(plan, intent.move, intent.value)
  const { enforcedOptions } = grade.source
  const arrival = { plan, route, move: intent.move, ownerHasCode: Ask.isContract(code), enforcedOptions }
  const [{ gas: _, ...atSource }, atDestination] = await Promise.all([
    simulateSource(source, { owner, calls, time: soonAfter(block.timestamp, quote.deadline) }, parameters),
    simulateArrival(
      destination,
      { ...arrival, ...Transfer.of(plan, route, quoted), time: arrivesAt && soonAfter(arrivesAt) },
      parameters.acceptArrival ?? quote.acceptArrival,
      parameters,
    ),
  ])
  const simulation = { source: atSource, destination: atDestination }
  if (isGiven) {
    if (atSource.simulated === 'no') await Ask.simulate(source, 'send', send, parameters)
    return { intent, simulation, approval: 'none', call }
  }

  const permit = plan.authorization.kind === 'erc20' ? plan.authorization.permit : undefined
  const isSignable = terms.kind === 'operator' || permit !== undefined
  if ((parameters.approval ?? (isSignable && !isContract ? 'permit' : 'approve')) === 'approve') {
    const own = (data: Hex): MoveCall => ({ chainId: source.chainId, to: contract, data, value: 0n })
    const { authorization } = intent
    if (authorization.kind === 'erc20') {
      const approve = own(MoveCalldata.encodeApprove(router, authorization.amount))
      MoveCalldata.assertApprove(approve, intent)
      return { intent, simulation, approval: 'approve', approve, call }
    }
    const approve = own(OperatorGrant.encode(authorization, router, true))
    MoveCalldata.assertApprove(approve, intent)
    const revoke = own(OperatorGrant.encode(authorization, router, false))
    MoveCalldata.assertRevoke(revoke, intent)
    return { intent, simulation, approval: 'approve', approve, call, revoke }
  }
  if (isContract) throw new PermitUnavailableError(contract, 'the owner is a contract, which signs no permits')
  if (terms.kind === 'operator') {
    return { intent, simulation, approval: 'grant', grant: OperatorGrant.build(intent, terms.standing) }
  }
  if (permit === undefined) throw new PermitUnavailableError(contract, 'the market names no permit for it')
  if (terms.permit.status === 'reverted') throw new PermitUnavailableError(contract, terms.permit.reason)
  const signed = Ask.answerOf(source, 'nonces', terms.permit)
  return { intent, simulation, approval: 'permit', permit: PermitTypedData.build(intent, permit, signed) }
}

/** Who gives the leave: the receipt token, or the market. */
function contractOf(authorization: MoveAuthorization): Address {
  return authorization.kind === 'erc20' ? authorization.token : authorization.contract
}

function intentOf(quote: MoveQuote, id: Hex): MoveIntent {
  if (!isHex(id) || id.length !== 66 || BigInt(id) === 0n) throw new InvalidMoveIdError(id)
  const { plan, owner, recovery, deadline, value } = quote
  const { authorization } = plan
  return {
    version: 1,
    id,
    owner,
    sourceChainId: plan.source.chainId,
    destinationChainId: plan.destination.chainId,
    deadline,
    source: endOf(plan.source),
    destination: endOf(plan.destination),
    move: buildMove(plan, { id, recovery, deadline }),
    value,
    authorization:
      authorization.kind === 'erc20'
        ? { kind: authorization.kind, token: authorization.token, amount: authorization.amount }
        : authorization,
  }
}

function endOf({ eid, endpoint, router, oft }: PlannedEnd): MoveIntent['source'] {
  return { eid, endpoint, router, oft }
}
