import { createDevnet, type Devnet } from '@unimargin/devnet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differPrices } from '../differential/aave-v3/differPrices.ts'
import { labTarget } from '../differential/aave-v3/labTarget.ts'

// `RUNS=200 vitest run --project devnet test/devnet/liquidationPrices` for more; `SEED` chooses others.
const { RUNS = '4', SEED = '1' } = process.env
const states = Number(RUNS)

describe.each(['3.0', '3.6'] as const)('liquidationPrices on Aave %s', (aave) => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'], aave, keepAlive: false })
  }, 120_000)
  afterAll(() => devnet?.close())

  test(
    'behavior: with the feed at the price the pool liquidates, with the feed one unit before it refuses',
    async () => {
      const tally = await differPrices({ target: labTarget(devnet, 'base'), states, seed: SEED })
      console.log(JSON.stringify(tally))
      expect(tally.states).toBe(states)
      if (states < 4) return
      for (const kind of ['falls', 'rises', 'onBothSides', 'inEMode', 'severalCollaterals', 'between'] as const) {
        expect(tally[kind], kind).toBeGreaterThan(0)
      }
    },
    60_000 + 20_000 * states,
  )
})
