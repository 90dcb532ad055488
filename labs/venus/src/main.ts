// Plays random states of Venus for as long as told: RUNS (2000) or MINUTES (no limit), SEED (from the clock), ROUND (0), and
// PLAY=liquidation for liquidations alone. Prints one JSON line.
import { playLiquidations, playVenus } from './playVenus.ts'

const { RUNS = '2000', SEED = String(Date.now()), ROUND = '0', MINUTES, PLAY = 'all' } = process.env
const play = PLAY === 'liquidation' ? playLiquidations : playVenus
console.log(`Venus isolated pools: ${RUNS} random states, PLAY=${PLAY} SEED=${SEED} ROUND=${ROUND}`)
const began = Date.now()
try {
  const tally = await play({
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
