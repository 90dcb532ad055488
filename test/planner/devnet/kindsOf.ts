import type { MarginPlanResult, PlanMovesParameters } from '@unimargin/sdk'
import { lendingIn } from './lendingIn.ts'

/** What a run has to have met to be worth something. */
export function kindsOf(parameters: PlanMovesParameters, result: MarginPlanResult): readonly string[] {
  const { routes, scenarios = [], pending = [], floors, donors } = parameters
  const plan = result.status === 'unsavable' ? result.partial : result.status === 'plan' ? result : undefined
  const binding = result.status === 'already-safe' ? [] : result.binding
  const rejected = result.status === 'already-safe' ? [] : result.rejected
  return [
    result.status,
    `lending: ${lendingIn(parameters).filter(({ collateral }) => collateral.length > 0).length}`,
    ...(scenarios.length > 0 ? [`scenarios: ${result.status}`] : []),
    ...(pending.length > 0 ? [`pending: ${result.status}`] : []),
    ...(floors !== undefined ? ['own floors'] : []),
    ...(donors !== undefined ? ['donors named'] : []),
    ...(routes.some(({ most }) => most === 0n) ? ['a route closed'] : []),
    ...(plan === undefined ? [] : [plan.optimality.status]),
    ...(result.status === 'unsavable' && plan !== undefined ? [`partial: ${plan.steps.length > 0}`] : []),
    ...(result.status === 'unsavable' ? [`shortfalls: ${result.shortfalls.length > 0}`] : []),
    ...(plan?.steps ?? []).flatMap(({ candidate: { donor, purpose, route } }) => [
      `${purpose} ${route === undefined ? 'here' : 'across'}`,
      `from: ${donor.split(':')[0]}`,
    ]),
    ...(plan === undefined ? [] : [`steps: ${plan.steps.length}`]),
    ...binding.map(({ kind }) => `${result.status} binding: ${kind}`),
    ...rejected.map(({ reason }) => `rejected: ${reason.kind}`),
  ]
}
