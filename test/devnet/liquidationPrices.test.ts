import { createDevnet, type Devnet } from '@unimargin/devnet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differPrices as differAavePrices } from '../differential/aave-v3/differPrices.ts'
import { labTarget } from '../differential/aave-v3/labTarget.ts'
import { differPrices as differMorphoPrices } from '../differential/morpho-blue/differPrices.ts'
import { labTarget as morphoTarget } from '../differential/morpho-blue/labTarget.ts'

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
      const tally = await differAavePrices({ target: labTarget(devnet, 'base'), states, seed: SEED })
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

describe('liquidationPrices on Morpho Blue', () => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'], keepAlive: false })
  }, 120_000)
  afterAll(() => devnet?.close())

  test(
    'behavior: with the oracle at the price Morpho liquidates, with the oracle one unit before it refuses',
    async () => {
      const count = 4 * states
      const tally = await differMorphoPrices({ target: morphoTarget(devnet, 'base'), states: count, seed: SEED })
      console.log(JSON.stringify(tally))
      expect(tally.states).toBe(count)
      if (states >= 4) expect(tally.falls).toBeGreaterThan(20)
    },
    60_000 + 20_000 * states,
  )
})
