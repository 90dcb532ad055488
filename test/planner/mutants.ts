import type {
  LiquidationRule,
  MarginPlan,
  MarginPlanResult,
  PlanMovesParameters,
  PlanStep,
  RouteOffer,
} from '@unimargin/sdk'
import type { Planner } from './judge.ts'

/** A planner that is broken in one way. */
export type Mutant = (planner: Planner) => Planner

/** Ways in which a planner may be broken: each of them has to be noticed. */
export const mutants: Readonly<Record<string, Mutant>> = {
  'floors are ignored': asking((parameters) => ({ ...parameters, floors: 10n ** 18n })),
  'fixed costs are ignored': asking(({ costs, routes, ...rest }) => ({
    ...rest,
    costs: { ...costs, chains: mapped(costs.chains, () => ({ withdraw: 0n, supply: 0n, repay: 0n, send: 0n })) },
    routes: routes.map((route) => ({ ...route, messaging: 0n })),
  })),
  'fixed costs are ignored in the choice alone': (planner) => (context, parameters) => {
    const { costs, routes } = parameters
    const blind = planner(context, {
      ...parameters,
      costs: { ...costs, chains: mapped(costs.chains, () => ({ withdraw: 0n, supply: 0n, repay: 0n, send: 0n })) },
      routes: routes.map((route) => ({ ...route, messaging: 0n })),
    })
    if (blind.status !== 'plan') return blind
    // Only what it chose is offered, so that every figure is right, and only the choice is not.
    const donors = [...new Set(blind.steps.map(({ candidate }) => candidate.donor))]
    return planner(context, {
      ...parameters,
      donors,
      routes: routes.filter((route) => blind.steps.some((step) => isOver(step, route))),
    })
  },
  'the first donor alone is asked': (planner) => (context, parameters) => {
    const [first] = parameters.donors ?? parameters.view.positions.map(({ id }) => id)
    return planner(context, { ...parameters, donors: first === undefined ? [] : [first] })
  },
  'a route carries a unit more': offering(({ most, source, sharedDecimals = source.decimals, ...rest }) => ({
    ...rest,
    source,
    sharedDecimals,
    ...(most !== undefined && { most: most + 10n ** BigInt(Math.max(0, source.decimals - sharedDecimals)) }),
  })),
  'a route’s limit counts for each move alone': offering(({ most, ...rest }) => ({
    ...rest,
    ...(most !== undefined && { most: 2n * most }),
  })),
  'the least of a route is ignored': offering(({ least, ...rest }) => rest),
  'dust is sent': offering(({ sharedDecimals, ...rest }) => rest),
  'fees of routes are ignored': offering(({ fee, ...rest }) => rest),
  'slippage is ignored': offering(({ slippage, ...rest }) => rest),
  'slow routes are in time': asking((parameters) => ({ ...parameters, horizon: 7n * 24n * 3_600n })),
  'interest is ignored': asking((parameters) => ({ ...parameters, horizon: 0n })),
  'waiting costs nothing': asking(({ costs: { chains }, ...rest }) => ({ ...rest, costs: { chains } })),
  'scenarios are dropped': asking(({ scenarios, ...rest }) => rest),
  'the last scenario is dropped': asking(({ scenarios = [], ...rest }) => ({
    ...rest,
    scenarios: scenarios.slice(0, -1),
  })),
  'pending moves are forgotten': asking(({ pending, ...rest }) => rest),
  'pending moves are counted twice': asking(({ pending = [], ...rest }) => ({
    ...rest,
    pending: pending.map((move) => ({ ...move, amount: 2n * move.amount })),
  })),
  'anybody gives': asking(({ donors, ...rest }) => rest),
  'targets are a little lower': asking(({ targets, floors = targets, ...rest }) => ({
    ...rest,
    floors,
    targets: typeof targets === 'bigint' ? targets - 10n ** 12n : mapped(targets, (factor) => factor - 10n ** 12n),
  })),
  'markets pay out anything': reserving((reserve) => ({ ...reserve, availableLiquidity: 10n ** 30n })),
  'markets take anything': reserving(({ supplyRoom, ...reserve }) => ({ ...reserve, supplyRoom: undefined })),
  'protocols pay out as far as health goes': (planner) => (context, parameters) => {
    const bold = (rule: LiquidationRule): LiquidationRule => ({ ...rule, withdrawal: undefined })
    const adapters = context.adapters.map((adapter) => ({ ...adapter, rules: mapped(adapter.rules, bold) }))
    return planner({ ...context, adapters }, parameters)
  },
  'what is blocked is used': reserving((reserve) => ({ ...reserve, supplyBlockedBy: [], withdrawBlockedBy: [] })),
  'routes come before local moves': planning((plan) => ({ ...plan, steps: [...plan.steps].reverse() })),
  'a step is left out': planning((plan) => without(plan, plan.steps.length - 1)),
  'a step is sent twice': planning((plan) => ({ ...plan, steps: [...plan.steps, ...plan.steps.slice(-1)] })),
  'a unit less arrives nowhere': planning((plan) => ({
    ...plan,
    steps: plan.steps.map((step) => ({ ...step, amount: step.amount - 1n })),
  })),
  'a unit more is believed to arrive': planning((plan) => ({
    ...plan,
    steps: plan.steps.map((step) => ({ ...step, arrives: step.arrives + 1n })),
  })),
  'the cost is a wei less': planning((plan) => ({ ...plan, cost: plan.cost - 1n })),
  'a health is a wei better': planning((plan) => ({
    ...plan,
    health: { ...plan.health, after: mapped(plan.health.after, better) },
  })),
  'in flight counts as arrived': planning((plan) => ({
    ...plan,
    health: { ...plan.health, inFlight: plan.health.after },
  })),
  'nothing is rechecked': planning((plan) => ({
    ...plan,
    steps: plan.steps.map((step) => ({ ...step, recheck: [] })),
  })),
  'everything is safe': (planner) => (context, parameters) => {
    const result = planner(context, parameters)
    return result.status === 'plan'
      ? { status: 'already-safe', health: result.health.after, needsPending: false }
      : result
  },
  'whatever needs two moves is given up': (planner) => (context, parameters) => {
    const result = planner(context, parameters)
    if (result.status !== 'plan' || result.steps.length < 2) return result
    return {
      status: 'unsavable',
      isProven: true,
      shortfalls: [],
      binding: [],
      recoverable: { status: 'no-debt' },
      rejected: [],
    }
  },
}

