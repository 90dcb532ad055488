import type { KnownHealth, MarginPlan, MarginView, Position } from '@unimargin/sdk'

/** A health factor (WAD) that the plan foresaw, what the chain says, and by how much they differ. */
export type ComparedHealth = {
  readonly position: string
  readonly name: string
  readonly foreseen: bigint
  readonly actual: bigint
  readonly difference: bigint
}

/** Every position that the plan touches. */
export type Comparison = readonly ComparedHealth[]

/**
 * Holds the chains against the plan. The plan counts interest until its horizon against the owner, so that the chains say a
 * trifle more.
 *
 * @throws TypeError when a number is not known: an unread position equals nothing.
 */
export function compareWithPlan(after: MarginView, plan: MarginPlan): Comparison {
  const touched = new Set(plan.steps.flatMap(({ candidate }) => [candidate.donor, candidate.receiver]))
  return after.positions
    .filter(({ id }) => touched.has(id))
    .map(({ id, market, health }) => {
      const [foreseen, actual] = [factorOf(plan.health.after[id]), factorOf(health)]
      return { position: id, name: market.name, foreseen, actual, difference: actual - foreseen }
    })
}

function factorOf(health: KnownHealth | Position['health'] | undefined): bigint {
  if (health?.status !== 'known') throw new TypeError(`a health factor is missing: ${health?.status}`)
  return health.factor
}
