import { branchAndBound } from './branchAndBound.ts'
import type { PlanExplanation, Rejection } from './MarginPlan.ts'
import * as Program from './Program.ts'
import { priceLimit } from './priceLimit.ts'
import type { Problem } from './toProblem.ts'
import { touched } from './touched.ts'

/** Why an answer is the one that it is: what binds it and what more of that would be worth, and what the others would cost more. */
export function explain(problem: Problem, units: Program.Units): PlanExplanation {
  const { program, effort } = problem
  const cost = Program.costOf(program, units)
  const reasonOf = (place: number): Rejection => {
    const found = branchAndBound(program, { effort, used: [place] })
    if (found.status === 'exhausted') return { kind: 'unexplored' }
    if (found.status === 'none') return { kind: found.isProven ? 'infeasible' : 'unexplored' }
    return { kind: 'dearer', by: found.cost > cost ? found.cost - cost : 0n }
  }
  const unused = program.options.flatMap(({ candidate }, place) =>
    (units[place] ?? 0n) === 0n ? [{ candidate, reason: reasonOf(place) }] : [],
  )
  return {
    binding: touched(program, units)
      .map((limit) => priceLimit(problem, cost, limit))
      .sort((left, right) => (left.saves > right.saves ? -1 : left.saves < right.saves ? 1 : 0)),
    rejected: [...problem.rejected, ...unused].sort((left, right) => (left.candidate.id < right.candidate.id ? -1 : 1)),
  }
}
