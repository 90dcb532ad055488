import { Bps } from '@unimargin/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { averageOf, healthOf } from './Account.ts'
import { firstUnhealthy } from './firstUnhealthy.ts'

const WAD = 10n ** 18n

/** Withdraws one unit of value after the other until the health is below 1. */
function byHand(parameters: Parameters<typeof firstUnhealthy>[0]): bigint {
  for (let amount = parameters.least; amount <= parameters.most; amount += 1n) {
    if (!parameters.isHealthy(amount)) return amount
  }
  return parameters.most + 1n
}

/** Some value of a collateral with a threshold, beside others, where an amount is worth itself. */
function position(
  backing: bigint,
  others: bigint,
  threshold: bigint,
  value: bigint,
  owed: bigint,
): Parameters<typeof firstUnhealthy>[0] {
  const rest = { backing, weighted: backing * others, lendable: 0n, owed, hasZeroLtv: false }
  const after = (amount: bigint) => ({
    backing: backing + value - amount,
    weighted: rest.weighted + (value - amount) * threshold,
    owed,
  })
  return {
    rest,
    threshold,
    least: 1n,
    most: value,
    isHealthy: (amount) => (healthOf(after(amount), '3.0') ?? WAD) >= WAD,
    averageAt: (amount) => averageOf(after(amount).weighted, after(amount).backing),
  }
}

describe('firstUnhealthy', () => {
  test('default', () => {
    // 1,000 at 80 % and 1,000 at 80 % owe 1,200: 500 can go.
    expect(firstUnhealthy(position(1_000n, 8_000n, 8_000n, 1_000n, 1_200n))).toBe(501n)
  })

  test('behavior: the floored average brings a second limit above the first, and the first one counts', () => {
    const low = position(100_000n, 9_000n, 1_000n, 100_000n, 95_000n)
    const first = firstUnhealthy(low)
    expect(low.isHealthy(first - 1n)).toBe(true)
    expect(low.isHealthy(first)).toBe(false)
    const passing = Array.from({ length: Number(low.most - first) }, (_, index) => low.isHealthy(first + BigInt(index)))
    expect(passing).toContain(true)
  })

  test('behavior: it is the first amount that is refused', () => {
    const share = fc.bigInt(0n, Bps.BPS)
    fc.assert(
      fc.property(
        fc.bigInt(0n, 400n),
        share,
        share,
        fc.bigInt(1n, 400n),
        fc.bigInt(0n, 1_000n),
        (backing, others, threshold, value, part) => {
          const whole = (backing * others + value * threshold) / Bps.BPS
          const some = position(backing, others, threshold, value, (whole * part) / 1_000n)
          expect(firstUnhealthy(some)).toBe(byHand(some))
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
