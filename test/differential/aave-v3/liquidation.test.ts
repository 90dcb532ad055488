import { createDevnet, type Devnet } from '@unimargin/devnet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differLiquidations, type LiquidationTally } from './differLiquidations.ts'
import { labTarget } from './labTarget.ts'

// `PROTOCOL=aave-v3/3.6/liquidation RUNS=2000 pnpm fuzz:differential` for more; `SEED` and `ROUND` lead back to a failure.
const { RUNS = '45', SEED = '1', ROUND = '0' } = process.env
const runs = Number(RUNS)

/** What a run of this size must have met; less would mean that the states are not what they are meant to be. */
const KINDS: Readonly<Record<'3.0' | '3.6', readonly (keyof LiquidationTally)[]>> = {
  '3.0': ['half', 'inEMode', 'stableDebts'],
  '3.6': ['between', 'badDebts', 'severalBadDebts'],
}
const ALWAYS = ['byDefault', 'partial', 'repaidWhole', 'seizedWhole', 'whole', 'withFee', 'inTokens', 'mined'] as const
const REFUSALS: Readonly<Record<'3.0' | '3.6', readonly string[]>> = {
  '3.0': ['healthy', 'no-debt', 'not-collateral', 'sequencer'],
  '3.6': ['healthy', 'no-debt', 'not-collateral', 'sequencer', 'dust', 'grace-period'],
}

describe.each(['3.0', '3.6'] as const)('aaveV3Liquidation on Aave %s', (aave) => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'], aave, keepAlive: false })
  }, 120_000)
  afterAll(() => devnet.close())

  test(
    'behavior: what is simulated is what the pool does, to the unit',
    async () => {
      const target = labTarget(devnet, 'base')
      const tally = await differLiquidations({ target, runs, seed: SEED, round: Number(ROUND) })
      console.log(JSON.stringify(tally))
      expect(tally.runs).toBe(runs)
      if (runs < 45) return
      expect(tally.exact).toBeGreaterThan(3 * runs)
      for (const kind of [...ALWAYS, ...KINDS[aave]]) expect(tally[kind], kind).toBeGreaterThan(0)
      for (const reason of REFUSALS[aave]) expect(tally.refused[reason], reason).toBeGreaterThan(0)
    },
    60_000 + 4_000 * runs,
  )
})
