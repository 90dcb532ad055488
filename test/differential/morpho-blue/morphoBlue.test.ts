import { createDevnet, type Devnet } from '@unimargin/devnet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differMorphoBlue, type Tally } from './differMorphoBlue.ts'
import { labTarget } from './labTarget.ts'

// `PROTOCOL=morpho-blue RUNS=10000 pnpm fuzz:differential` for more; `SEED` and `ROUND` lead back to a failure.
const { RUNS = '150', SEED = '1', ROUND = '0' } = process.env
const runs = Number(RUNS)

/** What a run of this size must have met; less would mean that the states are not what they are meant to be. */
const KINDS: readonly (keyof Tally)[] = [
  'liquidatable',
  'badDebts',
  'drained',
  'limitedByHealth',
  'limitedByLiquidity',
  'limitedByBalance',
  'headrooms',
  'headroomTargets',
  'predictions',
  'predictedPrices',
  'accrued',
  'rates',
  'adaptive',
  'linear',
  'withoutModel',
  'withFee',
  'pendingFees',
  'pendingFeeLimits',
  'brokenPrices',
  'zeroPrices',
  'unknownLimits',
]

describe('morphoBlue', () => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'], keepAlive: false })
  })
  afterAll(() => devnet.close())

  test(
    'behavior: every debt, health, limit and prediction equals what Morpho says, to the unit',
    async () => {
      const tally = await differMorphoBlue({
        target: labTarget(devnet, 'base'),
        runs,
        seed: SEED,
        round: Number(ROUND),
      })
      console.log(JSON.stringify(tally))
      expect(tally.runs).toBe(runs)
      if (runs < 150) return
      expect(tally.positions).toBeGreaterThan(2 * runs)
      expect(tally.withDebt).toBeGreaterThan(runs / 2)
      for (const kind of KINDS) expect(tally[kind], kind).toBeGreaterThan(0)
    },
    60_000 + 1_000 * runs,
  )
})
