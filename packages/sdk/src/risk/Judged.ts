import type { KnownHealth } from '../model/Health.ts'
import type { CollateralLeg, DebtLeg, KnownLegs } from '../model/Leg.ts'
import type { Assessment } from './LiquidationRule.ts'

/** Some legs, and what a rule says of them. */
export type Judged = { readonly legs: KnownLegs; readonly assessment: Assessment }

/** A leg of either side. */
export type AnyLeg = CollateralLeg<bigint> | DebtLeg<bigint>

/** Whether a health is at least a factor (WAD); without any debt it always is. */
export function isAtLeast(health: KnownHealth, factor: bigint): boolean {
  return health.status === 'no-debt' || health.factor >= factor
}

/** Whether two sets of the same legs also have the same amounts and prices. */
export function areEqual(one: KnownLegs, other: KnownLegs): boolean {
  return (
    one.collateral.every((leg, index) => isEqual(leg, other.collateral[index])) &&
    one.debt.every((leg, index) => isEqual(leg, other.debt[index]))
  )
}

/** Whether a leg has the same amount and the same price as another. */
export function isEqual(one: AnyLeg, other: AnyLeg | undefined): boolean {
  if (one === other) return true
  return (
    other !== undefined &&
    one.amount === other.amount &&
    one.price === other.price &&
    one.exactPrice?.value === other.exactPrice?.value
  )
}

/** Whether both have legs of the same assets in the same order. */
export function areSameLegs(one: KnownLegs, other: KnownLegs): boolean {
  const areSame = (left: readonly AnyLeg[], right: readonly AnyLeg[]) =>
    left.length === right.length && left.every(({ asset }, index) => asset.address === right[index]?.asset.address)
  return areSame(one.collateral, other.collateral) && areSame(one.debt, other.debt)
}
