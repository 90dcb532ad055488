import * as Wad from '../units/Wad.ts'

/**
 * By which share (WAD) the prices of all collateral may fall together until liquidation, debt values unchanged:
 * `1 − 1 / factor`, rounded down. Zero at or below the boundary.
 *
 * @throws OutOfRangeError when the factor is negative or above `2^256 − 1`.
 *
 * @example
 * import { UniformFall, Wad } from '@unimargin/sdk'
 *
 * UniformFall.toLiquidation(Wad.fromDecimal('1.25')) // 0.2e18
 */
export function toLiquidation(factor: bigint): bigint {
  return factor >= 0n && factor <= Wad.WAD ? 0n : Wad.WAD - Wad.divUp(Wad.WAD, factor)
}
