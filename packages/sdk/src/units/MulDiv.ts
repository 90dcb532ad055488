import { DivisionByZeroError } from './DivisionByZeroError.ts'
import { OutOfRangeError } from './OutOfRangeError.ts'

/** The largest operand: what fits a `uint256`, so that a Solidity twin has the same domain. */
export const MAX_OPERAND: bigint = 2n ** 256n - 1n

/**
 * `a · b / c`, rounded down. Operands are non-negative and fit a `uint256`; the product is exact and may exceed it.
 *
 * @throws DivisionByZeroError when `c` is zero.
 * @throws OutOfRangeError when an operand is negative or above `2^256 − 1`.
 *
 * @example
 * import { MulDiv } from '@unimargin/sdk'
 *
 * MulDiv.down(10n, 1n, 4n) // 2n
 */
export function down(a: bigint, b: bigint, c: bigint): bigint {
  return product(a, b, c) / c
}

/**
 * `a · b / c`, rounded up; otherwise as {@link down}.
 *
 * @throws DivisionByZeroError when `c` is zero.
 * @throws OutOfRangeError when an operand is negative or above `2^256 − 1`.
 *
 * @example
 * import { MulDiv } from '@unimargin/sdk'
 *
 * MulDiv.up(10n, 1n, 4n) // 3n
 */
export function up(a: bigint, b: bigint, c: bigint): bigint {
  const numerator = product(a, b, c)
  return numerator === 0n ? 0n : (numerator - 1n) / c + 1n
}

/**
 * `a · b / c`, rounded half up as Solidity libraries do it: `(a · b + ⌊c / 2⌋) / c`. For an odd `c` there is no exact
 * half; for `c = 1` nothing is rounded.
 *
 * @throws DivisionByZeroError when `c` is zero.
 * @throws OutOfRangeError when an operand is negative or above `2^256 − 1`.
 *
 * @example
 * import { MulDiv } from '@unimargin/sdk'
 *
 * MulDiv.halfUp(10n, 1n, 4n) // 3n
 */
export function halfUp(a: bigint, b: bigint, c: bigint): bigint {
  return (product(a, b, c) + c / 2n) / c
}

function product(a: bigint, b: bigint, c: bigint): bigint {
  for (const [parameter, value] of [
    ['first factor', a],
    ['second factor', b],
    ['divisor', c],
  ] as const) {
    if (value < 0n || value > MAX_OPERAND) throw new OutOfRangeError({ parameter, value, min: 0n, max: MAX_OPERAND })
  }
  if (c === 0n) throw new DivisionByZeroError({ numerator: a * b })
  return a * b
}
