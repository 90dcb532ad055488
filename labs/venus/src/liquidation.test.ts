import { describe, expect, test } from 'vitest'
import type { LiquidationTally } from './differLiquidations.ts'
import { playLiquidations } from './playVenus.ts'

// `PLAY=liquidation RUNS=2000 SEED=… tsx labs/venus/src/main.ts` for more; `SEED` and `ROUND` lead back to a failure.
const { LIQUIDATION_RUNS = '50', SEED = '2', ROUND = '0' } = process.env
const runs = Number(LIQUIDATION_RUNS)

/** What a run of this size must have met; less would mean that the states are not what they are meant to be. */
const KINDS: readonly Exclude<keyof LiquidationTally, 'refused'>[] = [
  'pairs',
  'ordered',
  'healed',
  'forced',
  'sameToken',
  'largest',
  'badDebts',
  'gains',
]

describe('compoundV2Liquidation', () => {
  test(
    'behavior: what is simulated is what Venus does, to the unit',
    async () => {
      const tally = await playLiquidations({ runs, seed: SEED, round: Number(ROUND) })
      console.log(JSON.stringify(tally))
      expect(tally.runs).toBe(runs)
      if (runs < 50) return
      expect(tally.exact).toBeGreaterThan(2 * runs)
      // Each of those goes beyond what is forced.
      expect(tally.pairs - tally.forced).toBeGreaterThan(runs)
      for (const kind of KINDS) expect(tally[kind], kind).toBeGreaterThan(0)
      for (const reason of ['healthy', 'no-debt', 'minimum', 'clock', 'not-collateral', 'paused']) {
        expect(tally.refused[reason] ?? 0, reason).toBeGreaterThan(0)
      }
    },
    120_000 + 5_000 * runs,
  )
})
