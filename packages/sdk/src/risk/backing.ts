import type { CollateralLeg, KnownLegs } from '../model/Leg.ts'
import type { LiquidationRule } from './LiquidationRule.ts'

/** The legs as a protocol weighs them that lends: by their loan-to-values. */
export function asForLoan(legs: KnownLegs): KnownLegs {
  return {
    ...legs,
    collateral: legs.collateral.map((leg) => ({ ...leg, liquidationThreshold: leg.loanToValue })),
  }
}

/** Whether a leg of who owes has to stay, whatever the amount, because something without a loan-to-value has to leave first. */
export function isHeldBack(
  { withdrawal }: LiquidationRule,
  { collateral, debt }: KnownLegs,
  leg: CollateralLeg,
): boolean {
  if (withdrawal !== 'zero-loan-to-value-first' || !leg.isCollateral || leg.loanToValue === 0n) return false
  return (
    debt.some(({ amount }) => amount > 0n) &&
    collateral.some(
      ({ isCollateral, amount, loanToValue, liquidationThreshold }) =>
        isCollateral && amount > 0n && loanToValue === 0n && liquidationThreshold > 0n,
    )
  )
}
