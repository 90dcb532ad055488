import type { Route } from '../../model/Route.ts'
import * as MulDiv from '../../units/MulDiv.ts'
import { WAD } from '../../units/Wad.ts'
import * as Dust from '../Dust.ts'
import { UnexpectedRouteError } from '../MoveErrors.ts'
import type { MovePlan } from '../MovePlan.ts'
import { TransferFeeTooHighError } from './QuoteErrors.ts'

/** What a route does with the amount of a plan. */
export type Transfer = {
  /** What it keeps now, base units at the source. */
  readonly fee: bigint
  /** What it may keep on top before the contract refuses, base units at the source. */
  readonly slippage: bigint
  /** What arrives now: in units of the route, and in base units at the destination. */
  readonly shared: bigint
  readonly amount: bigint
}

/**
 * Holds what a route says against what a plan counts on.
 *
 * @throws UnexpectedRouteError, TransferFeeTooHighError
 */
export function of(
  { amount, minAmount, source, destination }: Pick<MovePlan, 'amount' | 'minAmount' | 'source' | 'destination'>,
  route: Route,
  { amountSent, amountReceived }: { readonly amountSent: bigint; readonly amountReceived: bigint },
): Transfer {
  if (amountSent !== amount) throw new UnexpectedRouteError(amount, amountSent, amountReceived)
  const kept = amountReceived < amount ? amount - amountReceived : 0n
  if (amountReceived < minAmount) {
    const fee = MulDiv.up(kept, WAD, amount)
    throw new TransferFeeTooHighError({ amount, received: amountReceived, minAmount, fee })
  }
  const shared = amountReceived / Dust.unitOf(route, source.asset.decimals)
  return {
    fee: kept,
    slippage: amount - kept - minAmount,
    shared,
    amount: shared * Dust.unitOf(route, destination.asset.decimals),
  }
}
