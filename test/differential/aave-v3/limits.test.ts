import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import { createDevnet, type Devnet } from '@unimargin/devnet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareHeadroom, type HeadroomTally } from '../compareHeadroom.ts'
import { differLimits } from './differLimits.ts'
import { labTarget } from './labTarget.ts'

// `RUNS=2000 vitest run --project devnet test/differential/aave-v3/limits` for more; `SEED` and `ROUND` lead back to a failure.
const { RUNS = '60', SEED = '1', ROUND = '0' } = process.env
const runs = Number(RUNS)

describe.each(['3.0', '3.6'] as const)('lending on Aave %s', (aave) => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'], aave, keepAlive: false })
  }, 120_000)
  afterAll(() => devnet.close())

  test(
    'behavior: limits hold to the unit, and changes have the effect that was foretold',
    async () => {
      const target = labTarget(devnet, 'base')
      const adapter = aaveV3({ chainId: target.chainId, pool: target.pool, lending: aaveV3Lending })
      const headrooms: HeadroomTally[] = []
      const tally = await differLimits({
        target,
        runs,
        seed: SEED,
        round: Number(ROUND),
        visit: async ({ reading }) => {
          headrooms.push(compareHeadroom(adapter, reading))
        },
      })
      console.log(JSON.stringify(tally))
      expect(tally.runs).toBe(runs)
      // What a run of this size must have met; less would mean that the states are not what they are meant to be.
      if (runs < 60) return
      for (const action of ['supply', 'withdraw', 'borrow', 'repay'] as const) {
        expect(tally.proved[action], `${action} proved`).toBeGreaterThan(0)
        expect(tally.refused[action], `${action} refused`).toBeGreaterThan(0)
        expect(tally.foretold[action], `${action} foretold`).toBeGreaterThan(0)
      }
      for (const reason of ['borrow loan-to-value', 'borrow liquidity', 'withdraw health', 'supply cap']) {
        expect(tally.by[reason], reason).toBeGreaterThan(0)
      }
      for (const kind of ['limits', 'byHealth', 'targets'] as const) {
        expect(
          headrooms.reduce((sum, headroom) => sum + headroom[kind], 0),
          `headroom ${kind}`,
        ).toBeGreaterThan(0)
      }
      for (const kind of ['below', 'prices', 'inEMode', 'isolated'] as const) {
        expect(tally[kind], kind).toBeGreaterThan(0)
      }
    },
    60_000 + 2_000 * runs,
  )
})
