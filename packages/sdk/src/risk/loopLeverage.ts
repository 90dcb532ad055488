import { WAD } from '../units/Wad.ts'
import { assertWithin, LOSS, VALUE } from './assertWithin.ts'

/** More loops change nothing that anybody could measure. */
const MOST_LOOPS = 256

/** What comes of so many loops. Values are WAD in the unit of the principal. */
export type LoopLeverage = {
  /** What is supplied in the end, rounded down. */
  readonly collateral: bigint
  /** What is owed in the end, rounded up. */
  readonly debt: bigint
  /** `collateral / principal`, WAD, rounded down. */
  readonly leverage: bigint
  /** What `leverage` comes close to with ever more loops, and never reaches: `1 / (1 − r)`, rounded down. */
  readonly limit: bigint
}

/**
 * Supplying a principal, borrowing a share of it, supplying that again, and so on: closed form of the geometric series. With
 * `r = loanToValue · (1 − cost)` and `n` loops the collateral is `principal · (1 − rⁿ⁺¹) / (1 − r)`, and the debt is
 * `principal · loanToValue · (1 − rⁿ) / (1 − r)`. Nothing but the result is rounded.
 *
 * What a protocol lends is its own matter (`lending.limits.borrow`); this is what people reckon with.
 *
 * @throws InvalidParameterError for a loan-to-value or a cost of 1 or more, no principal, or more than 256 loops.
 *
 * @example
 * import { loopLeverage, Wad } from '@unimargin/sdk'
 *
 * const three = { principal: Wad.fromDecimal('10000'), loanToValue: Wad.fromDecimal('0.6'), loops: 3 }
 * loopLeverage(three) // collateral 21,760e18, debt 11,760e18, leverage 2.176e18, limit 2.5e18
 */
export function loopLeverage({
  principal,
  loanToValue,
  loops,
  cost = 0n,
}: {
  /** What one begins with, WAD. */
  readonly principal: bigint
  /** Share of each supply that is borrowed, WAD. */
  readonly loanToValue: bigint
  /** How often; 0 is a supply alone. */
  readonly loops: number
  /** Share that is lost each time between borrowing and supplying, WAD; nothing unless given. */
  readonly cost?: bigint | undefined
}): LoopLeverage {
  const [least, most] = VALUE
  assertWithin([least + 1n, most], { principal })
  assertWithin(LOSS, { loanToValue, cost })
  // What is no whole number has no bigint: -1 stands for it in the error only.
  const times = Number.isInteger(loops) ? BigInt(loops) : -1n
  assertWithin([0n, BigInt(MOST_LOOPS)], { loops: times })
  const square = WAD * WAD
  const ratio = loanToValue * (WAD - cost)
  const rest = square - ratio
  const [all, last] = [square ** times, ratio ** times]
  const collateral = (principal * (all * square - last * ratio)) / (all * rest)
  const owed = principal * loanToValue * WAD * (all - last)
  const divisor = all * rest
  return {
    collateral,
    debt: (owed + divisor - 1n) / divisor,
    leverage: (WAD * (all * square - last * ratio)) / (all * rest),
    limit: (WAD * square) / rest,
  }
}
