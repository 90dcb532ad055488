import type { HealthById, MarginPlan, MarginPlanResult, PlanMovesParameters, RiskContext } from '@unimargin/sdk'
import { type Book, healthOf, open, withPending } from './Book.ts'
import { checkHealths, targetProblems } from './checkHealths.ts'
import { checkLimits } from './checkLimits.ts'
import { checkStep } from './checkStep.ts'

/**
 * Replays what a planner says, step by step, knowing nothing of how it came about: the arithmetic is the checker's own, and
 * only the liquidation rules are the protocols'. Gives what is wrong with it.
 */
export function checkPlan(
  context: RiskContext,
  parameters: PlanMovesParameters,
  result: MarginPlanResult,
): readonly string[] {
  const book = open(context, parameters)
  if (result.status === 'plan') return planProblems(book, parameters, result)
  if (result.status === 'already-safe') return safeProblems(book, parameters, result.health, result.needsPending)
  const problems: string[] = []
  const now = [...book.values()].map((member) => healthOf(member, member.held))
  const weakest = now.flatMap((health) => (health.status === 'known' ? [health.factor] : []))
  const { recoverable, partial } = result
  if (weakest.length > 0 && recoverable.status === 'known' && weakest.every((factor) => factor > recoverable.factor)) {
    problems.push(`recoverable ${recoverable.factor} is below what is`)
  }
  if (isSafe(book, parameters, true)) problems.push('nothing has to be done, and it says unsavable')
  if (partial !== undefined) problems.push(...planProblems(book, parameters, partial, { mustReach: false }))
  return problems
}

function planProblems(
  book: Book,
  parameters: PlanMovesParameters,
  plan: Omit<MarginPlan, 'status'>,
  options: { readonly mustReach?: boolean } = {},
): readonly string[] {
  const { steps, cost, optimality, rejected } = plan
  const problems = [
    ...steps.flatMap((step, index) => checkStep(book, parameters, step).map((problem) => `step ${index}: ${problem}`)),
    ...checkLimits(book, parameters, steps),
    ...checkHealths(book, parameters, plan, options),
  ]
  if (steps.length === 0 && options.mustReach !== false) problems.push('a plan without a step')
  if (cost !== steps.reduce((sum, { costs }) => sum + costs.total, 0n))
    problems.push(`the costs do not add up to ${cost}`)
  if (optimality.status === 'bounded') {
    const { lowerBound, gap } = optimality
    if (lowerBound > cost || gap !== cost - lowerBound) problems.push(`bound ${lowerBound} and gap ${gap} of ${cost}`)
  }
  const used = new Set(steps.map(({ candidate }) => candidate.id))
  for (const { candidate, reason } of rejected) {
    if (used.has(candidate.id)) problems.push(`${candidate.id} is done, and rejected`)
    if (reason.kind === 'too-slow' && reason.seconds <= (parameters.horizon ?? 1_800n)) {
      problems.push(`${candidate.id} is not too slow`)
    }
  }
  return problems
}

function safeProblems(
  book: Book,
  parameters: PlanMovesParameters,
  said: HealthById,
  needsPending: boolean,
): readonly string[] {
  const problems = [...targetProblems(book, parameters, (member) => withPending(member, parameters))]
  if (needsPending === isSafe(book, parameters, false)) problems.push(`needsPending is not ${needsPending}`)
  for (const [id, health] of Object.entries(said)) {
    const member = book.get(id)
    const is = member && healthOf(member, withPending(member, parameters))
    const isEqual =
      is?.status === 'known' && health.status === 'known' ? is.factor === health.factor : is?.status === health.status
    if (!isEqual) problems.push(`another health of ${id}`)
  }
  return problems
}

/** Whether every target is met as things are. */
export function isSafe(book: Book, parameters: PlanMovesParameters, withArrivals: boolean): boolean {
  const legs = (member: Parameters<typeof withPending>[0]) =>
    withArrivals ? withPending(member, parameters) : member.legs
  return targetProblems(book, parameters, legs).length === 0
}
