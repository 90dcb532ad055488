// Plays random states of Venus for as long as told: RUNS (2000) or MINUTES (no limit), SEED (from the clock), ROUND (0). Prints one JSON line.
import { playVenus } from './playVenus.ts'

const { RUNS = '2000', SEED = String(Date.now()), ROUND = '0', MINUTES } = process.env
console.log(`Venus isolated pools: ${RUNS} random states, SEED=${SEED} ROUND=${ROUND}`)
const began = Date.now()
try {
  const tally = await playVenus({
    runs: Number(RUNS),
    seed: SEED,
    round: Number(ROUND),
    ...(MINUTES && { until: began + Number(MINUTES) * 60_000 }),
  })
  console.log(JSON.stringify({ ...tally, seconds: (Date.now() - began) / 1_000 }))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
