import { erc20Abi, zeroAddress } from 'viem'
import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Address } from '../../model/Hex.ts'
import type { MarginView } from '../../model/MarginView.ts'
import type { Unknown } from '../../model/Quantity.ts'
import * as Read from '../../reads/Read.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Wad from '../../units/Wad.ts'
import * as Ask from '../ask.ts'
import { assertAddress } from '../assertAddress.ts'
import { WrongOwnerError } from '../MoveErrors.ts'
import { APPROVE_GAS } from '../MoveGas.ts'
import type { Cost } from '../MoveQuote.ts'
import * as Costs from '../quote/Costs.ts'
import * as DataFee from '../quote/DataFee.ts'
import { soonAfter } from '../quote/simulateCalls.ts'
import { type SourceCall, simulateSource } from '../quote/simulateSource.ts'
import * as Transfer from '../quote/Transfer.ts'
import * as Validity from '../quote/Validity.ts'
import { assertRoute, gradeOfPlan } from '../route/assertRoute.ts'
import type { AcceptableRouteReason } from '../route/RouteReason.ts'
import { isSame } from '../WhatIf.ts'
import { arrivalCalls } from './arrivalCalls.ts'
import { assertKnownPlan } from './assertKnownPlan.ts'
import * as DirectCalls from './DirectCalls.ts'
import { RecipientRequiredError } from './DirectErrors.ts'
import type { DirectPlan } from './DirectPlan.ts'
import type { DirectQuote } from './DirectQuote.ts'
import * as DirectTerms from './DirectTerms.ts'
import { endpointsOf } from './endpointsOf.ts'
import { oftAbi } from './oftAbi.ts'
import { simulateSecondStep } from './simulateSecondStep.ts'
import { withdrawalOf } from './withdrawalOf.ts'

/** Gas where it cannot be simulated: 230,000 of an Aave withdrawal and 320,000 of an OFT with two verifiers were measured. */
const WITHDRAW_GAS = 400_000n
const SEND_GAS = 500_000n
/** A first supply was measured at 177,000. */
const SETTLE_GAS = 350_000n
/** Stands for the fee where the size of a transaction matters. */
const SOME_FEE = 12_345_678_901_234_567n

export type GetDirectQuoteParameters = DeadlineOptions &
  Validity.ValidityParameters & {
    readonly plan: DirectPlan
    readonly owner: Address
    /** The view of the plan, or better a later one: the calls are made from it. */
    readonly view: MarginView
    /** Whose account at the destination it arrives in; the owner's own unless given. Needed when the owner is a contract. */
    readonly recipient?: Address | undefined
    /** What an hour of being on its way costs of a value, a share in WAD, as in the costs of `planMoves`. Nothing unless given. */
    readonly waiting?: bigint | undefined
    /** How either chain takes fees for data, where that is not known here; see {@link DataFeeModel}. */
    readonly dataFee?:
      | { readonly source?: DataFee.DataFeeModel | undefined; readonly destination?: DataFee.DataFeeModel | undefined }
      | undefined
    /** Errors, by name, that the second step may end in as of now. It is prepared, and run, again when the tokens are there. */
    readonly acceptArrival?: readonly string[] | undefined
    /** Doubts about the route, by name, that do not stop the move; see `gradeRoute`. */
    readonly acceptRoute?: readonly AcceptableRouteReason[] | undefined
  }

