import type { PositionFacts } from '../model/Position.ts'

/** The facts of a position without what was judged of them: what changes them makes the verdicts void. */
export function factsOf(position: PositionFacts): PositionFacts {
  const { owner, rule, collateral, debt, firstSupplies, details, unit, flags } = position
  return { owner, rule, collateral, debt, firstSupplies, details, unit, flags }
}
