import * as Random from '../differential/Random.ts'
import { judge, type Planner } from './judge.ts'
import { properties } from './properties.ts'
import { randomWorld } from './worlds.ts'

/** Which rounds of a seed are played. */
export type Rounds = { readonly seed: string; readonly from: number; readonly to: number; readonly step?: number }

/** What became of one round. */
export type Round = {
  readonly name: string
  /** What the case was like. */
  readonly kind: string
  readonly problems: readonly string[]
  readonly milliseconds: number
}

/** Random worlds: what the planner says of each is replayed, and held against an exhaustive search. */
export function* playWorlds({ seed, from, to, step = 1 }: Rounds, planner: Planner): Generator<Round> {
  for (let round = from; round < to; round += step) {
    const { result, problems, shown, milliseconds } = judge(randomWorld(Random.create(`${seed}/${round}`)), planner)
    const optimality = result?.status === 'plan' ? ` ${result.optimality.status}` : ''
    yield {
      name: `ROUND=${round}`,
      kind: `${result?.status ?? 'thrown'}${optimality}: ${shown}`,
      problems,
      milliseconds,
    }
  }
}

/** Random worlds, each with one of the properties. */
export function* playProperties({ seed, from, to, step = 1 }: Rounds, planner: Planner): Generator<Round> {
  const all = Object.entries(properties)
  for (let round = from; round < to; round += step) {
    const entry = all[round % all.length]
    if (entry === undefined) return
    const [name, property] = entry
    const random = Random.create(`${seed}/property/${round}`)
    const world = randomWorld(random)
    const began = performance.now()
    const problem = outcomeOf(() => property(random, world, planner))
    const milliseconds = performance.now() - began
    const says = problem === 'none' ? 'says nothing' : 'asked'
    const problems = problem === undefined || problem === 'none' ? [] : [problem]
    yield { name: `PROPERTY=${round} ${name}`, kind: `${name}: ${says}`, problems, milliseconds }
  }
}

function outcomeOf(ask: () => string | undefined): string | undefined {
  try {
    return ask()
  } catch (error) {
    return `it throws ${error instanceof Error ? error.message : error}`
  }
}
