import { erc20Abi, zeroAddress } from 'viem'
import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Journal } from '../../journal/createJournal.ts'
import type { Address } from '../../model/Hex.ts'
import type { MarginView } from '../../model/MarginView.ts'
import type { ReadPosition } from '../../model/Position.ts'
import { issuesOf } from '../../model/Quantity.ts'
import * as Read from '../../reads/Read.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import { getMoveStatus } from '../getMoveStatus.ts'
import { CallRevertedError, ChainUnavailableError, ForeignMoveError } from '../MoveErrors.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import { NothingToRepayError, UnknownHealthError } from '../PlanErrors.ts'
import { soonAfter } from '../quote/simulateCalls.ts'
import { simulateSource } from '../quote/simulateSource.ts'
import { trackedMove } from '../trackedMove.ts'
import * as WhatIf from '../WhatIf.ts'
import { allowanceLeft } from './allowanceLeft.ts'
import { type ArrivalSoFar, arrivalSoFar } from './arrivalSoFar.ts'
import { assertKnownMove } from './assertKnownMove.ts'
import * as DirectCalls from './DirectCalls.ts'
import {
  AllowanceLeftError,
  NotArrivedError,
  NotDirectError,
  ReceiverRequiredError,
  SpentArrivalError,
} from './DirectErrors.ts'
import type { DirectArrival } from './DirectTrail.ts'
import { oftAbi } from './oftAbi.ts'
import type { DirectMove, PreparedArrival } from './PreparedDirect.ts'
import { restoreDirectMove } from './restoreDirectMove.ts'
import { lenderIn } from './withdrawalOf.ts'

export type PrepareArrivalParameters = DeadlineOptions & {
  /** A direct move that was sent: `delivered`, by `getMoveStatus`. */
  readonly move: TrackedMove
  /** A view of now: what is owed is taken from it. */
  readonly view: MarginView
  /** Where the move is written down: how far its second step was brought, and what belongs to other moves. */
  readonly journal?: Journal | undefined
  /** Whose position it is: the move's owner. To be named where that is not the recipient: what a store says is not believed. */
  readonly owner?: Address | undefined
  /** Id of the position that gets it, where that is another one than was planned, or where nobody knows what was. */
  readonly receiver?: string | undefined
  /** What is done with it, where that is something else than was planned. */
  readonly purpose?: 'supply' | 'repay' | undefined
}

/**
 * Prepares the second step of a direct move: the calls by which the recipient supplies what has arrived for the owner, or repays with it,
 * in their order and run one after the other on the node where it can. Exactly what has arrived is allowed to the market, and nothing stays
 * allowed. Nothing is sent: sign them, or have `sendArrival` do it.
 *
 * A repayment takes no more than is owed; what is left stays where it arrived.
 *
 * What an earlier run has sent is looked for on the chain. Where all of it is done, there are no `calls`, or only the one that takes an
 * allowance back: `sendArrival` writes down what was found.
 *
 * @throws NotDirectError, NotArrivedError when there is nothing to do.
 * @throws ReceiverRequiredError for a move that was found, without `receiver`: no chain says it.
 * @throws ForeignMoveError when the move names contracts that this client does not know, or the position of somebody else.
 * @throws UnknownPositionError, UnknownMarketError, UnknownHealthError, NoLendingError when the view does not have the receiver.
 * @throws NothingToRepayError when the receiver owes nothing of it any more: `purpose: 'supply'` supplies it instead.
 * @throws SpentArrivalError when the recipient does not hold it any more.
 * @throws CallRevertedError when a call would revert; ChainUnavailableError when the chain does not answer.
 * @throws AllowanceLeftError instead of the last three, when an earlier run has allowed the market what it will not take.
 *
 * @example
 * import { type MarginClient, prepareArrival, type TrackedMove } from '@unimargin/sdk'
 *
 * export async function finish(client: MarginClient, move: TrackedMove) {
 *   const view = await client.getMarginView({ owner: move.owner })
 *   const { calls } = await prepareArrival(client, { move, view })
 *   return calls.map(({ step, call }) => ({ step, ...call }))
 * }
 */
export async function prepareArrival(
  client: MarginContext,
  parameters: PrepareArrivalParameters,
): Promise<PreparedArrival> {
  const { before, written } = asWritten(parameters)
  assertKnownMove(client, before)
  assertOwner(before.owner, parameters, before)
  const { destinationChainId: chainId } = before
  const chain: Ask.Chain = { chainId, client: client.getClient(chainId) }
  const soFar = await arrivalSoFar(chain, before, parameters)
  const { state, amount, move: now } = await getMoveStatus(client, { ...parameters, move: soFar.move })
  const move: DirectMove = { ...now, direct: now.direct ?? soFar.move.direct }
  if (state === 'credited' && amount !== undefined) {
    const left = soFar.mined.includes('revoke') ? undefined : await allowanceLeft(chain, move, parameters)
    const isNews = before.direct.arrival?.hash !== move.direct.arrival?.hash
    if (left === undefined && !isNews) throw new NotArrivedError(state)
    const calls = left === undefined ? [] : [left]
    return { move, calls, before: written, amount, isSimulated: false }
  }
  if (state !== 'delivered' || amount === undefined) throw new NotArrivedError(state)
  // Two looks at the same receipt: nothing is supplied again because one of them missed it.
  const settled = soFar.mined.find((step) => step === 'supply' || step === 'repay')
  if (settled !== undefined) {
    throw new ChainUnavailableError(chainId, `the ${settled} is included, and not every answer shows it yet`)
  }
  try {
    return { ...(await settling(client, parameters, chain, { ...soFar, move }, amount)), before: written }
  } catch (error) {
    const isRefused = [CallRevertedError, NothingToRepayError, SpentArrivalError].some((one) => error instanceof one)
    const left = isRefused ? await allowanceLeft(chain, move, parameters) : undefined
    throw left === undefined ? error : new AllowanceLeftError(left.call, error)
  }
}

