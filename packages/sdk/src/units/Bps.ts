import * as MulDiv from './MulDiv.ts'

/** One, in basis points: 10,000 are 100 %. */
export const BPS: bigint = 10_000n

const WAD_PER_BPS = 10n ** 14n

/**
 * A share in basis points of a number, in the number's unit, rounded down.
 *
 * @throws OutOfRangeError when an operand is negative or above `2^256 − 1`.
 *
 * @example
 * import { Bps } from '@unimargin/sdk'
 *
 * Bps.mulDown(1_999n, 5_000n) // 999n
 */
export function mulDown(value: bigint, bps: bigint): bigint {
  return MulDiv.down(value, bps, BPS)
}

/**
 * A share in basis points of a number, rounded up; otherwise as {@link mulDown}.
 *
 * @example
 * import { Bps } from '@unimargin/sdk'
 *
 * Bps.mulUp(1_999n, 5_000n) // 1_000n
 */
export function mulUp(value: bigint, bps: bigint): bigint {
  return MulDiv.up(value, bps, BPS)
}

/**
 * A share in basis points of a number, rounded half up (Aave's `percentMul`); otherwise as {@link mulDown}.
 *
 * @example
 * import { Bps } from '@unimargin/sdk'
 *
 * Bps.mulHalfUp(1_999n, 5_000n) // 1_000n
 */
export function mulHalfUp(value: bigint, bps: bigint): bigint {
  return MulDiv.halfUp(value, bps, BPS)
}

/**
 * Basis points as a WAD; exact.
 *
 * @throws OutOfRangeError when the number is negative or above `2^256 − 1`.
 *
 * @example
 * import { Bps } from '@unimargin/sdk'
 *
 * Bps.toWad(8_250n) // 0.825e18
 */
export function toWad(bps: bigint): bigint {
  return MulDiv.down(bps, WAD_PER_BPS, 1n)
}

/**
 * A WAD as basis points, rounded down.
 *
 * @throws OutOfRangeError when the number is negative or above `2^256 − 1`.
 *
 * @example
 * import { Bps } from '@unimargin/sdk'
 *
 * Bps.fromWadDown(825_000_000_000_000_000n) // 8_250n
 */
export function fromWadDown(wad: bigint): bigint {
  return MulDiv.down(wad, 1n, WAD_PER_BPS)
}

/**
 * A WAD as basis points, rounded up; otherwise as {@link fromWadDown}.
 *
 * @example
 * import { Bps } from '@unimargin/sdk'
 *
 * Bps.fromWadUp(825_000_000_000_000_001n) // 8_251n
 */
export function fromWadUp(wad: bigint): bigint {
  return MulDiv.up(wad, 1n, WAD_PER_BPS)
}
