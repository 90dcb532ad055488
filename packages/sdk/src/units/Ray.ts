import * as MulDiv from './MulDiv.ts'

/** One, in numbers with 27 decimals: Aave's indices and rates. */
export const RAY: bigint = 10n ** 27n

const RAY_PER_WAD = 10n ** 9n

/**
 * Product of a number and a RAY, in the number's unit, rounded down.
 *
 * @throws OutOfRangeError when an operand is negative or above `2^256 − 1`.
 *
 * @example
 * import { Ray } from '@unimargin/sdk'
 *
 * Ray.mulDown(3n, Ray.RAY / 2n) // 1n
 */
export function mulDown(a: bigint, b: bigint): bigint {
  return MulDiv.down(a, b, RAY)
}

/**
 * Product of a number and a RAY, rounded up; otherwise as {@link mulDown}.
 *
 * @example
 * import { Ray } from '@unimargin/sdk'
 *
 * Ray.mulUp(3n, Ray.RAY / 2n) // 2n
 */
export function mulUp(a: bigint, b: bigint): bigint {
  return MulDiv.up(a, b, RAY)
}

/**
 * Product of a number and a RAY, rounded half up (Aave's `rayMul`); otherwise as {@link mulDown}.
 *
 * @example
 * import { Ray } from '@unimargin/sdk'
 *
 * Ray.mulHalfUp(3n, Ray.RAY / 2n) // 2n
 */
export function mulHalfUp(a: bigint, b: bigint): bigint {
  return MulDiv.halfUp(a, b, RAY)
}

/**
 * Quotient of two numbers of the same unit, as a RAY, rounded down.
 *
 * @throws DivisionByZeroError when `b` is zero.
 * @throws OutOfRangeError when an operand is negative or above `2^256 − 1`.
 *
 * @example
 * import { Ray } from '@unimargin/sdk'
 *
 * Ray.divDown(1n, 2n) // 0.5e27
 */
export function divDown(a: bigint, b: bigint): bigint {
  return MulDiv.down(a, RAY, b)
}

/**
 * Quotient of two numbers as a RAY, rounded up; otherwise as {@link divDown}.
 *
 * @example
 * import { Ray } from '@unimargin/sdk'
 *
 * Ray.divUp(2n, 3n) // 666_666_666_666_666_666_666_666_667n
 */
export function divUp(a: bigint, b: bigint): bigint {
  return MulDiv.up(a, RAY, b)
}

/**
 * Quotient of two numbers as a RAY, rounded half up (Aave's `rayDiv`); otherwise as {@link divDown}.
 *
 * @example
 * import { Ray } from '@unimargin/sdk'
 *
 * Ray.divHalfUp(1n, 3n) // 333_333_333_333_333_333_333_333_333n
 */
export function divHalfUp(a: bigint, b: bigint): bigint {
  return MulDiv.halfUp(a, RAY, b)
}

/**
 * A RAY as a WAD, rounded down.
 *
 * @throws OutOfRangeError when the number is negative or above `2^256 − 1`.
 *
 * @example
 * import { Ray } from '@unimargin/sdk'
 *
 * Ray.toWadDown(Ray.RAY / 20n) // 0.05e18
 */
export function toWadDown(ray: bigint): bigint {
  return MulDiv.down(ray, 1n, RAY_PER_WAD)
}

/**
 * A RAY as a WAD, rounded up; otherwise as {@link toWadDown}.
 *
 * @example
 * import { Ray } from '@unimargin/sdk'
 *
 * Ray.toWadUp(1_000_000_001n) // 2n
 */
export function toWadUp(ray: bigint): bigint {
  return MulDiv.up(ray, 1n, RAY_PER_WAD)
}
