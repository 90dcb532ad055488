import { Bps } from '@unimargin/sdk'
import type { Account } from './Account.ts'
import { firstWhere } from './firstWhere.ts'

/**
 * The first amount from `least` to `most` whose withdrawal leaves a health below 1 by the arithmetic up to 3.4; `most + 1` where
 * there is none.
 *
 * With B and W the value and the weight of all other collateral, and v left of this one with the threshold t, the health is
 * that of C · q with C = B + v and the average q = ⌊(W + vt) / C⌋. Where t is below the average, q rises as v falls: the health
 * falls within each q, and jumps up to the next. The lowest within a q lies above (W − tB) · q / (q + 1 − t), which falls as q
 * rises: as long as that is enough nothing needs to be tried, and from there on one q after the other is.
 */
export function firstUnhealthy(parameters: {
  readonly rest: Account
  readonly threshold: bigint
  readonly least: bigint
  readonly most: bigint
  readonly isHealthy: (amount: bigint) => boolean
  readonly averageAt: (amount: bigint) => bigint
}): bigint {
  const { rest, threshold, least, most, isHealthy, averageAt } = parameters
  const from = averageAt(least)
  const to = averageAt(most)
  if (to <= from) return firstWhere(least, most, (amount) => !isHealthy(amount))
  const surplus = rest.weighted - threshold * rest.backing
  const owed = rest.owed * Bps.BPS - Bps.BPS / 2n
  const doubted = firstWhere(from, to, (average) => surplus * average < owed * (average + 1n - threshold))
  let first = firstWhere(least, most, (amount) => averageAt(amount) >= doubted)
  while (first <= most) {
    const average = averageAt(first)
    const next = firstWhere(first, most, (amount) => averageAt(amount) > average)
    if (!isHealthy(next - 1n)) return firstWhere(first, next - 1n, (amount) => !isHealthy(amount))
    first = next
  }
  return first
}
