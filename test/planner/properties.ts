import type {
  Factors,
  MarginPlan,
  MarginPlanResult,
  PlanMovesParameters,
  ReadPosition,
  RouteOffer,
} from '@unimargin/sdk'
import type { Random } from '../differential/Random.ts'
import { dollarPrice, healthOf, open } from './Book.ts'
import { bruteForce } from './bruteForce.ts'
import { dustBetween, dustOf } from './Dust.ts'
import { halved } from './halved.ts'
import type { Planner } from './judge.ts'
import { shuffled } from './shuffled.ts'
import { twice } from './twice.ts'
import type { World } from './worlds.ts'

/** What must hold between two plans: gives what does not, or `undefined`. `none` where the case says nothing. */
export type Property = (random: Random, world: World, planner: Planner) => string | undefined | 'none'

/** What holds whatever the numbers are. Each is asked of many worlds. */
export const properties: Readonly<Record<string, Property>> = {
  'recoverable is never below the weakest': (_, { context, parameters }, planner) => {
    const result = planner(context, { ...parameters, partial: true })
    if (result.status !== 'unsavable') return 'none'
    const factors = [...open(context, parameters).values()].flatMap((member) => {
      const health = healthOf(member, member.held)
      return health.status === 'known' ? [health.factor] : []
    })
    const { recoverable, partial } = result
    const [weakest] = factors.sort((one, other) => (one < other ? -1 : 1))
    if (weakest === undefined) return 'none'
    if (recoverable.status === 'known' && recoverable.factor < weakest) return `${recoverable.factor} below ${weakest}`
    // As things are in the view is always within reach, though interest will have made it a little less by the horizon.
    if (partial === undefined || recoverable.status !== 'known' || recoverable.factor === weakest) return undefined
    const reached = Object.values(partial.health.after).flatMap((one) => (one.status === 'known' ? [one.factor] : []))
    return reached.every((factor) => factor >= recoverable.factor)
      ? undefined
      : `the partial plan leaves ${reached.join()}, ${recoverable.factor} was said to be recoverable`
  },

  'nothing much better than what is recoverable can be found': (_, { context, parameters }, planner) => {
    const result = planner(context, parameters)
    if (result.status !== 'unsavable' || result.recoverable.status !== 'known') return 'none'
    const { factor } = result.recoverable
    const floors = parameters.floors ?? parameters.targets
    const better = { ...parameters, floors, targets: factor + factor / 100n, scenarios: [] }
    const { best } = bruteForce(context, better)
    return best === undefined ? undefined : `more than ${factor} is recoverable, by a percent, for ${best.cost}`
  },

  'lower costs never make a plan dearer': (random, world, planner) => {
    const { parameters } = world
    const { chains } = parameters.costs
    const cheaper: PlanMovesParameters = random.pick([
      { ...parameters, routes: parameters.routes.map((route) => ({ ...route, messaging: route.messaging / 2n })) },
      { ...parameters, routes: changedOne(random, parameters.routes, ({ fee, slippage, ...rest }) => rest) },
      { ...parameters, costs: { chains } },
      {
        ...parameters,
        costs: {
          ...parameters.costs,
          chains: Object.fromEntries(
            Object.entries(chains).map(([chainId, { withdraw, supply, repay, send }]) => [
              chainId,
              { withdraw: withdraw / 2n, supply: supply / 3n, repay: repay / 2n, send: send / 2n },
            ]),
          ),
        },
      },
    ])
    return neverDearer(world, planner, parameters, cheaper)
  },

  'a higher floor never makes a plan cheaper': (random, world, planner) => {
    const { parameters } = world
    const floors = raised(parameters, parameters.floors ?? parameters.targets, BigInt(1 + random.below(2_000)))
    return neverDearer(world, planner, { ...parameters, floors }, parameters)
  },

  'a higher target never makes a plan cheaper': (random, world, planner) => {
    const { parameters } = world
    // Floors are what they were, though they follow the targets.
    const fixed = { ...parameters, floors: parameters.floors ?? parameters.targets }
    const targets = raised(parameters, parameters.targets, BigInt(1 + random.below(1_000)))
    return neverDearer(world, planner, { ...fixed, targets }, fixed)
  },

  'the order of positions, routes and scenarios changes nothing': (random, world, planner) => {
    const { context, parameters } = world
    const other = shuffled(random, world)
    const [one, two] = [planner(context, parameters), planner(other.context, other.parameters)]
    if (one.status !== two.status) return `${one.status}, then ${two.status}`
    if (one.status !== 'plan' || two.status !== 'plan') return undefined
    if (!isExact(one) || !isExact(two)) return 'none'
    const apart = one.cost > two.cost ? one.cost - two.cost : two.cost - one.cost
    const dust = dustOf(context, parameters, one) + dustOf(context, parameters, two)
    return apart <= dust ? undefined : `${one.cost}, then ${two.cost}`
  },

  'doubling everything doubles amounts and cost': (_, world, planner) => {
    const { context, parameters } = world
    const [one, two] = [planner(context, parameters), planner(context, twice(parameters))]
    // Units do not halve: that something better can be done for twice the account counts where it can be done for the account.
    if (one.status === 'unsavable' && two.status === 'plan') {
      const cheapest = knownCost(world, two)
      return cheapest === undefined ? 'none' : `unsavable, then plan, of which half would cost ${cheapest}`
    }
    if (one.status !== two.status) return `${one.status}, then ${two.status}`
    if (one.status !== 'plan' || two.status !== 'plan') return undefined
    if (!isExact(one) || !isExact(two)) return 'none'
    const dustIn = (plan: MarginPlan) => dustOf(context, parameters, plan) + dustBetween(context, parameters, plan)
    const slack = 2n * dustIn(one) + dustIn(two)
    if (two.cost > 2n * one.cost + slack) return `${one.cost} became ${two.cost}`
    if (2n * one.cost > two.cost + slack) {
      const cheapest = knownCost(world, two)
      if (cheapest === undefined || one.cost <= cheapest + dustIn(one)) return 'none'
      return `${one.cost} became ${two.cost}, of which half costs ${cheapest}`
    }
    return amountsDoubled(world, one, two)
  },

  'one more scenario never makes a plan cheaper': (random, world, planner) => {
    const { parameters } = world
    const assets = parameters.view.markets.flatMap(({ reserves }) => reserves.map(({ asset }) => asset))
    const asset = assets[random.below(assets.length)]
    if (asset === undefined) return 'none'
    const factor = BigInt(80 + random.below(40)) * 10n ** 16n
    const scenario = { name: 'one more', prices: [{ assets: [asset], factor }], targets: 10n ** 18n }
    const more = { ...parameters, scenarios: [...(parameters.scenarios ?? []), scenario] }
    return neverDearer(world, planner, more, parameters)
  },

  'one more way never makes a plan dearer': (random, world, planner) => {
    const { parameters } = world
    const { routes, view } = parameters
    const donors = parameters.donors ?? view.positions.map(({ id }) => id)
    if (routes.length > 0 && random.chance(70)) {
      const left = random.below(routes.length)
      return neverDearer(
        world,
        planner,
        { ...parameters, routes: routes.filter((_, index) => index !== left) },
        parameters,
      )
    }
    const left = random.below(donors.length)
    return neverDearer(
      world,
      planner,
      { ...parameters, donors: donors.filter((_, index) => index !== left) },
      parameters,
    )
  },
}

