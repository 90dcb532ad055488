import type { KnownHealth } from '../model/Health.ts'
import type { KnownLegs } from '../model/Leg.ts'
import type { Reserve } from '../model/Market.ts'
import type { ReadPosition } from '../model/Position.ts'
import type { Unknown } from '../model/Quantity.ts'
import * as Legs from '../risk/Legs.ts'
import type { LiquidationRule } from '../risk/LiquidationRule.ts'
import { UnknownHealthError } from './PlanErrors.ts'

/** What a plan asks of the risk core: a number that is unknown ends it, and no other asks for it by mistake. */

export { isSame } from '../risk/Legs.ts'

/**
 * The legs of a position with every number known. A leg that backs nothing and whose numbers are unknown is left out: it
 * cannot change the health.
 *
 * @throws UnknownHealthError when a number that counts is unknown.
 */
export function knownLegs({ id, collateral, debt }: ReadPosition): KnownLegs {
  return {
    collateral: mustKnow(id, 'collateral', Legs.known({ collateral, debt: [] })).collateral,
    debt: mustKnow(id, 'debt', Legs.known({ collateral: [], debt })).debt,
  }
}

/** The legs after an amount of one asset was taken out; at most all of it. */
export function withdrawn(legs: KnownLegs, { asset }: Reserve, amount: bigint): KnownLegs {
  return Legs.withdrawn(legs, asset.address, amount)
}

/** The legs after an amount of one asset was supplied; a new leg gets the reserve's own parameters. */
export function supplied(legs: KnownLegs, reserve: Reserve & { readonly price: bigint }, amount: bigint): KnownLegs {
  const { asset, price, liquidationThreshold, loanToValue } = reserve
  const first = { asset, amount: 0n, price, value: 0n, isCollateral: true, liquidationThreshold, loanToValue }
  return Legs.supplied(legs, first, amount)
}

/**
 * The legs after some seconds of interest on every debt, at most.
 *
 * @throws UnknownHealthError when a debt's reserve is not among the market's, or its rate is unknown.
 */
export function accrued(position: string, legs: KnownLegs, reserves: readonly Reserve[], seconds: bigint): KnownLegs {
  return mustKnow(position, 'interest', Legs.accruedAtMost(legs, reserves, seconds))
}

/** What the rule says, or that the target is met when nothing is owed. */
export function reaches(rule: LiquidationRule, legs: KnownLegs, target: bigint): boolean {
  return isAtLeast(rule.assess(legs).health, target)
}

/** Whether a health is at least a factor; a position without debt always is. */
export function isAtLeast(health: KnownHealth, factor: bigint): boolean {
  return health.status === 'no-debt' || health.factor >= factor
}

function mustKnow(position: string, what: string, legs: KnownLegs | Unknown): KnownLegs {
  if ('status' in legs) throw new UnknownHealthError(position, what, legs.issues)
  return legs
}
