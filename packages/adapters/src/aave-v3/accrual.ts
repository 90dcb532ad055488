import { Bps, MulDiv, Ray } from '@unimargin/sdk'
import type { StableDebt } from './PoolState.ts'

const YEAR = 31_536_000n

/**
 * What the treasury gets of the interest since the reserve's last change, scaled. The next change books it first, and a supply
 * cap counts it.
 */
export function unbookedShare(
  {
    reserveFactor,
    storedBorrowIndex,
    changedAt,
  }: { readonly reserveFactor: bigint; readonly storedBorrowIndex: bigint; readonly changedAt: number },
  now: {
    readonly scaledDebt: bigint
    readonly borrowIndex: bigint
    readonly liquidityIndex: bigint
    readonly stable: StableDebt
  },
  /** From 3.5 on. */
  isFloored: boolean,
): bigint {
  const { scaledDebt, borrowIndex, liquidityIndex, stable } = now
  const interest = isFloored
    ? Ray.mulDown(scaledDebt, surplus(borrowIndex, storedBorrowIndex))
    : surplus(
        Ray.mulHalfUp(scaledDebt, borrowIndex) + stable[1],
        Ray.mulHalfUp(scaledDebt, storedBorrowIndex) + stableDebtAt(stable, changedAt),
      )
  const share = Bps.mulHalfUp(interest, reserveFactor)
  return (isFloored ? Ray.divDown : Ray.divHalfUp)(share, liquidityIndex)
}

/** A stable debt with its interest up to a time. */
function stableDebtAt([principal, , averageRate, changedAt]: StableDebt, time: number): bigint {
  const elapsed = surplus(BigInt(time), BigInt(changedAt))
  if (principal === 0n || elapsed === 0n) return principal
  return Ray.mulHalfUp(principal, compounded(averageRate, elapsed))
}

/** What one becomes at a rate per year, after seconds above zero: the first terms of the binomial series, as 3.0 has them. */
export function compounded(rate: bigint, elapsed: bigint): bigint {
  const squared = Ray.mulHalfUp(rate, rate) / (YEAR * YEAR)
  const cubed = Ray.mulHalfUp(squared, rate) / YEAR
  const pairs = (elapsed * (elapsed - 1n) * squared) / 2n
  const triples = (elapsed * (elapsed - 1n) * surplus(elapsed, 2n) * cubed) / 6n
  return Ray.RAY + (rate * elapsed) / YEAR + pairs + triples
}

/** Base units that fit below a cap; `scaled` is what is there, and `scale` how the version counts it. */
export function supplyRoom(cap: bigint, scaled: bigint, index: bigint, isFloored: boolean): bigint {
  if (!isFloored) return surplus(cap, Ray.mulHalfUp(scaled, index))
  // The most that still floors to the cap, in scaled units and then in base units.
  const room = surplus(((cap + 1n) * Ray.RAY - 1n) / index, scaled)
  return room === 0n ? 0n : ((room + 1n) * index - 1n) / Ray.RAY
}

/** Likewise below a borrow cap. */
export function borrowRoom(cap: bigint, scaled: bigint, index: bigint, stableDebt: bigint, isCeiled: boolean): bigint {
  if (!isCeiled) return surplus(cap, Ray.mulHalfUp(scaled, index) + stableDebt)
  return Ray.mulDown(surplus(MulDiv.down(cap, Ray.RAY, index), scaled), index)
}

function surplus(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n
}
