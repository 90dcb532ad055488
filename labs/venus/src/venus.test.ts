import { describe, expect, test } from 'vitest'
import { playVenus } from './playVenus.ts'

// `RUNS=2000 pnpm test:venus` for more; `SEED` and `ROUND` lead back to a failure.
const { RUNS = '100', SEED = '1', ROUND = '0' } = process.env
const runs = Number(RUNS)

describe('compoundV2', () => {
  test(
    'behavior: everything it says of Venus equals the chain to the unit',
    async () => {
      const tally = await playVenus({ runs, seed: SEED, round: Number(ROUND) })
      console.log(JSON.stringify(tally))
      expect(tally.runs).toBe(runs)
      // What a run of this size must have met; less would mean that the states are not what they are meant to be.
      if (runs < 100) return
      expect(tally.positions).toBeGreaterThan(4 * runs)
      expect(tally.limits).toBeGreaterThan(4 * runs)
      for (const kind of [
        'withDebt',
        'twins',
        'liquidatable',
        'reverted',
        'refreshed',
        'headrooms',
        'predictedActions',
        'predictedPrices',
      ] as const) {
        expect(tally[kind], kind).toBeGreaterThan(runs / 50)
      }
      for (const kind of ['behind', 'badDebt', 'unlisted'] as const) expect(tally[kind], kind).toBeGreaterThan(0)
      // Whichever of the actions it was.
      const reasonsMet = Object.keys(tally.limitedBy)
      expect(
        reasonsMet.some((reason) => reason.endsWith(':paused')),
        'paused',
      ).toBe(true)
      const reasons = ['withdraw:loan-to-value', 'withdraw:balance', 'withdraw:liquidity', 'borrow:loan-to-value']
      for (const reason of [...reasons, 'borrow:cap', 'borrow:liquidity', 'supply:cap', 'repay:balance']) {
        expect(tally.limitedBy[reason] ?? 0, reason).toBeGreaterThan(0)
      }
    },
    120_000 + 2_000 * runs,
  )
})