/** Whether the plan for the harder wishes costs at least as much as that for the easier ones, and exists only if that does. */
function neverDearer(
  { context }: World,
  planner: Planner,
  harder: PlanMovesParameters,
  easier: PlanMovesParameters,
): string | undefined | 'none' {
  const [hard, easy] = [planner(context, harder), planner(context, easier)]
  if (hard.status === 'unsavable') return easy.status === 'unsavable' ? 'none' : undefined
  if (easy.status === 'unsavable') return `unsavable, though there is a ${hard.status} for harder wishes`
  const cost = (result: MarginPlanResult) => (result.status === 'plan' ? result.cost : 0n)
  if (easy.status === 'plan' && !isExact(easy)) return 'none'
  const dust = [hard, easy].reduce(
    (sum, result) => sum + (result.status === 'plan' ? dustOf(context, easier, result) : 0n),
    0n,
  )
  return cost(easy) <= cost(hard) + dust ? undefined : `${cost(easy)}, and ${cost(hard)} for harder wishes`
}

/** The least that is known to do for an account: half of a plan for twice as much, or what an exhaustive search finds. */
function knownCost({ context, parameters }: World, two: MarginPlan): bigint | undefined {
  const [half, found] = [halved(context, parameters, two), bruteForce(context, parameters).best?.cost]
  return half === undefined || (found !== undefined && found < half) ? found : half
}

function isExact(result: MarginPlanResult): boolean {
  return result.status === 'plan' && result.optimality.status === 'exact'
}

/** Of a single move that costs something by the unit there is no other amount. */
function amountsDoubled(
  { context, parameters }: World,
  one: MarginPlanResult,
  two: MarginPlanResult,
): string | undefined {
  if (one.status !== 'plan' || two.status !== 'plan') return undefined
  const [first, second] = [one.steps[0], two.steps[0]]
  if (first === undefined || second === undefined || one.steps.length > 1 || two.steps.length > 1) return undefined
  const { fee, slippage, waiting } = first.costs
  if (first.candidate.id !== second.candidate.id || fee + slippage + waiting < 10n ** 16n) return undefined
  const apart = 2n * first.amount - second.amount
  const { asset, donor } = first.candidate
  const member = open(context, parameters).get(donor)
  const price = member === undefined ? undefined : dollarPrice(member, asset.address)
  if (price === undefined || price === 0n) return undefined
  // Units do not double, neither those that routes tell apart nor those of other assets: three cents, a few of bitcoin's.
  const units = 8n * 10n ** BigInt(Math.max(0, asset.decimals - 4))
  const slack = second.amount / 1_000_000n + units + (3n * 10n ** 16n * 10n ** BigInt(asset.decimals)) / price
  return (apart < 0n ? -apart : apart) <= slack ? undefined : `${first.amount} became ${second.amount}`
}

function raised({ view }: PlanMovesParameters, factors: Factors, bps: bigint): Factors {
  const more = (factor: bigint) => factor + bps * 10n ** 14n
  if (typeof factors === 'bigint') return more(factors)
  const ids = view.positions.filter((one): one is ReadPosition => one.status === 'read').map(({ id }) => id)
  return Object.fromEntries(ids.flatMap((id) => (factors[id] === undefined ? [] : [[id, more(factors[id])]])))
}

function changedOne(
  random: Random,
  routes: readonly RouteOffer[],
  change: (route: RouteOffer) => RouteOffer,
): readonly RouteOffer[] {
  const at = random.below(Math.max(1, routes.length))
  return routes.map((route, index) => (index === at ? change(route) : route))
}
