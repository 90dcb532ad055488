import type { RiskContext } from '../risk/RiskAdapter.ts'
import { branchAndBound } from './plan/branchAndBound.ts'
import type { MarginPlanResult } from './plan/MarginPlan.ts'
import type { Party } from './plan/Party.ts'
import { EffortExhaustedError } from './plan/PlanMovesErrors.ts'
import type { PlanMovesParameters } from './plan/PlanMovesParameters.ts'
import * as Program from './plan/Program.ts'
import { toPlan } from './plan/toPlan.ts'
import { toDemand, toProblem } from './plan/toProblem.ts'
import { arrived } from './plan/toSteps.ts'
import { unsavable } from './plan/unsavable.ts'

/**
 * Plans the cheapest moves after which every position meets its target, in the view's prices and in every scenario, such that
 * every donor keeps its floor while funds are in flight. Pure: nothing is read, nothing is sent.
 *
 * Whatever an owner holds may give to whatever that owner owes: idle assets, and what is supplied, on one chain directly, across
 * chains by the routes that are offered; what arrives is supplied as collateral, or pays a debt of the same asset. Costs are gas on
 * both ends, messaging, the route's fee, slippage and the time on the way. Every figure of a plan comes out of the protocols' own
 * rules, rounded against the owner: debts grow by interest until the horizon, and two base units are kept for what protocols
 * round away. Amounts are base units, factors and dollars WAD.
 *
 * With up to 8 positions and 24 candidates no plan is cheaper, to the rounding of amounts; with more the plan says how near it is
 * to a bound that no plan undercuts. Where no moves meet every target nothing is planned, but on request (`partial`); `isProven`
 * says whether that was shown, or nothing was found for as long as was searched. A plan names the limits that it touches;
 * `explainPlan` says what more of them would save, and what other moves would have cost more.
 *
 * A position that has to meet a target must be wholly known, and undoubted. With targets by id, who is not among them needs none, and
 * gives only if `floors` names it; so a position that could not be read can be left out by name. Donors that are unknown or
 * doubtful are left out by themselves.
 *
 * @throws InvalidPlanParameterError, DuplicateRouteOfferError, DuplicateScenarioError, MissingChainCostsError for parameters that
 * nothing can be planned with.
 * @throws UnknownPositionError, UnknownMarketError for an id that is not in the view, or a rule that is not in the context.
 * @throws UnknownHealthError when a number of a position that has to meet a target is unknown.
 * @throws DoubtfulViewError when such a position is flagged, unless `acceptFlags` names the kind.
 * @throws EffortExhaustedError when `effort` was spent before any plan was found.
 *
 * @example
 * import { planMoves, Wad, type MarginView, type RiskContext, type RouteOffer } from '@unimargin/sdk'
 *
 * export function rescue(client: RiskContext, view: MarginView, routes: readonly RouteOffer[]) {
 *   const dollar = Wad.WAD
 *   const chain = { withdraw: dollar / 10n, supply: dollar / 10n, repay: dollar / 10n, send: dollar / 5n }
 *   return planMoves(client, {
 *     view,
 *     targets: Wad.fromDecimal('1.5'),
 *     routes,
 *     costs: { chains: { 10: chain, 8453: chain } },
 *   })
 * }
 */
export function planMoves(context: RiskContext, parameters: PlanMovesParameters): MarginPlanResult {
  const demand = toDemand(context, parameters)
  if (isMet(demand.idle)) return alreadySafe(demand.idle)
  const problem = toProblem(parameters, demand)
  const { program, rejected, effort } = problem
  const found = branchAndBound(program, { effort })
  if (found.status === 'exhausted' && effort !== undefined) throw new EffortExhaustedError(effort)
  if (found.status !== 'found') {
    return unsavable(problem, found.status === 'none' && found.isProven, parameters.partial === true)
  }
  return { status: 'plan', ...toPlan(program, found.units, found.lowerBound, rejected) }
}

function isMet(idle: Program.Program): boolean {
  return idle.parties.every((_, index) => Program.meetsTargets(idle, index, []))
}

function alreadySafe(idle: Program.Program): MarginPlanResult {
  const needsPending = !idle.parties.every((party) => isSafeWithoutPending(party))
  return { status: 'already-safe', health: arrived(idle, []), needsPending }
}

function isSafeWithoutPending({ scenes, rule }: Party): boolean {
  return scenes.every(({ target, unaided }) => {
    if (target === undefined) return true
    const { health } = rule.assess(unaided.legs)
    return health.status === 'no-debt' || health.factor >= target
  })
}
