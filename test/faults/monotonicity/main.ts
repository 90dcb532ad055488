// Adds faults to random accounts for as long as told: RUNS (100000) cases, SEED (from the clock), ROUND (0). Prints one line.
import { playMonotonicity } from './playMonotonicity.ts'

const { RUNS = '100000', SEED = String(Date.now()), ROUND = '0' } = process.env
console.log(`Monotonicity: ${RUNS} cases, SEED=${SEED} ROUND=${ROUND}`)
try {
  const began = performance.now()
  const tally = await playMonotonicity({ cases: Number(RUNS), seed: SEED, round: Number(ROUND) })
  console.log(JSON.stringify({ ...tally, seconds: Math.round((performance.now() - began) / 1_000) }))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
