import * as Wad from '../../units/Wad.ts'
import { MOST_HEALTH_FACTOR, UnknownPositionError } from '../PlanErrors.ts'
import * as Factors from './Factors.ts'
import { NOW } from './Party.ts'
import { DuplicateRouteOfferError, DuplicateScenarioError, InvalidPlanParameterError } from './PlanMovesErrors.ts'
import type { Factors as FactorsType, MoveCosts, PlanMovesParameters, RouteOffer } from './PlanMovesParameters.ts'

const MOST_HORIZON = 7n * 24n * 3_600n
const MOST_DECIMALS = 77

/** Refuses what nothing can be planned with, naming it. */
export function assertParameters(parameters: PlanMovesParameters, horizon: bigint): void {
  const { targets, floors, scenarios = [], routes, costs, pending = [], donors = [], effort } = parameters
  assertRange('horizon', horizon, 0n, MOST_HORIZON)
  if (effort !== undefined) assertEffort(effort)
  assertFactors('targets', targets, parameters)
  if (floors !== undefined) assertFactors('floors', floors, parameters)
  for (const id of donors) assertPosition(id, parameters)
  for (const [index, { receiver, amount }] of pending.entries()) {
    assertPosition(receiver, parameters)
    assertRange(`pending[${index}].amount`, amount, 0n)
  }
  const names = [NOW]
  for (const [index, { name, prices, targets: own }] of scenarios.entries()) {
    if (names.includes(name)) throw new DuplicateScenarioError(name)
    names.push(name)
    for (const [place, { factor }] of prices.entries()) {
      assertRange(`scenarios[${index}].prices[${place}].factor`, factor, 1n)
    }
    if (own !== undefined) assertFactors(`scenarios[${index}].targets`, own, parameters)
  }
  assertRoutes(routes)
  assertCosts(costs)
}

function assertEffort(effort: number): void {
  if (!Number.isSafeInteger(effort) || effort < 1) {
    throw new InvalidPlanParameterError({ field: 'effort', value: effort, least: 1n })
  }
}

function assertFactors(field: string, factors: FactorsType, parameters: PlanMovesParameters): void {
  for (const [id, factor] of Factors.entries(factors)) {
    if (id !== undefined) assertPosition(id, parameters)
    assertRange(id === undefined ? field : `${field}["${id}"]`, factor, Wad.WAD, MOST_HEALTH_FACTOR)
  }
}

function assertPosition(id: string, { view }: PlanMovesParameters): void {
  if (view.positions.some((position) => position.id === id)) return
  throw new UnknownPositionError(
    id,
    view.positions.map((position) => position.id),
  )
}

function assertRoutes(routes: readonly RouteOffer[]): void {
  const seen = new Set<string>()
  for (const [index, route] of routes.entries()) {
    const { key, source, destination, least = 0n, most, fee = 0n, slippage = 0n, messaging, seconds } = route
    const at = (field: keyof RouteOffer) => `routes[${index}].${field}`
    for (const [end, decimals] of [
      ['source', source.decimals],
      ['destination', destination.decimals],
      ['sharedDecimals', route.sharedDecimals ?? 0],
    ] as const) {
      if (!Number.isInteger(decimals) || decimals < 0 || decimals > MOST_DECIMALS) {
        const field = end === 'sharedDecimals' ? at(end) : `${at(end)}.decimals`
        throw new InvalidPlanParameterError({ field, value: decimals, least: 0n, most: BigInt(MOST_DECIMALS) })
      }
    }
    assertRange(at('least'), least, 0n)
    if (most !== undefined) assertRange(at('most'), most, 0n)
    assertRange(at('fee'), fee, 0n, Wad.WAD)
    assertRange(at('slippage'), slippage, 0n, Wad.WAD)
    assertRange(at('messaging'), messaging, 0n)
    assertRange(at('seconds'), seconds, 0n)
    const ends = [source, destination].map(({ chainId, asset }) => `${chainId}:${asset.toLowerCase()}`)
    const name = [key, ...ends].join('|')
    if (seen.has(name)) throw new DuplicateRouteOfferError(key, source.chainId, destination.chainId)
    seen.add(name)
  }
}

function assertCosts({ chains, waiting = 0n }: MoveCosts): void {
  assertRange('costs.waiting', waiting, 0n, Wad.WAD)
  for (const [chain, costs] of Object.entries(chains)) {
    for (const field of ['withdraw', 'supply', 'repay', 'send'] as const) {
      assertRange(`costs.chains[${chain}].${field}`, costs[field], 0n)
    }
  }
}

function assertRange(field: string, value: bigint, least: bigint, most?: bigint): void {
  if (value < least || (most !== undefined && value > most)) {
    throw new InvalidPlanParameterError({ field, value, least, most })
  }
}
