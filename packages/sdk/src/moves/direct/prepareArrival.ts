import { erc20Abi, zeroAddress } from 'viem'
import type { LendingCall } from '../../adapter/Lending.ts'
import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Address } from '../../model/Hex.ts'
import type { MarginView } from '../../model/MarginView.ts'
import type { ReadPosition } from '../../model/Position.ts'
import { issuesOf } from '../../model/Quantity.ts'
import * as Read from '../../reads/Read.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import { getMoveStatus } from '../getMoveStatus.ts'
import { InsufficientCollateralError } from '../MoveErrors.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import { NothingToRepayError, UnknownHealthError } from '../PlanErrors.ts'
import { simulateSource } from '../quote/simulateSource.ts'
import * as WhatIf from '../WhatIf.ts'
import * as DirectCalls from './DirectCalls.ts'
import { NotArrivedError, NotDirectError } from './DirectErrors.ts'
import { oftAbi } from './oftAbi.ts'
import type { PreparedArrival } from './PreparedDirect.ts'
import { lenderIn } from './withdrawalOf.ts'

export type PrepareArrivalParameters = DeadlineOptions & {
  /** A direct move that was sent: `delivered`, by `getMoveStatus`. */
  readonly move: TrackedMove
  /** A view of now: what is owed is taken from it. */
  readonly view: MarginView
}

/**
 * Prepares the second step of a direct move: the calls by which the recipient supplies what has arrived for the owner, or repays with it,
 * in their order and run one after the other on the node where it can. Exactly what has arrived is allowed to the market, and nothing stays
 * allowed. Nothing is sent: sign them, or have `sendArrival` do it.
 *
 * A repayment takes no more than is owed; what is left stays where it arrived.
 *
 * @throws NotDirectError, NotArrivedError when there is nothing to do.
 * @throws UnknownPositionError, UnknownMarketError, UnknownHealthError, NoLendingError when the view does not have the receiver.
 * @throws NothingToRepayError when the receiver owes nothing of it any more.
 * @throws InsufficientCollateralError when the recipient does not hold it any more.
 * @throws CallRevertedError when a call would revert; ChainUnavailableError when the chain does not answer.
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
  const { view } = parameters
  const status = await getMoveStatus(client, parameters)
  const { direct } = status.move
  if (direct === undefined) throw new NotDirectError()
  const { amount } = status
  if (status.state !== 'delivered' || amount === undefined) throw new NotArrivedError(status.state)
  const { position, state, lending } = lenderIn(client, view, direct.receiver)
  const { recipient, assets, purpose } = direct
  const asset = assets.destination
  const owed = owedOf(position, asset)
  if (purpose === 'repay' && owed === 0n) throw new NothingToRepayError(position.id, asset)
  // With a margin, because all of a debt is more by the time that it is paid.
  const isAll = purpose === 'repay' && owed + owed / 1_000n < amount
  const used = purpose === 'repay' && owed < amount ? owed : amount
  const where = { state, position, owner: position.owner, sender: recipient, asset }
  const lent = lending.calls[purpose]({ ...where, amount: isAll ? 'all' : used })
  const spender = spenderOf(lent)

  const { destinationChainId: chainId, destination } = status.move
  const chain: Ask.Chain = { chainId, client: client.getClient(chainId) }
  const erc20 = { to: asset, abi: erc20Abi } as const
  const { results } = await Ask.snapshot(
    chain,
    [
      Read.call({ to: destination.oft, abi: oftAbi, functionName: 'token' }),
      Read.call({ ...erc20, functionName: 'balanceOf', args: [recipient] }),
      Ask.nativeBalance(chain, recipient),
      spender === undefined
        ? Read.succeed(0n)
        : Read.call({ ...erc20, functionName: 'allowance', args: [recipient, spender] }),
    ],
    parameters,
  )
  const isNative = Ask.answerOf(chain, 'token', results[0]) === zeroAddress
  const held = isNative
    ? Ask.answerOf(chain, 'getEthBalance', results[2])
    : Ask.answerOf(chain, 'balanceOf', results[1])
  if (held < amount) throw new InsufficientCollateralError(held, amount, asset)
  const needed = isAll ? amount : used
  const calls = DirectCalls.ofArrival(
    { chainId, asset },
    { step: purpose, call: lent.call, spender },
    {
      arrived: amount,
      allowed: needed,
      isNative,
      allowance: Ask.answerOf(chain, 'allowance', results[3]),
      isUpTo: isAll,
      isOurs: direct.arrival?.done.approve !== undefined,
    },
  )
  const named = calls.map(({ step, call }) => ({ name: step, from: recipient, ...call }))
  const { simulated } = await simulateSource(chain, { owner: recipient, calls: named }, parameters)
  return {
    move: { ...status.move, direct: { ...direct, arrival: direct.arrival ?? { done: {}, market: lent.call.to } } },
    calls,
    amount,
    isSimulated: simulated === 'yes',
  }
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

/** Who takes the tokens: whatever else a protocol wants to be allowed is not ours to give here. */
function spenderOf({ authorizations }: LendingCall) {
  return authorizations.find(({ kind }) => kind === 'allowance')?.spender
}
