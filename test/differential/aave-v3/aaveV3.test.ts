import { createDevnet, type Devnet } from '@unimargin/devnet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differAaveV3 } from './differAaveV3.ts'
import { labTarget } from './labTarget.ts'

// `RUNS=2000 vitest run --project devnet test/differential` for more; `SEED` and `ROUND` lead back to a failure.
const { RUNS = '150', SEED = '1', ROUND = '0' } = process.env
const runs = Number(RUNS)

describe('aaveV3', () => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'] })
  })
  afterAll(() => devnet.close())

  test(
    'behavior: every health factor equals getUserAccountData to the wei',
    async () => {
      const tally = await differAaveV3({ target: labTarget(devnet, 'base'), runs, seed: SEED, round: Number(ROUND) })
      console.log(JSON.stringify(tally))
      expect(tally.runs).toBe(runs)
      // What a run of this size must have met; less would mean that the states are not what they are meant to be.
      if (runs < 150) return
      expect(tally.positions).toBeGreaterThan(5 * runs)
      for (const kind of [
        'liquidatable',
        'inEMode',
        'pricedByEMode',
        'stableDebts',
        'reverted',
        'refreshed',
      ] as const) {
        expect(tally[kind], kind).toBeGreaterThan(0)
      }
    },
    60_000 + 1_000 * runs,
  )
})
