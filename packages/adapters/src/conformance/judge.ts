import { type KnownLegs, type LiquidationRule, type PositionFacts, PositionHealth } from '@unimargin/sdk'
import { UnknownRuleError } from './ConformanceErrors.ts'
import type { Observed } from './observe.ts'

/** A position of which every number is known, and the rule that judges it. */
export type KnownPosition = {
  readonly facts: PositionFacts
  readonly legs: KnownLegs
  readonly rule: LiquidationRule
}

/** What the sdk makes of a position. */
export function judge({ adapter }: Pick<Observed, 'adapter'>, facts: PositionFacts): PositionHealth.JudgedFields {
  return PositionHealth.assess(facts, ruleOf(adapter.rules, facts))
}

/** The positions of a world that a rule can judge whole. */
export function knownPositions({ adapter, reading }: Observed): readonly KnownPosition[] {
  return reading.positions.flatMap((position) => {
    if (position.status !== 'ok') return []
    const facts = position.value
    const legs = { collateral: facts.collateral.flatMap(known), debt: facts.debt.flatMap(known) }
    const isWhole = legs.collateral.length === facts.collateral.length && legs.debt.length === facts.debt.length
    return isWhole ? [{ facts, legs, rule: ruleOf(adapter.rules, facts) }] : []
  })
}

type Quantities = Pick<PositionFacts['debt'][number], 'amount' | 'price' | 'value'>
type Known<leg> = leg & { readonly amount: bigint; readonly price: bigint; readonly value: bigint }

function known<leg extends Quantities>(leg: leg): readonly Known<leg>[] {
  const { amount, price, value } = leg
  return typeof amount === 'bigint' && typeof price === 'bigint' && typeof value === 'bigint'
    ? [{ ...leg, amount, price, value }]
    : []
}

/** A position that names no rule of the adapter cannot be judged: nothing it says holds. */
function ruleOf(rules: Readonly<Record<string, LiquidationRule>>, { rule: key }: PositionFacts): LiquidationRule {
  const rule = rules[key]
  if (rule !== undefined) return rule
  throw new UnknownRuleError(key)
}
