import { createDevnet, type Devnet } from '@unimargin/devnet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differAaveV3, type Tally } from './differAaveV3.ts'
import { labTarget } from './labTarget.ts'

// `RUNS=2000 vitest run --project devnet test/differential` for more; `SEED` and `ROUND` lead back to a failure.
const { RUNS = '150', SEED = '1', ROUND = '0' } = process.env
const runs = Number(RUNS)

const BOTH = ['accrued', 'eModeWhatIfs'] as const

/** What a run of this size must have met; less would mean that the states are not what they are meant to be. */
const kinds: Readonly<Record<'3.0' | '3.6', readonly (keyof Tally)[]>> = {
  '3.0': ['liquidatable', 'inEMode', 'pricedByEMode', 'isolated', 'stableDebts', 'reverted', 'refreshed', ...BOTH],
  '3.6': ['liquidatable', 'inEMode', 'ltvByEMode', 'thresholdByEMode', 'isolated', 'deficits', 'reverted', ...BOTH],
}

describe.each(['3.0', '3.6'] as const)('aaveV3 %s', (version) => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'], aave: version, keepAlive: false })
  }, 120_000)
  afterAll(() => devnet.close())

  test(
    'behavior: every health factor equals getUserAccountData to the wei',
    async () => {
      const tally = await differAaveV3({ target: labTarget(devnet, 'base'), runs, seed: SEED, round: Number(ROUND) })
      console.log(JSON.stringify(tally))
      expect(tally.runs).toBe(runs)
      if (runs < 150) return
      expect(tally.positions).toBeGreaterThan(5 * runs)
      expect(tally.whatIfs).toBeGreaterThan(runs / 2)
      for (const kind of kinds[version]) expect(tally[kind], kind).toBeGreaterThan(0)
    },
    60_000 + 1_000 * runs,
  )
})
