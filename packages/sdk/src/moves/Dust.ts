import type { Route } from '../model/Route.ts'

/**
 * An OFT carries whole units of its shared decimals, as a `uint64`: what lies below such a unit is dust and stays behind.
 */

const MOST_SHARED_UNITS = 2n ** 64n - 1n

/** Base units of an asset per unit that the route can carry; 1 where the asset is as coarse as the route. */
export function unitOf(route: Pick<Route, 'sharedDecimals'>, decimals: number): bigint {
  return 10n ** BigInt(Math.max(0, decimals - route.sharedDecimals))
}

/** The part of an amount that the route can carry, rounded down. */
export function floor(amount: bigint, unit: bigint): bigint {
  return amount - (amount % unit)
}

/** The most base units that one message can carry. */
export function mostOf(unit: bigint): bigint {
  return MOST_SHARED_UNITS * unit
}

/** A dust-free amount at one end of the route, in base units of the other end. */
export function convert(amount: bigint, fromUnit: bigint, toUnit: bigint): bigint {
  return (amount / fromUnit) * toUnit
}
