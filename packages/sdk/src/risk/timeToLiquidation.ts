import type { KnownLegs } from '../model/Leg.ts'
import type { MarketState } from '../model/Market.ts'
import type { Position } from '../model/Position.ts'
import { type Unknown, unknown } from '../model/Quantity.ts'
import { WAD } from '../units/Wad.ts'
import { firstBelow } from './firstBelow.ts'
import { isAtLeast } from './Judged.ts'
import * as Legs from './Legs.ts'
import { owesAnything } from './owesAnything.ts'
import { positionOf } from './positionOf.ts'
import type { RiskContext } from './RiskAdapter.ts'
import { UnlistedMarketError } from './RiskErrors.ts'
import { adapterOf, requireRule } from './ruleOf.ts'

/** How long until interest alone makes a position liquidatable. */
export type TimeToLiquidation =
  | {
      /** `at-least`: it cannot be up to and including then; beyond, rounding alone decides. */
      readonly status: 'known' | 'at-least'
      /** Since the block that was read. */
      readonly seconds: bigint
      /**
       * `protocol`: as the protocol charges and pays it; liquidatable at this second and not one before. `bound`: not before then,
       * because debts grow no faster and collateral is taken to earn nothing.
       */
      readonly basis: 'protocol' | 'bound'
    }
  /** Not within ten years. */
  | { readonly status: 'beyond'; readonly basis: 'protocol' | 'bound' }
  /** Nothing is owed. */
  | { readonly status: 'never' }
  /** It can be now. */
  | { readonly status: 'already' }
  | Unknown

/** Parameters of {@link timeToLiquidation}. */
export type TimeToLiquidationParameters = {
  readonly view: { readonly positions: readonly Position[]; readonly markets: readonly MarketState[] }
  /** Id of one of the view's positions. */
  readonly position: string
}

const DAY = 24n * 3_600n
const YEAR = 365n * DAY
const MOST_SECONDS = 10n * YEAR

/**
 * Seconds from the block that was read until a position can be liquidated though no price moves and nobody acts: exact to the second
 * where the adapter was given its `lending` and says what interest comes to, else the earliest that is possible at today's rates.
 * Searched for ten years at most; where supplies and debts grow alike within a ten-thousandth of the boundary, it takes most of a
 * second to compute.
 *
 * @throws UnknownPositionError when the view has no such position.
 * @throws UnlistedMarketError when it has not the position's market.
 * @throws UnknownMarketError when the context has no rule for the position.
 *
 * @example
 * import { type MarginClient, type MarginView, timeToLiquidation } from '@unimargin/sdk'
 *
 * export function daysLeft(client: MarginClient, view: MarginView, position: string): bigint | undefined {
 *   const result = timeToLiquidation(client, { view, position })
 *   return result.status === 'known' ? result.seconds / 86_400n : undefined
 * }
 */
export function timeToLiquidation(
  context: RiskContext,
  { view, position: id }: TimeToLiquidationParameters,
): TimeToLiquidation {
  const position = positionOf(view, id)
  if (position.status === 'unread') return unknown(...position.issues)
  if (!owesAnything(position)) return { status: 'never' }
  const rule = requireRule(context, position)
  const legs = Legs.known(position)
  if ('status' in legs) return legs
  if (!isAtLeast(rule.assess(legs).health, WAD)) return { status: 'already' }
  const state = view.markets.find(({ market }) => market.key === position.market.key)
  if (state === undefined)
    throw new UnlistedMarketError(
      position.market.key,
      view.markets.map(({ market }) => market.key),
    )
  const atMost = (seconds: bigint) => Legs.accruedAtMost(legs, state.reserves, seconds)
  const accrued = adapterOf(context, position)?.lending?.accrued
  const exactly = (seconds: bigint) => accrued && Legs.known(accrued({ state, position }, seconds).position)
  // Not every protocol tells what a debt is counted from.
  const isBound = accrued?.({ state, position }, DAY).isBound === true
  const last = exactly(MOST_SECONDS)
  // Who owes and is charged nothing in ten years was read without what interest is made of.
  const isCharged = last !== undefined && ('status' in last || owesMore(last, legs))
  const basis = isCharged && !isBound ? 'protocol' : 'bound'
  const legsAfter = isCharged ? exactly : atMost
  let missing: Unknown | undefined
  const at = (seconds: bigint): KnownLegs => {
    const after = seconds === 0n ? legs : (legsAfter(seconds) ?? legs)
    if (!('status' in after)) return after
    missing = after
    return legs
  }
  // In stages: what dies tomorrow is known though the interest of ten years may be beyond all numbers.
  for (const most of [DAY, YEAR, MOST_SECONDS]) {
    const found = firstBelow({ rule, at, most })
    if (missing !== undefined) return missing
    if (found.status === 'found') return { status: 'known', seconds: found.at, basis }
    if (found.status === 'undecided') return { status: 'at-least', seconds: found.after, basis }
  }
  return { status: 'beyond', basis }
}

function owesMore({ debt }: KnownLegs, before: KnownLegs): boolean {
  return debt.some(({ amount }, index) => amount > (before.debt[index]?.amount ?? 0n))
}
