import type { Health } from '../model/Health.ts'
import type { CollateralLeg, DebtLeg } from '../model/Leg.ts'
import type { PositionFacts, ReadPosition } from '../model/Position.ts'
import { issuesOf, type Quantity, unknown } from '../model/Quantity.ts'
import { distinctIssues } from './distinctIssues.ts'
import type { LiquidationRule } from './LiquidationRule.ts'

/** What the risk core adds to the facts of a position; `collateral` and `debt` come back with their values. */
export type JudgedFields = Pick<
  ReadPosition,
  | 'collateral'
  | 'debt'
  | 'collateralValue'
  | 'debtValue'
  | 'weightedCollateral'
  | 'weightedDebt'
  | 'health'
  | 'conservativeHealth'
  | 'issues'
>

/**
 * Judges one position by its protocol's own rule. Values and ratios are WAD, rounded as the protocol rounds.
 *
 * Unknown spreads no further than it must: an unknown debt makes both healths unknown; unknown collateral makes `health`
 * unknown and counts as zero in `conservativeHealth`, or as less where the rule may fall with a little more of it; what is
 * supplied but is no collateral touches `collateralValue` only. Without any debt both are `no-debt`, whatever else is
 * unknown. `conservativeHealth` is never above what `health` turns out to be, and never rises when less is known.
 *
 * @example
 * import { type LiquidationRule, type PositionFacts, PositionHealth } from '@unimargin/sdk'
 *
 * export function isSafe(facts: PositionFacts, rule: LiquidationRule): boolean {
 *   const { conservativeHealth } = PositionHealth.assess(facts, rule)
 *   return conservativeHealth.status === 'known' && conservativeHealth.factor > 10n ** 18n
 * }
 */
export function assess(facts: PositionFacts, rule: LiquidationRule): JudgedFields {
  const collateral = facts.collateral.map((leg) => ({ ...leg, value: legValue(leg, rule, 'collateral') }))
  const debt = facts.debt.map((leg) => ({ ...leg, value: legValue(leg, rule, 'debt') }))
  const legs = { collateral: collateral.filter(isKnown), debt: debt.filter(isKnown) }
  const known = rule.assess(legs)
  const unread = collateral.filter((leg) => leg.isCollateral && typeof leg.value !== 'bigint')

  const collateralValue = knownOnlyIf(collateral, known.collateralValue)
  const debtValue = knownOnlyIf(debt, known.debtValue)
  const weightedCollateral = knownOnlyIf(
    collateral.filter((leg) => leg.isCollateral),
    known.weightedCollateral,
  )
  const atLeast = unread.length === 0 ? known.health : (rule.healthAtLeast?.(legs, unread) ?? known.health)
  const conservativeHealth: Health = typeof debtValue === 'bigint' ? atLeast : debtValue
  const needsCollateral = conservativeHealth.status !== 'no-debt'
  const health: Health =
    needsCollateral && typeof weightedCollateral !== 'bigint'
      ? unknown(...distinctIssues([issuesOf(debtValue), issuesOf(weightedCollateral)]))
      : conservativeHealth
  return {
    collateral,
    debt,
    collateralValue,
    debtValue,
    weightedCollateral,
    weightedDebt: typeof debtValue === 'bigint' ? known.weightedDebt : debtValue,
    health,
    conservativeHealth,
    issues: distinctIssues([issuesOf(collateralValue), issuesOf(debtValue)]),
  }
}

/** Nothing is worth nothing at any price; everything else needs amount and price. */
function legValue(leg: CollateralLeg | DebtLeg, rule: LiquidationRule, side: 'collateral' | 'debt'): Quantity {
  const { amount, price, asset, exactPrice, shares } = leg
  if (amount === 0n) return 0n
  if (typeof amount === 'bigint' && typeof price === 'bigint') {
    return rule.valueOf({ amount, price, decimals: asset.decimals, exactPrice, shares, side })
  }
  return unknown(...distinctIssues([issuesOf(amount), issuesOf(price)]))
}

/** An amount of zero drops out as well where its price is unknown: it adds nothing. */
function isKnown<leg extends CollateralLeg | DebtLeg>(
  leg: leg,
): leg is leg & { readonly amount: bigint; readonly price: bigint; readonly value: bigint } {
  return typeof leg.amount === 'bigint' && typeof leg.price === 'bigint' && typeof leg.value === 'bigint'
}

/** A sum is known only if each of its parts is. */
function knownOnlyIf(legs: readonly { readonly value: Quantity }[], sum: bigint): Quantity {
  const missing = legs.map(({ value }) => value).filter((value) => typeof value !== 'bigint')
  return missing.length === 0 ? sum : unknown(...distinctIssues(missing.map(issuesOf)))
}