/**
 * Says what a direct move costs, both of its steps, and what it brings. The route is graded as for `getMoveQuote`, and everything is run and
 * thrown away on nodes that know how: the calls of the source one after the other, and at the destination the delivery and the calls of
 * the second step. Costs are in US dollars (WAD), rounded up; a part that nobody says is unknown, and so is the total then. Nothing is
 * sent.
 *
 * @throws InvalidAddressError, WrongOwnerError, ExpiredDeadlineError, InvalidDeadlineError, InvalidParameterError, UnknownPriceError for
 * what was passed.
 * @throws UnknownRouterError, UnknownRouteError, ForeignMoveError when the plan is not of this client.
 * @throws RecipientRequiredError when the owner is a contract, and `recipient` is not given.
 * @throws DoubtfulViewError when the view is doubtful in a way that the plan has not accepted.
 * @throws FloorBrokenError when the donor would not keep its floor by the view.
 * @throws RefusedRouteError when the grade of the route is too low, and its doubts are not in `acceptRoute`.
 * @throws UnknownPositionError, UnknownMarketError, UnknownHealthError, NoLendingError when the view does not have both positions.
 * @throws UnexpectedRouteError when the route would not take the whole amount; TransferFeeTooHighError when it would keep more of it
 * than the plan allows for.
 * @throws CallRevertedError when a call at the source would revert; ArrivalRefusedError when one of the second step would, unless
 * `acceptArrival` names the error.
 * @throws ChainUnavailableError when a chain does not answer.
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
  const { plan, owner, view, recipient = owner, acceptRoute = [], acceptArrival = [], waiting = 0n } = parameters
  assertAddress('owner', owner)
  assertAddress('recipient', recipient)
  if (!isSame(owner, plan.owner)) throw new WrongOwnerError(owner, plan.owner)
  const route = assertKnownPlan(client, plan)
  Validity.assert(parameters)
  Validity.assertRange('waiting', waiting, 0n, Wad.WAD)
  const withdraw = withdrawalOf(client, view, plan)
  const [sourcePrice, destinationPrice] = [Costs.nativePriceOf(plan.source), Costs.nativePriceOf(plan.destination)]
  const source: Ask.Chain = { chainId: plan.source.chainId, client: client.getClient(plan.source.chainId) }
  const destination = { chainId: plan.destination.chainId, client: client.getClient(plan.destination.chainId) }

  const leaving = (terms: Omit<DirectCalls.SourceTerms, 'owner' | 'recipient'>): readonly SourceCall[] =>
    DirectCalls.ofSource(plan, withdraw, { ...terms, owner, recipient }).map(({ step, call }) => {
      return { name: step, from: owner, ...call }
    })
  const arriving = (terms: Pick<Parameters<typeof arrivalCalls>[3], 'amount' | 'isNative' | 'allowance'>) =>
    arrivalCalls(client, view, plan, { ...terms, recipient })
  // All that may be needed, until the chains have said what is.
  const extraOptions = DirectTerms.receiveOptions()
  const mostOut = leaving({ isNative: true, needsApproval: true, needsReset: true, extraOptions, value: SOME_FEE })
  const { calls: mostIn, spender } = arriving({ amount: plan.received, isNative: true, allowance: 1n })
  const sourceModel = parameters.dataFee?.source ?? DataFee.modelOf(source.chainId, source.client.chain)
  const destinationModel =
    parameters.dataFee?.destination ?? DataFee.modelOf(destination.chainId, destination.client.chain)
  const { asset, oft } = plan.destination
  const [{ block, results }, arrival, code, sourceGasPrice, destinationGasPrice, grade] = await Promise.all([
    Ask.snapshot(
      source,
      [
        DirectTerms.read(plan, { kind: route.kind, owner, recipient }),
        DataFee.read(sourceModel, mostOut, source.chainId),
      ],
      parameters,
    ),
    Ask.snapshot(
      destination,
      [
        Read.call({ to: oft, abi: oftAbi, functionName: 'token' }),
        spender === undefined
          ? Read.succeed(0n)
          : Read.call({ to: asset.address, abi: erc20Abi, functionName: 'allowance', args: [recipient, spender] }),
        DataFee.read(destinationModel, mostIn, destination.chainId),
      ],
      parameters,
    ),
    Ask.codeOf(source, owner, parameters),
    Ask.gasPrice(source, parameters),
    Ask.gasPrice(destination, parameters),
    gradeOfPlan({ ...client, routers: endpointsOf(client) }, plan, parameters),
  ])
  assertRoute(grade, acceptRoute)
  if (Ask.isContract(code) && parameters.recipient === undefined) throw new RecipientRequiredError(owner)
  const { deadline, expiresAt } = Validity.from(block.timestamp, parameters)
  const terms = Ask.answerOf(source, 'quoteSend', results[0])
  const value = Costs.attached(source.chainId, terms.fee)
  const transfer = Transfer.of(plan, route, { amountSent: terms.sent, amountReceived: terms.received })
  const out = leaving({ ...terms, value })
  const { calls: in_ } = arriving({
    amount: transfer.amount,
    isNative: Ask.answerOf(destination, 'token', arrival.results[0]) === zeroAddress,
    allowance: Ask.answerOf(destination, 'allowance', arrival.results[1]),
  })
  const [{ gas: spent, ...atSource }, { gas: spentThere, ...atDestination }] = await Promise.all([
    simulateSource(source, { owner, calls: out, time: soonAfter(block.timestamp, deadline) }, parameters),
    simulateSecondStep(
      destination,
      { plan, route, recipient, calls: in_, ...transfer, time: soonAfter(arrival.block.timestamp) },
      acceptArrival,
      parameters,
    ),
  ])
  const gas = basedOn(spent, WITHDRAW_GAS + SEND_GAS + BigInt(out.length - 2) * APPROVE_GAS)
  const gasThere = basedOn(spentThere, SETTLE_GAS + BigInt(in_.length - 1) * APPROVE_GAS)
  const feeOf = (chain: Ask.Chain, { most, calls, read, ...more }: DataFeeOf) => {
    const fees = read.fees.filter((_, index) => calls.some(({ name }) => name === most[index]?.name))
    return DataFee.of(chain, { ...more, transactions: calls, fees, operator: read.operator }, parameters)
  }
  const [l1DataFee, feeThere] = await Promise.all([
    feeOf(source, {
      ...{ most: mostOut, calls: out, read: Ask.answerOf(source, 'getL1Fee', results[1]), model: sourceModel },
      ...{ ...gas, gasPrice: sourceGasPrice, price: sourcePrice },
    }),
    feeOf(destination, {
      ...{ most: mostIn, calls: in_, read: Ask.answerOf(destination, 'getL1Fee', arrival.results[2]) },
      ...{ model: destinationModel, ...gasThere, gasPrice: destinationGasPrice, price: destinationPrice },
    }),
  ])
  const summed = {
    messagingFee: Costs.ofWei(terms.fee, sourcePrice),
    sourceGas: { ...Costs.ofGas(gas.units, sourceGasPrice, sourcePrice), basis: gas.basis },
    l1DataFee,
    destinationGas: { ...Costs.ofGas(gasThere.units, destinationGasPrice, destinationPrice), basis: gasThere.basis },
    destinationDataFee: at('costs.destinationDataFee', feeThere),
    transferFee: Costs.ofAsset(plan, transfer.fee),
    slippage: Costs.ofAsset(plan, transfer.slippage),
    waiting: Costs.ofWaiting(plan, waiting),
  }
  return {
    status: 'quote',
    plan,
    owner,
    recipient,
    deadline,
    expiresAt,
    value,
    amountSent: terms.sent,
    amountReceived: transfer.amount,
    minimumReceived: plan.received,
    costs: {
      ...summed,
      destinationGas: { ...summed.destinationGas, paidBy: 'owner' },
      dust: Costs.ofAsset(plan, plan.dust),
    },
    simulation: { source: atSource, destination: atDestination },
    route: {
      grade: grade.grade,
      doubts: grade.reasons.map(({ kind, side }) => ({ kind, side })),
      accepted: [...acceptRoute],
    },
    ...Costs.totalOf(Object.values(summed)),
    block,
  }
}

type DataFeeOf = Pick<Parameters<typeof DataFee.of>[1], 'model' | 'basis' | 'units' | 'gasPrice' | 'price'> & {
  /** The calls that were asked about, and those of them that are needed. */
  readonly most: readonly SourceCall[]
  readonly calls: readonly SourceCall[]
  readonly read: DataFee.DataFeeTerms
}

function basedOn(simulated: bigint | undefined, stated: bigint) {
  return simulated === undefined
    ? ({ units: stated, basis: 'stated' } as const)
    : ({ units: simulated, basis: 'simulated' } as const)
}

/** Where it is unknown, under its own name. */
function at(path: string, cost: Cost | Unknown): Cost | Unknown {
  return 'issues' in cost ? { ...cost, issues: cost.issues.map((issue) => ({ ...issue, path })) } : cost
}