/** The calls that supply so much, or repay with it, from where earlier runs have stopped. */
async function settling(
  client: MarginContext,
  parameters: PrepareArrivalParameters,
  chain: Ask.Chain,
  { move, mined }: ArrivalSoFar,
  amount: bigint,
): Promise<PreparedArrival> {
  const { receiver = move.direct.receiver, purpose = move.direct.purpose } = parameters
  if (receiver === undefined) throw new ReceiverRequiredError()
  const { recipient, assets, arrival } = move.direct
  const { position, state, lending } = lenderIn(client, parameters.view, receiver)
  assertOwner(position.owner, parameters, move)
  const asset = assets.destination
  const owed = purpose === 'repay' ? owedOf(position, asset) : 0n
  if (purpose === 'repay' && owed === 0n) throw new NothingToRepayError(position.id, asset)
  // With a margin, because all of a debt is more by the time that it is paid.
  const isAll = purpose === 'repay' && owed + owed / 1_000n < amount
  const used = purpose === 'repay' && owed < amount ? owed : amount
  const where = { state, position, owner: position.owner, sender: recipient, asset }
  const lent = lending.calls[purpose]({ ...where, amount: isAll ? 'all' : used })
  // Whatever else a protocol wants to be allowed is not ours to give here.
  const spender = lent.authorizations.find(({ kind }) => kind === 'allowance')?.spender
  const erc20 = { to: asset, abi: erc20Abi } as const
  const { results, block } = await Ask.snapshot(
    chain,
    [
      Read.call({ to: move.destination.oft, abi: oftAbi, functionName: 'token' }),
      Read.call({ ...erc20, functionName: 'balanceOf', args: [recipient] }),
      Ask.nativeBalance(chain, recipient),
      spender === undefined
        ? Read.succeed(0n)
        : Read.call({ ...erc20, functionName: 'allowance', args: [recipient, spender] }),
    ],
    parameters,
  )
  if (arrival?.spender !== undefined && !WhatIf.isSame(arrival.spender, spender ?? zeroAddress)) {
    const left = await allowanceLeft(chain, move, parameters)
    if (left !== undefined) throw new AllowanceLeftError(left.call, 'it was allowed to another market')
  }
  const isNative = Ask.answerOf(chain, 'token', results[0]) === zeroAddress && !mined.includes('wrap')
  const held = isNative
    ? Ask.answerOf(chain, 'getEthBalance', results[2])
    : Ask.answerOf(chain, 'balanceOf', results[1])
  if (held < amount) throw new SpentArrivalError(recipient, held, amount, asset)
  const calls = DirectCalls.ofArrival(
    { chainId: chain.chainId, asset },
    { step: purpose, call: lent.call, spender },
    {
      arrived: amount,
      allowed: isAll ? amount : used,
      allowance: Ask.answerOf(chain, 'allowance', results[3]),
      isNative,
      isUpTo: isAll,
      isOurs: arrival?.spender !== undefined,
    },
  )
  const named = calls.map(({ step, call }) => ({ name: step, from: recipient, ...call }))
  const time = soonAfter(block.timestamp)
  const { simulated } = await simulateSource(chain, { owner: recipient, calls: named, time }, parameters)
  const isAgain = (step = '') => calls.some((call) => call.step === step && mined.includes(call.step))
  const done = Object.entries(arrival?.done ?? {}).filter(([step]) => !isAgain(step))
  const begun: DirectArrival = {
    ...arrival,
    handed: isAgain(arrival?.handed?.step) ? undefined : arrival?.handed,
    done: Object.fromEntries(done),
    market: lent.call.to,
    spender: calls.some(({ step }) => step === 'approve') ? spender : arrival?.spender,
  }
  const direct = { ...move.direct, receiver, purpose, arrival: begun }
  return { move: { ...move, direct }, calls, amount, isSimulated: simulated === 'yes' }
}

/** The move with what the journal has of its second step: who called before may hold an older one. */
function asWritten({ move, journal }: PrepareArrivalParameters) {
  const { direct, ...rest } = trackedMove(move)
  if (direct === undefined) throw new NotDirectError()
  const kept = journal?.get(move.id)
  const written = kept === undefined ? direct : restoreDirectMove(kept).move.direct
  // What was begun belongs to what was to be done with it.
  const { purpose, receiver, arrival } = written.arrival === undefined ? direct : written
  const received = written.received ?? direct.received
  const before: DirectMove = { ...rest, direct: { ...direct, purpose, receiver, arrival, received } }
  return { before, written: written.arrival }
}

/** Nobody supplies for somebody else because of what a store says. @throws ForeignMoveError */
function assertOwner(actual: Address, { owner }: PrepareArrivalParameters, { direct }: DirectMove): void {
  const expected = owner ?? direct.recipient
  if (!WhatIf.isSame(actual, expected)) throw new ForeignMoveError('owner', actual, expected)
}

/** Base units. @throws UnknownHealthError where nobody can say: an unknown debt is not none. */
function owedOf({ id, debt }: ReadPosition, asset: Address): bigint {
  return debt
    .filter((leg) => WhatIf.isSame(leg.asset.address, asset))
    .reduce((sum, { amount }) => {
      if (typeof amount !== 'bigint') throw new UnknownHealthError(id, 'debt', issuesOf(amount))
      return sum + amount
    }, 0n)
}
