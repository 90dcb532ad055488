import type { KnownHealth } from '../model/Health.ts'
import type { RiskContext } from '../risk/RiskAdapter.ts'
import { assertUndoubted } from './assertUndoubted.ts'
import { assertParameters } from './plan/assertParameters.ts'
import { branchAndBound } from './plan/branchAndBound.ts'
import type {
  MarginPlan,
  MarginPlanResult,
  Optimality,
  RejectedMove,
  Shortfall,
  UnsavablePlan,
} from './plan/MarginPlan.ts'
import { NOW, type Party, parties } from './plan/Party.ts'
import { EffortExhaustedError } from './plan/PlanMovesErrors.ts'
import type { PlanMovesParameters } from './plan/PlanMovesParameters.ts'
import * as Program from './plan/Program.ts'
import { isBetter, recover, weakest } from './plan/recover.ts'
import { toOptions } from './plan/toOptions.ts'
import { toProgram } from './plan/toProgram.ts'
import { arrived, inFlight, toSteps } from './plan/toSteps.ts'

const DEFAULT_HORIZON = 1_800n
const DEFAULT_EFFORT = 2_000
/** Up to these the search ends with the cheapest plan, however long it takes. */
const EXACT_POSITIONS = 8
const EXACT_CANDIDATES = 24

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
 * to a bound that no plan undercuts. Where no moves meet every target nothing is planned, but on request (`partial`).
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
  const horizon = parameters.horizon ?? DEFAULT_HORIZON
  assertParameters(parameters, horizon)
  const all = parties(context, parameters, horizon)
  const obliged = all.flatMap(({ scenes }, index) => (scenes.some(({ target }) => target !== undefined) ? [index] : []))
  assertUndoubted(
    parameters.view,
    obliged.flatMap((index) => all[index] ?? []),
    parameters.acceptFlags,
  )
  const idle = Program.make(all, [], [])
  if (all.every((_, index) => Program.meetsTargets(idle, index, []))) return alreadySafe(idle)

  const thought = toOptions(parameters, all, horizon)
  const { program, rejected: ruledOut } = toProgram(parameters, all, thought.options)
  const rejected = [...thought.rejected, ...ruledOut].sort((left, right) =>
    left.candidate.id < right.candidate.id ? -1 : 1,
  )
  const isSmall = partiesIn(program, obliged) <= EXACT_POSITIONS && program.options.length <= EXACT_CANDIDATES
  const effort = isSmall ? undefined : (parameters.effort ?? DEFAULT_EFFORT)
  const found = branchAndBound(program, { effort })
  if (found.status === 'exhausted') throw new EffortExhaustedError(effort ?? 0)
  if (found.status === 'found') {
    return { status: 'plan', ...toPlan(program, found.units, found.lowerBound, rejected) }
  }
  return unsavable(program, obliged, rejected, parameters.partial === true)
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

function partiesIn({ ends }: Program.Program, obliged: readonly number[]): number {
  return new Set([...obliged, ...ends.flatMap(({ donor, receiver }) => [donor, receiver])]).size
}

function toPlan(
  program: Program.Program,
  units: Program.Units,
  lowerBound: number | undefined,
  rejected: readonly RejectedMove[],
): Omit<MarginPlan, 'status'> {
  const cost = Program.costOf(program, units)
  const none = units.map(() => 0n)
  return {
    steps: toSteps(program, units),
    cost,
    optimality: optimalityOf(cost, lowerBound),
    health: { now: inFlight(program, none), inFlight: inFlight(program, units), after: arrived(program, units) },
    binding: [],
    rejected,
  }
}

function optimalityOf(cost: bigint, lowerBound: number | undefined): Optimality {
  if (lowerBound === undefined) return { status: 'exact' }
  const bound = BigInt(Math.floor(Math.max(0, lowerBound) * 1e9)) * 10n ** 9n
  const least = bound < cost ? bound : cost
  return { status: 'bounded', lowerBound: least, gap: cost - least }
}

function unsavable(
  program: Program.Program,
  obliged: readonly number[],
  rejected: readonly RejectedMove[],
  isPartialWanted: boolean,
): UnsavablePlan {
  const best = recover(program, obliged, NOW)
  const today = obliged.reduce<KnownHealth>(
    (lowest, index) => {
      const party = program.parties[index]
      const own = party?.rule.assess(party.legs).health ?? lowest
      return isBetter(lowest, own) ? own : lowest
    },
    { status: 'no-debt' },
  )
  return {
    status: 'unsavable',
    shortfalls: obliged.flatMap((index) => shortfallsOf(program, index)),
    binding: [],
    recoverable: isBetter(today, best.health) ? today : best.health,
    rejected,
    ...(isPartialWanted && { partial: toPlan(program, best.units, undefined, rejected) }),
  }
}

/** In which scenes a party cannot be brought to its target, were nobody else to be helped. */
function shortfallsOf(program: Program.Program, index: number): readonly Shortfall[] {
  const party = program.parties[index]
  return (party?.scenes ?? []).flatMap(({ scenario, target }): readonly Shortfall[] => {
    if (party === undefined || target === undefined) return []
    const none = program.options.map(() => 0n)
    const isMet = (health: KnownHealth) => health.status === 'no-debt' || health.factor >= target
    if (isMet(weakest(program, [index], scenario, none))) return []
    const best = recover(program, [index], scenario, target).health
    return isMet(best) ? [] : [{ position: party.position.id, scenario, target, best }]
  })
}
