import { Ray } from '@unimargin/sdk'
import { compounded } from './accrual.ts'
import type { AaveV3Version } from './version.ts'

const YEAR = 31_536_000n

/** An index as it was booked, and the rate that runs since then: RAY, per year. */
export type Growth = { readonly index: bigint; readonly rate: bigint; readonly seconds: bigint }

/** What one unit of a supply has become: simple interest since the last change of its reserve. */
export function ofSupply({ index, rate, seconds }: Growth): bigint {
  return seconds === 0n ? index : Ray.mulHalfUp(Ray.RAY + (rate * seconds) / YEAR, index)
}

/** What one unit of a debt at the variable rate has become: compounded, by the first terms of a series. */
export function ofDebt({ index, rate, seconds }: Growth, version: AaveV3Version): bigint {
  if (seconds === 0n) return index
  return Ray.mulHalfUp((version < '3.4' ? compounded : exponential)(rate, seconds), index)
}

/** Since 3.4: the first terms of e^x. */
function exponential(rate: bigint, seconds: bigint): bigint {
  const x = (rate * seconds) / YEAR
  return Ray.RAY + x + Ray.mulHalfUp(x, x / 2n + Ray.mulHalfUp(x, x / 6n))
}
