import type { Random } from '../differential/Random.ts'
import type { World } from './worlds.ts'

/** The same world, told in another order. */
export function shuffled(random: Random, { context, parameters }: World): World {
  const mix = <value>(values: readonly value[]): readonly value[] =>
    values
      .map((value) => ({ value, at: random.below(1_000_000) }))
      .sort((one, other) => one.at - other.at)
      .map(({ value }) => value)
  const { view, routes, scenarios, pending, donors } = parameters
  return {
    context: { adapters: mix(context.adapters) },
    parameters: {
      ...parameters,
      view: { ...view, positions: mix(view.positions), markets: mix(view.markets) },
      routes: mix(routes),
      ...(scenarios && { scenarios: mix(scenarios) }),
      ...(pending && { pending: mix(pending) }),
      ...(donors && { donors: mix(donors) }),
    },
  }
}
