import { createDevnet, type Devnet } from '@unimargin/devnet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differLiquidations, type LiquidationTally } from './differLiquidations.ts'
import { labTarget } from './labTarget.ts'

// `PROTOCOL=morpho-blue/liquidation RUNS=5000 pnpm fuzz:differential` for more; `SEED` and `ROUND` lead back to a failure.
const { RUNS = '60', SEED = '1', ROUND = '0' } = process.env
const runs = Number(RUNS)

/** What a run of this size must have met; less would mean that the states are not what they are meant to be. */
const KINDS: readonly (keyof LiquidationTally)[] = [
  'whole',
  'partial',
  'emptied',
  'bySeized',
  'badDebts',
  'lendersHit',
  'gains',
  'unknown',
  'mined',
]

describe('morphoBlueLiquidation', () => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'], keepAlive: false })
  })
  afterAll(() => devnet.close())

  test(
    'behavior: what is simulated is what Morpho does, to the unit',
    async () => {
      const target = labTarget(devnet, 'base')
      const tally = await differLiquidations({ target, runs, seed: SEED, round: Number(ROUND) })
      console.log(JSON.stringify(tally))
      expect(tally.runs).toBe(runs)
      if (runs < 60) return
      expect(tally.exact).toBeGreaterThan(5 * runs)
      for (const kind of KINDS) expect(tally[kind], kind).toBeGreaterThan(0)
      for (const reason of ['healthy', 'no-debt', 'amount', 'liquidity']) {
        expect(tally.refused[reason], reason).toBeGreaterThan(0)
      }
    },
    60_000 + 2_000 * runs,
  )
})
