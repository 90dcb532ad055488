import type { KnownLegs } from '../model/Leg.ts'
import { issuesOf } from '../model/Quantity.ts'
import * as Legs from '../risk/Legs.ts'
import * as MulDiv from '../units/MulDiv.ts'
import * as Wad from '../units/Wad.ts'
import type { MoveAction } from './MoveIntent.ts'
import type { UnsavableReason } from './MovePlan.ts'
import { NothingToRepayError, UnknownHealthError } from './PlanErrors.ts'
import { repayBlockedBy } from './repayBlockedBy.ts'
import type { MoveSide } from './resolveMove.ts'
import * as WhatIf from './WhatIf.ts'

/** What a receiver does with what arrives: it becomes collateral, or it pays a debt back. */

/** What protocols may round away on either side, in base units: an aToken's balance moves by up to one unit per step. */
export const ROUNDING = 2n

/** The receiver's legs after an amount of base units was supplied, or repaid: at most the whole debt. */
export function after(purpose: MoveAction, { reserve }: MoveSide, legs: KnownLegs, amount: bigint): KnownLegs {
  return purpose === 'supply'
    ? WhatIf.supplied(legs, reserve, amount)
    : Legs.repaid(legs, reserve.asset.address, amount > 0n ? amount : 0n)
}

/** Base units of the asset that are owed in these legs. */
export function owed({ reserve }: MoveSide, { debt }: KnownLegs): bigint {
  return debt
    .filter(({ asset }) => WhatIf.isSame(asset.address, reserve.asset.address))
    .reduce((sum, { amount }) => sum + amount, 0n)
}

/** Why the receiver's market would refuse any amount, if so. @throws NothingToRepayError when nothing is owed. */
export function blockedBy(purpose: MoveAction, receiver: MoveSide): UnsavableReason | undefined {
  return purpose === 'supply' ? supplyBlockedBy(receiver) : whyNotRepaid(receiver)
}

function supplyBlockedBy({ reserve, position }: MoveSide): UnsavableReason | undefined {
  const { supplyBlockedBy, liquidationThreshold, loanToValue, asset } = reserve
  if (supplyBlockedBy.length > 0) return { kind: 'supply-blocked', by: supplyBlockedBy }
  const leg = position.collateral.find((candidate) => WhatIf.isSame(candidate.asset.address, asset.address))
  if (leg !== undefined && leg.amount !== 0n) {
    return leg.isCollateral ? undefined : { kind: 'not-collateral', by: 'switched-off' }
  }
  if (liquidationThreshold === 0n) return { kind: 'not-collateral', by: 'no-threshold' }
  if (loanToValue === 0n) return { kind: 'not-collateral', by: 'no-loan-to-value' }
  // A position in isolation cannot gain a second collateral, and what isolates none at all.
  const first = position.firstSupplies?.find((candidate) => WhatIf.isSame(candidate.asset.address, asset.address))
  if (position.details.isolated === true || first?.isCollateral === false) {
    return { kind: 'not-collateral', by: 'isolated' }
  }
  return undefined
}

function whyNotRepaid(receiver: MoveSide): UnsavableReason | undefined {
  const { reserve, position, legs } = receiver
  if (owed(receiver, legs) === 0n) throw new NothingToRepayError(position.id, reserve.asset.symbol)
  const by = repayBlockedBy(reserve)
  return by.length === 0 ? undefined : { kind: 'repay-blocked', by }
}

/** How much the receiver can use, in units of the route; nothing where it takes whatever comes. */
export function limitOf(
  purpose: MoveAction,
  receiver: MoveSide,
  { later, unit }: { readonly later: KnownLegs; readonly unit: bigint },
): { readonly reason: UnsavableReason; readonly units: bigint } | undefined {
  if (purpose === 'repay') {
    return { reason: { kind: 'debt' }, units: (owed(receiver, later) + ROUNDING + unit - 1n) / unit }
  }
  const { supplyRoom } = receiver.reserve
  if (supplyRoom !== undefined && typeof supplyRoom !== 'bigint') {
    throw new UnknownHealthError(receiver.position.id, 'supply cap', issuesOf(supplyRoom))
  }
  return supplyRoom === undefined ? undefined : { reason: { kind: 'supply-cap' }, units: supplyRoom / unit }
}

/** The closed form: what is missing of weighted collateral, or too much of debt, by what one unit of the route weighs. */
export function estimateOf(
  purpose: MoveAction,
  { rule, reserve }: MoveSide,
  legs: KnownLegs,
  { target = 0n, unit }: { readonly target: bigint | undefined; readonly unit: bigint },
): bigint {
  const { weightedCollateral, weightedDebt } = rule.assess(legs)
  const { asset, price, liquidationThreshold } = reserve
  const isIt = (leg: { readonly asset: { readonly address: string } }) =>
    WhatIf.isSame(leg.asset.address, asset.address)
  const missing = Wad.mulUp(weightedDebt, target) - weightedCollateral
  const counts =
    purpose === 'supply'
      ? (legs.collateral.find(isIt)?.liquidationThreshold ?? liquidationThreshold)
      : Wad.mulDown(legs.debt.find(isIt)?.liabilityWeight ?? Wad.WAD, target)
  const weight = Wad.mulDown(price, counts)
  if (missing <= 0n || weight === 0n) return 1n
  return MulDiv.up(missing, 10n ** BigInt(asset.decimals), weight) / unit + 1n
}