function asking(change: (parameters: PlanMovesParameters) => PlanMovesParameters): Mutant {
  return (planner) => (context, parameters) => planner(context, change(parameters))
}

function offering(change: (route: RouteOffer) => RouteOffer): Mutant {
  return asking((parameters) => ({ ...parameters, routes: parameters.routes.map(change) }))
}

type Reserve = PlanMovesParameters['view']['markets'][number]['reserves'][number]

/** Wallets stay as they are: nothing is lent there. */
function reserving(change: (reserve: Reserve) => Reserve): Mutant {
  return asking(({ view, ...rest }) => ({
    ...rest,
    view: {
      ...view,
      markets: view.markets.map((state) =>
        state.market.holdsIdle === true ? state : { ...state, reserves: state.reserves.map(change) },
      ),
    },
  }))
}

function planning(change: (plan: MarginPlan) => MarginPlan): Mutant {
  return (planner) =>
    (context, parameters): MarginPlanResult => {
      const result = planner(context, parameters)
      return result.status === 'plan' ? change(result) : result
    }
}

function without(plan: MarginPlan, left: number): MarginPlan {
  const steps = plan.steps.filter((_, index) => index !== left)
  return { ...plan, steps, cost: steps.reduce((sum, { costs }) => sum + costs.total, 0n) }
}

function isOver(
  { candidate: { route, asset, received } }: PlanStep,
  { key, source, destination }: RouteOffer,
): boolean {
  return route === key && asset.chainId === source.chainId && received.chainId === destination.chainId
}

function better(health: MarginPlan['health']['after'][string]) {
  return health.status === 'no-debt' ? health : { ...health, factor: health.factor + 1n }
}

function mapped<value, other>(
  record: Readonly<Record<string, value>>,
  change: (value: value) => other,
): Readonly<Record<string, other>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
