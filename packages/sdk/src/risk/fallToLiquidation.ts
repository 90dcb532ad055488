import type { KnownLegs } from '../model/Leg.ts'
import type { Position } from '../model/Position.ts'
import { type Unknown, unknown } from '../model/Quantity.ts'
import { WAD } from '../units/Wad.ts'
import { firstBelow } from './firstBelow.ts'
import { isAtLeast } from './Judged.ts'
import * as Legs from './Legs.ts'
import { owesAnything } from './owesAnything.ts'
import * as PricePath from './PricePath.ts'
import { positionOf } from './positionOf.ts'
import type { RiskContext } from './RiskAdapter.ts'
import { requireRule } from './ruleOf.ts'
import type { Direction } from './Shock.ts'

/** How far prices may go until a position can be liquidated. */
export type FallToLiquidation =
  /** WAD: at `fall` it can be, and at `fall − 1` it cannot. */
  | { readonly status: 'known'; readonly fall: bigint }
  /** It cannot up to and including `fall`; beyond, rounding alone decides, and nobody counted it out. */
  | { readonly status: 'at-least'; readonly fall: bigint }
  /** Nothing is owed, or no length of the way is enough. */
  | { readonly status: 'never' }
  /** It can be now. */
  | { readonly status: 'already' }
  | Unknown

/** Parameters of {@link fallToLiquidation}. */
export type FallToLiquidationParameters = {
  readonly view: { readonly positions: readonly Position[] }
  /** Id of one of the view's positions. */
  readonly position: string
  /** The prices of all collateral alike, debts' prices unchanged, unless given. */
  readonly direction?: Direction | undefined
}

/**
 * The least length (WAD) of a direction after which a position can be liquidated, by the protocol's own rule. Without a direction
 * it is the share that all its collateral may lose, each leg as far as it backs the debt, while debts keep their prices: of an
 * asset on both sides only what is supplied falls. Along a direction an asset has one price, on either side.
 *
 * Prices are rounded to what the protocol's oracle can say, against the owner; a step of 1e-18 changes most of them by nothing,
 * and what is found is the very step. `UniformFall.toLiquidation` (1 − 1 / health) is the estimate of the same: it knows nothing of
 * rounded prices and values, nor of a threshold that Aave averages and floors, and is off by about a basis point at worst.
 *
 * Where the floored average lets a health rise again on the way down, the first fall below 1 counts.
 *
 * @throws UnknownPositionError when the view has no such position.
 * @throws UnknownMarketError when the context has no rule for it.
 * @throws AmbiguousDirectionError, InvalidSlopeError for a direction that is none.
 *
 * @example
 * import { fallToLiquidation, type MarginClient, type MarginView, Wad } from '@unimargin/sdk'
 *
 * export function percentLeft(client: MarginClient, view: MarginView, position: string): string | undefined {
 *   const result = fallToLiquidation(client, { view, position })
 *   return result.status === 'known' ? Wad.formatDown(result.fall * 100n, 2) : undefined
 * }
 */
export function fallToLiquidation(context: RiskContext, parameters: FallToLiquidationParameters): FallToLiquidation {
  return fallOf(context, positionOf(parameters.view, parameters.position), parameters.direction)
}

/** As {@link fallToLiquidation}, of a position at hand. */
export function fallOf(context: RiskContext, position: Position, direction: Direction | undefined): FallToLiquidation {
  if (position.status === 'unread') return unknown(...position.issues)
  if (!owesAnything(position)) return { status: 'never' }
  const rule = requireRule(context, position)
  const legs = Legs.known(position)
  if ('status' in legs) return legs
  if (!isAtLeast(rule.assess(legs).health, WAD)) return { status: 'already' }
  const path = PricePath.of(legs, { rule, unit: position.unit }, direction)
  let start = 0n
  for (const end of path.ends) {
    const from = start
    const at = (steps: bigint): KnownLegs => path.at(from + steps)
    const found = firstBelow({ rule, at, most: end - from, isStraight: true })
    if (found.status === 'found') return { status: 'known', fall: from + found.at }
    if (found.status === 'undecided') return { status: 'at-least', fall: from + found.after }
    start = end
  }
  return { status: 'never' }
}
