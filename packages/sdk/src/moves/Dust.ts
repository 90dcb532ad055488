import type { Route } from '../model/Route.ts'

/**
 * An OFT carries whole units of its shared decimals, as a `uint64`: what lies below such a unit is dust and stays behind.
 */

/** Base units of an asset per unit that the route can carry; 1 where the asset is as coarse as the route. */
export function unitOf(route: Pick<Route, 'sharedDecimals'>, decimals: number): bigint {
  return 10n ** BigInt(Math.max(0, decimals - route.sharedDecimals))
}

/** The most units that one message can carry. */
export const MOST_UNITS: bigint = 2n ** 64n - 1n
