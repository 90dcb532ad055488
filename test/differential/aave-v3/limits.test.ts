import { createDevnet, type Devnet } from '@unimargin/devnet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differLimits } from './differLimits.ts'
import { labTarget } from './labTarget.ts'

// `RUNS=2000 vitest run --project devnet test/differential/aave-v3/limits` for more; `SEED` and `ROUND` lead back to a failure.
const { RUNS = '50', SEED = '1', ROUND = '0' } = process.env
const runs = Number(RUNS)

describe.each(['3.0', '3.6'] as const)('lending on Aave %s', (aave) => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'], aave })
  }, 120_000)
  afterAll(() => devnet.close())

  test(
    'behavior: limits hold to the unit, and changes have the effect that was foretold',
    async () => {
      const tally = await differLimits({ target: labTarget(devnet, 'base'), runs, seed: SEED, round: Number(ROUND) })
      console.log(JSON.stringify(tally))
      expect(tally.runs).toBe(runs)
    },
    60_000 + 2_000 * runs,
  )
})
