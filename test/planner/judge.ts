import type { MarginPlanResult, PlanMovesParameters, RiskContext } from '@unimargin/sdk'
import { bruteForce } from './bruteForce.ts'
import { checkPlan } from './checkPlan.ts'
import { dustIn, dustOf } from './Dust.ts'
import type { World } from './worlds.ts'

export type Planner = (context: RiskContext, parameters: PlanMovesParameters) => MarginPlanResult

/** What became of one world. */
export type Judgement = {
  readonly result: MarginPlanResult | undefined
  /** What should not be. */
  readonly problems: readonly string[]
  /**
   * What was shown: `cost` that no plan is cheaper, by less than a tenth of a percent and a cent; `bounds` that the cost lies
   * between what was found and what is possible; `none` that no plan exists; `open` neither.
   */
  readonly shown: 'cost' | 'bounds' | 'none' | 'safe' | 'open'
  readonly moves: number
  readonly milliseconds: number
}

/** Up to here the planner promises that no plan is cheaper. */
const EXACT_MOVES = 24
/** Base units that markets may round away, which the planner keeps in hand. */
const SLACK = 2n
const CENT = 10n ** 16n

/** Lets a planner plan for a world, replays what it says, and holds it against an exhaustive search. */
export function judge({ context, parameters }: World, planner: Planner): Judgement {
  const began = performance.now()
  let result: MarginPlanResult
  try {
    result = planner(context, parameters)
  } catch (error) {
    const problem = `it throws ${error instanceof Error ? error.message : error}`
    return { result: undefined, problems: [problem], shown: 'open', moves: 0, milliseconds: performance.now() - began }
  }
  const milliseconds = performance.now() - began
  const problems = [...checkPlan(context, parameters, result)]
  if (result.status === 'already-safe') return { result, problems, shown: 'safe', moves: 0, milliseconds }
  if (problems.length > 0) return { result, problems, shown: 'open', moves: 0, milliseconds }
  const search = bruteForce(context, parameters, { slack: SLACK })
  const moves = search.moves.length
  if (result.status === 'unsavable') {
    if (search.best !== undefined) problems.push(`a plan of ${search.best.cost} is missed`)
    const shown = search.lowerBound === undefined ? 'none' : 'open'
    return { result, problems, shown, moves, milliseconds }
  }
  const { cost, optimality } = result
  if (search.lowerBound === undefined) problems.push('a plan where none can be')
  else if (cost < search.lowerBound) problems.push(`a cost of ${cost} where none is below ${search.lowerBound}`)
  if (optimality.status === 'bounded' && moves <= EXACT_MOVES) problems.push(`not exact with ${moves} candidates`)
  const best = search.best
  if (best !== undefined) {
    const dust = dustOf(context, parameters, result) + dustIn(parameters, best.sent)
    const lowest = optimality.status === 'exact' ? cost : optimality.lowerBound
    if (lowest > best.cost + dust) {
      problems.push(`${optimality.status}: ${lowest} where there is a plan of ${best.cost}`)
    }
  }
  const gap = cost - (search.lowerBound ?? 0n)
  return { result, problems, shown: gap < CENT + cost / 1_000n ? 'cost' : 'bounds', moves, milliseconds }
}
