import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Address } from '../../model/Hex.ts'
import type { MarginView } from '../../model/MarginView.ts'
import type { SourceCall } from '../quote/simulateSource.ts'
import * as DirectCalls from './DirectCalls.ts'
import type { DirectPlan } from './DirectPlan.ts'
import { lenderIn } from './withdrawalOf.ts'

export type ArrivalCalls = {
  readonly calls: readonly SourceCall[]
  /** Who takes the tokens; nobody where they need not be allowed. */
  readonly spender: Address | undefined
}

/**
 * The second step of a planned move, as it will be when the plan's amount arrives: to be run and counted before anything is sent.
 *
 * @throws UnknownPositionError, UnknownMarketError, UnknownHealthError, NoLendingError when the view does not have the receiver.
 */
export function arrivalCalls(
  client: Pick<MarginContext, 'adapters'>,
  view: MarginView,
  plan: Pick<DirectPlan, 'receiver' | 'destination' | 'purpose' | 'received' | 'excess'>,
  terms: {
    readonly recipient: Address
    /** Base units that arrive. */
    readonly amount: bigint
    readonly isNative: boolean
    /** Base units that the market may take of the recipient already. */
    readonly allowance: bigint
  },
): ArrivalCalls {
  const { recipient, amount, isNative, allowance } = terms
  const { purpose, excess } = plan
  const { position, state, lending } = lenderIn(client, view, plan.receiver.id)
  const { chainId, asset } = plan.destination
  // As when it is prepared: all of a debt only where that surely fits, because it grows.
  const owed = plan.received - excess
  const isAll = excess > owed / 1_000n
  const used = excess > 0n && owed < amount ? owed : amount
  const where = { state, position, owner: position.owner, sender: recipient, asset: asset.address }
  const { call, authorizations } = lending.calls[purpose]({ ...where, amount: isAll ? 'all' : used })
  const spender = authorizations.find(({ kind }) => kind === 'allowance')?.spender
  const calls = DirectCalls.ofArrival(
    { chainId, asset: asset.address },
    { step: purpose, call, spender },
    { arrived: amount, allowed: isAll ? amount : used, isNative, allowance, isUpTo: isAll, isOurs: false },
  )
  return { calls: calls.map(({ step, call }) => ({ name: step, from: recipient, ...call })), spender }
}
