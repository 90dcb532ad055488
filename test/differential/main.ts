// Plays random Aave states for as long as told: RUNS (2000), SEED (from the clock), ROUND (0). Prints one JSON line.
import { createDevnet } from '@unimargin/devnet'
import { differAaveV3 } from './aave-v3/differAaveV3.ts'
import { labTarget } from './aave-v3/labTarget.ts'

const { RUNS = '2000', SEED = String(Date.now()), ROUND = '0' } = process.env
console.log(`Aave V3: ${RUNS} random states, SEED=${SEED} ROUND=${ROUND}`)
try {
  const devnet = await createDevnet({ chains: ['base'] })
  const began = Date.now()
  try {
    const target = labTarget(devnet, 'base')
    const tally = await differAaveV3({ target, runs: Number(RUNS), seed: SEED, round: Number(ROUND) })
    console.log(JSON.stringify({ ...tally, seconds: (Date.now() - began) / 1_000 }))
  } finally {
    await devnet.close()
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
