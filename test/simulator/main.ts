// Plays the tracker against modelled chains for as long as told: RUNS (10000) seeds from SEED (of the clock), beginning with ROUND (0).
// Prints what should not be, with all that happened and what leads back to it, and one line of JSON with the states that were told and
// the ways out that were taken. `SEED=… ROUND=… RUNS=1` plays one again.
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { MoveState } from '@unimargin/sdk'
import { missing } from './missing.ts'
import { play, type Round, type Rounds } from './play.ts'

/** Milliseconds after which a round is given up: far more than any takes, since machines are busy. */
const LONGEST = 180_000
const PROGRESS = 2_000
/** Seeds in which everything has to happen. */
const MANY = 2_000
/** Failures that are shown whole. */
const SHOWN = 5

const { RUNS = '10000', SEED = String(Date.now()), ROUND = '0', SHARE } = process.env

if (SHARE === undefined) {
  console.log(`Simulator: ${RUNS} seeds, SEED=${SEED} ROUND=${ROUND}`)
  process.exitCode = (await playAll(Number(RUNS))) ? 0 : 1
} else {
  for await (const round of play(JSON.parse(SHARE))) process.send?.(round)
  process.disconnect()
}

/** Lets a process for each core play its share. */
async function playAll(runs: number): Promise<boolean> {
  const began = performance.now()
  const secondsSince = () => Math.round((performance.now() - began) / 1_000)
  const [first, step] = [Number(ROUND), availableParallelism()]
  const [told, recovered] = [new Map<MoveState, number>(), new Map<string, number>()]
  let [played, failed] = [0, 0]
  const take = (round: Round): void => {
    played += 1
    for (const state of new Set(round.told)) told.set(state, (told.get(state) ?? 0) + 1)
    for (const way of new Set(round.recovered)) recovered.set(way, (recovered.get(way) ?? 0) + 1)
    if (played % PROGRESS === 0) console.log(`${played} of ${runs}, ${failed} failed, ${secondsSince()} s`)
    if (round.problems.length === 0) return
    failed += 1
    const story = failed > SHOWN ? [] : round.story.map((line) => `  ${line}`)
    console.error([`SEED=${SEED} ROUND=${round.round} RUNS=1`, ...round.problems, ...story].join('\n  '))
  }
  const shares = Array.from({ length: Math.min(step, runs) }, (_, index) =>
    playShare({ seed: SEED, from: first + index, to: first + runs, step }, take),
  )
  await Promise.all(shares)
  const counts = (kinds: ReadonlyMap<string, number>) => Object.fromEntries([...kinds].sort())
  console.log(
    JSON.stringify({ played, failed, seconds: secondsSince(), told: counts(told), recovered: counts(recovered) }),
  )
  const absent = runs < MANY ? [] : missing([{ told: [...told.keys()], recovered: [...recovered.keys()] }])
  for (const what of absent) console.error(what)
  // One that died has played less than its share.
  return failed === 0 && played === runs && absent.length === 0
}

/** A round that does not end ends its share, which then is not whole. */
function playShare(rounds: Rounds, take: (round: Round) => void): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), { env: { ...process.env, SHARE: JSON.stringify(rounds) } })
  let reached = rounds.from
  const startClock = () => setTimeout(() => child.kill('SIGKILL'), LONGEST)
  let clock = startClock()
  child.on('message', (round: Round) => {
    clearTimeout(clock)
    clock = startClock()
    reached = round.round + rounds.step
    take(round)
  })
  return new Promise((resolve) =>
    child.on('exit', (code) => {
      clearTimeout(clock)
      if (code !== 0) console.error(`SEED=${SEED} ROUND=${reached} RUNS=1: it did not end`)
      resolve()
    }),
  )
}
