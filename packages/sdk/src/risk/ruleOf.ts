import type { Position } from '../model/Position.ts'
import type { LiquidationRule } from './LiquidationRule.ts'
import type { RiskAdapter, RiskContext } from './RiskAdapter.ts'
import { UnknownMarketError } from './RiskErrors.ts'

/** The adapter of a position's market, if the context has it. */
export function adapterOf({ adapters }: RiskContext, { market }: Pick<Position, 'market'>): RiskAdapter | undefined {
  return adapters.find((adapter) => adapter.market.key === market.key)
}

/** The rule that a position is liquidated by, if the context has it. */
export function ruleOf(
  context: RiskContext,
  position: Pick<Position, 'market'> & { readonly rule: string },
): LiquidationRule | undefined {
  const rules = adapterOf(context, position)?.rules
  return rules !== undefined && Object.hasOwn(rules, position.rule) ? rules[position.rule] : undefined
}

/**
 * The rule that a position is liquidated by.
 *
 * @throws UnknownMarketError when the context has none.
 */
export function requireRule(
  context: RiskContext,
  position: Pick<Position, 'market'> & { readonly rule: string },
): LiquidationRule {
  const rule = ruleOf(context, position)
  if (rule === undefined) throw new UnknownMarketError(position.market.key, position.rule)
  return rule
}
