import type { Factors, PlanMovesParameters, Scenario } from '@unimargin/sdk'

/** What a position shall have, WAD; by id, or everybody the same. */
export function factorOf(factors: Factors | undefined, id: string): bigint | undefined {
  return typeof factors === 'bigint' ? factors : factors?.[id]
}

/** A scenario's own target, or the plan's. */
export function targetOf(
  { targets }: Pick<PlanMovesParameters, 'targets'>,
  id: string,
  scenario: Scenario | undefined,
): bigint | undefined {
  return factorOf(scenario?.targets, id) ?? factorOf(targets, id)
}
