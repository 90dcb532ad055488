import type { KnownLegs } from '../model/Leg.ts'
import type { MarketState } from '../model/Market.ts'
import type { ReadPosition } from '../model/Position.ts'
import type { PositionChange } from '../model/PositionChange.ts'
import { withAction } from './change/withAction.ts'
import type { AnyLeg } from './Judged.ts'
import { isSame } from './Legs.ts'
import type { RiskContext } from './RiskAdapter.ts'

/**
 * A position after its owner did something, one thing after the other: as the adapter says that the protocol books it, or by plain
 * addition. What is of no amount is not done.
 */
export function after(
  context: RiskContext,
  { position, state }: { readonly position: ReadPosition; readonly state: MarketState },
  changes: readonly PositionChange[],
): ReadPosition {
  let now = position
  for (const change of changes) {
    if (change.amount <= 0n) continue
    const hypothesis = { positions: [now], markets: [state], bounds: new Set<string>() }
    const [next] = withAction(context, hypothesis, { kind: 'action', position: now.id, ...change }).positions
    if (next?.status === 'read') now = next
  }
  return now
}

/**
 * Legs in the order and at the prices of others, with their own amounts: none of what is not there any more. A search needs the same
 * legs all along, and a shock's prices do not depend on amounts.
 */
export function atPricesOf(legs: KnownLegs, others: KnownLegs): KnownLegs {
  return {
    collateral: others.collateral.map((like) => placed(like, legs.collateral.find(isLike(like)))),
    debt: others.debt.map((like) => placed(like, legs.debt.find(isLike(like)))),
  }
}

function isLike<leg extends AnyLeg>(one: leg): (other: leg) => boolean {
  return (other) => isSame(one.asset.address, other.asset.address) && isBacking(one) === isBacking(other)
}

/** An asset may be collateral and, beside it, be lent: two legs. */
function isBacking(leg: AnyLeg): boolean {
  return 'isCollateral' in leg && leg.isCollateral
}

function placed<leg extends AnyLeg>(like: leg, leg: leg | undefined): leg {
  if (leg === undefined) return { ...like, amount: 0n }
  return { ...leg, price: like.price, exactPrice: like.exactPrice }
}
