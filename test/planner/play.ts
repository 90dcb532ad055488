import type { MarginPlanResult } from '@unimargin/sdk'
import * as Random from '../differential/Random.ts'
import { judge, type Planner } from './judge.ts'
import { properties } from './properties.ts'
import { randomWorld } from './worlds.ts'

/** Which rounds of a seed are played. */
export type Rounds = { readonly seed: string; readonly from: number; readonly to: number; readonly step: number }

/** What became of one case. */
export type Round = {
  readonly round: number
  readonly name: string
  /** What the case was like. */
  readonly kind: string
  readonly problems: readonly string[]
  readonly milliseconds: number
}

/** Random worlds: what the planner says of each is replayed, and held against an exhaustive search. */
export function* playWorlds({ seed, from, to, step }: Rounds, planner: Planner): Generator<Round> {
  for (let round = from; round < to; round += step) {
    const { result, problems, shown, milliseconds } = judge(randomWorld(Random.create(`${seed}/${round}`)), planner)
    const optimality = result?.status === 'plan' ? ` ${result.optimality.status}` : ''
    yield {
      round,
      name: `ROUND=${round}`,
      kind: `${result?.status ?? 'thrown'}${optimality}: ${shown}`,
      problems,
      milliseconds,
    }
  }
}

/** Random worlds, each with every property: as many cases as there are properties. */
export function* playProperties({ seed, from, to, step }: Rounds, planner: Planner): Generator<Round> {
  for (let round = from; round < to; round += step) {
    const world = randomWorld(Random.create(`${seed}/property/${round}`))
    const once = remembering(planner)
    for (const [name, property] of Object.entries(properties)) {
      const random = Random.create(`${seed}/property/${round}/${name}`)
      const began = performance.now()
      const problem = outcomeOf(() => property(random, world, once))
      const milliseconds = performance.now() - began
      const says = problem === 'none' ? 'says nothing' : 'asked'
      const problems = problem === undefined || problem === 'none' ? [] : [problem]
      yield { round, name: `ROUND=${round} ${name}`, kind: `${name}: ${says}`, problems, milliseconds }
    }
  }
}

/** Plans once for the same wishes: every property begins with the same plan. */
function remembering(planner: Planner): Planner {
  const plans = new WeakMap<object, MarginPlanResult>()
  return (context, parameters) => {
    const result = plans.get(parameters) ?? planner(context, parameters)
    plans.set(parameters, result)
    return result
  }
}

function outcomeOf(ask: () => string | undefined): string | undefined {
  try {
    return ask()
  } catch (error) {
    return `it throws ${error instanceof Error ? error.message : error}`
  }
}
