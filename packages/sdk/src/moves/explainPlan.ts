import type { RiskContext } from '../risk/RiskAdapter.ts'
import { explain } from './plan/explain.ts'
import type { MarginPlan, PlanExplanation } from './plan/MarginPlan.ts'
import { ForeignPlanError } from './plan/PlanMovesErrors.ts'
import type { PlanMovesParameters } from './plan/PlanMovesParameters.ts'
import type * as Program from './plan/Program.ts'
import { toDemand, toProblem } from './plan/toProblem.ts'

/**
 * Why a plan is the one that it is: which limits it touches and what more of each would save, and what every other move that was
 * thought of would have cost more. Pure, and the answer of further searches: it takes some ten times as long as the plan itself.
 *
 * `saves` and `by` are the differences between whole plans, settled by the protocols' own rules: US dollars, WAD. As `more` of a
 * limit as much again is tried, or 0.05 less of a target, or no more floor than 1; what is said is the part of it that the
 * cheaper plan needs. A limit that seems to bind and would not save anything says so.
 *
 * @throws ForeignPlanError when the plan was not made of these parameters.
 * @throws what `planMoves` throws for the parameters.
 *
 * @example
 * import { explainPlan, type MarginClient, type MarginPlan, type PlanMovesParameters } from '@unimargin/sdk'
 *
 * export function whyNotCheaper(client: MarginClient, parameters: PlanMovesParameters, plan: MarginPlan) {
 *   const [worst] = explainPlan(client, parameters, plan).binding
 *   return worst === undefined ? 'nothing binds' : `${worst.constraint.kind} binds: more would save ${worst.saves}`
 * }
 */
export function explainPlan(
  context: RiskContext,
  parameters: PlanMovesParameters,
  plan: Pick<MarginPlan, 'steps'>,
): PlanExplanation {
  const problem = toProblem(parameters, toDemand(context, parameters))
  return explain(problem, unitsOf(problem.program, plan))
}

function unitsOf({ options }: Program.Program, { steps }: Pick<MarginPlan, 'steps'>): Program.Units {
  for (const { candidate } of steps) {
    if (!options.some((option) => option.candidate.id === candidate.id)) throw new ForeignPlanError(candidate.id)
  }
  return options.map((option) => {
    const step = steps.find(({ candidate }) => candidate.id === option.candidate.id)
    if (step === undefined) return 0n
    const units = step.amount / option.unit
    if (units * option.unit !== step.amount || units < option.least || units > option.most) {
      throw new ForeignPlanError(option.candidate.id)
    }
    return units
  })
}
