import { zeroHash } from 'viem'
import type { Address, Hex } from '../model/Hex.ts'
import type { MoveParameters } from './MoveIntent.ts'
import type { MovePlan } from './MovePlan.ts'

/** The router's `Move` for a plan. What the plan counts on has to arrive, and the donor keeps its floor: the contract checks both. */
export function buildMove(
  plan: MovePlan,
  { id, recovery, deadline }: { readonly id: Hex; readonly recovery: Address; readonly deadline: bigint },
): MoveParameters {
  return {
    id,
    market: plan.source.market,
    marketId: plan.source.marketId ?? zeroHash,
    asset: plan.source.asset.address,
    amount: plan.amount,
    minAmount: plan.minAmount,
    minHealthFactor: plan.donorFloor,
    dstEid: plan.destination.eid,
    action: plan.purpose,
    dstMarket: plan.destination.market,
    dstMarketId: plan.destination.marketId ?? zeroHash,
    recovery,
    deadline,
    deliveryGas: plan.gas.delivery,
    settleGas: plan.gas.supply,
  }
}
