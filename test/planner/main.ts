// Holds the planner to account for as long as told: RUNS (20000) random worlds against an exhaustive search and an independent
// checker, PROPERTIES (five times as many) cases of its properties, from SEED (of the clock), beginning with ROUND (0). Prints
// what should not be, with what leads back to it, and one line of JSON for each of both.
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { planMoves } from '@unimargin/sdk'
import { playProperties, playWorlds, type Round, type Rounds } from './play.ts'
import { properties } from './properties.ts'

const parts = { worlds: playWorlds, properties: playProperties }
type Part = keyof typeof parts
type Share = { readonly part: Part; readonly rounds: Rounds }

/** Milliseconds after which a round is given up: far more than any takes, since machines are busy. */
const LONGEST = 180_000
/** Cases after which a line says how far it is. */
const PROGRESS = 2_000

const { RUNS = '20000', SEED = String(Date.now()), ROUND = '0', SHARE } = process.env
const { PROPERTIES = String(5 * Number(RUNS)) } = process.env

if (SHARE === undefined) {
  console.log(`Planner: ${RUNS} worlds, ${PROPERTIES} properties, SEED=${SEED} ROUND=${ROUND}`)
  const worlds = await playAll('worlds', Number(RUNS), 1)
  const each = Object.keys(properties).length
  const between = await playAll('properties', Math.ceil(Number(PROPERTIES) / each), each)
  process.exitCode = worlds && between ? 0 : 1
} else {
  playShare(JSON.parse(SHARE))
}

/** Lets a process for each core play its share. */
async function playAll(part: Part, runs: number, each: number): Promise<boolean> {
  const began = performance.now()
  const [first, step] = [Number(ROUND), availableParallelism()]
  const kinds = new Map<string, number>()
  let [played, failed, slowest, planning] = [0, 0, 0, 0]
  const take = ({ name, kind, problems, milliseconds }: Round): void => {
    played += 1
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    slowest = Math.max(slowest, milliseconds)
    planning += milliseconds
    if (played % PROGRESS === 0)
      console.log(`${part}: ${played} of ${runs * each}, ${failed} failed, ${secondsSince(began)} s`)
    if (problems.length === 0) return
    failed += 1
    console.error(`SEED=${SEED} ${name}\n  ${problems.join('\n  ')}`)
  }
  const ends = Array.from({ length: Math.min(step, runs) }, (_, index) =>
    playRest({ part, rounds: { seed: SEED, from: first + index, to: first + runs, step } }, take),
  )
  await Promise.all(ends)
  console.log(
    JSON.stringify({
      part,
      played,
      failed,
      kinds: Object.fromEntries([...kinds].sort()),
      seconds: secondsSince(began),
      planning: { mean: Math.round((10 * planning) / Math.max(1, played)) / 10, slowest: Math.round(slowest) },
    }),
  )
  // One that died has played less than its share.
  return failed === 0 && played === runs * each
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 1_000)
}

/** A round that does not end is a failure, and the others are played all the same. */
function playRest({ part, rounds }: Share, take: (round: Round) => void): Promise<void> {
  /** The last round of which something was heard. */
  let reached: number | undefined
  const child = fork(fileURLToPath(import.meta.url), {
    env: { ...process.env, SHARE: JSON.stringify({ part, rounds }) },
  })
  const startClock = () => setTimeout(() => child.kill('SIGKILL'), LONGEST)
  let clock = startClock()
  child.on('message', (round: Round) => {
    clearTimeout(clock)
    clock = startClock()
    reached = round.round
    take(round)
  })
  return new Promise((resolve) =>
    child.on('exit', (code) => {
      clearTimeout(clock)
      if (code === 0) return resolve()
      const lost = part === 'worlds' && reached !== undefined ? reached + rounds.step : (reached ?? rounds.from)
      take({
        round: lost,
        name: `ROUND=${lost} or the next`,
        kind: 'unended',
        problems: ['it did not end'],
        milliseconds: LONGEST,
      })
      const from = lost + rounds.step
      resolve(from < rounds.to ? playRest({ part, rounds: { ...rounds, from } }, take) : undefined)
    }),
  )
}

function playShare({ part, rounds }: Share): void {
  for (const round of parts[part](rounds, planMoves)) process.send?.(round)
  process.disconnect()
}
