// Plays random compositions of faults: RUNS (10000) of them, from SEED (of the clock), beginning with ROUND (0). Prints what
// should not be, with what leads back to it, and one line of JSON.
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { compositionOf } from './compositions.ts'
import { fetchFrom } from './fetchFrom.ts'
import { mockedStage } from './mockedStage.ts'
import { type Outcome, play } from './play.ts'

type Share = { readonly seed: string; readonly from: number; readonly to: number; readonly step: number }

/** Most of a case is waiting. */
const AT_ONCE = 8

const { RUNS = '10000', SEED = String(Date.now()), ROUND = '0', SHARE } = process.env

if (SHARE === undefined) await playAll()
else await playShare(JSON.parse(SHARE))

/** Lets a process for each core play its share. */
async function playAll(): Promise<void> {
  console.log(`Faults: ${RUNS} random compositions, SEED=${SEED} ROUND=${ROUND}`)
  const began = Date.now()
  const [runs, first, step] = [Number(RUNS), Number(ROUND), availableParallelism()]
  let [played, struck, failed] = [0, 0, 0]
  const take = ({ name, problems, strikes }: Outcome): void => {
    played += 1
    if (strikes > 0) struck += 1
    if (problems.length === 0) return
    failed += 1
    console.error(`SEED=${SEED} ${name}\n  ${problems.join('\n  ')}`)
  }
  const ends = Array.from({ length: step }, (_, index) => {
    const share: Share = { seed: SEED, from: first + index, to: first + runs, step }
    const child = fork(fileURLToPath(import.meta.url), { env: { ...process.env, SHARE: JSON.stringify(share) } })
    child.on('message', (outcome: Outcome) => take(outcome))
    return new Promise<void>((resolve) => child.on('exit', () => resolve()))
  })
  await Promise.all(ends)
  console.log(JSON.stringify({ played, struck, failed, seconds: (Date.now() - began) / 1_000 }))
  // One that died has played less than its share.
  process.exitCode = failed === 0 && played === runs ? 0 : 1
}

async function playShare({ seed, from, to, step }: Share): Promise<void> {
  const strayed: string[] = []
  globalThis.fetch = async () => {
    strayed.push('by the global fetch')
    throw new TypeError('fetch failed')
  }
  const stage = mockedStage('mocked chains', async (nodes) => ({
    urlOf: ({ url }) => url,
    fetch: fetchFrom(nodes, (host) => strayed.push(`to ${host}`)),
    close: async () => {},
  }))
  const unhandled: unknown[] = []
  process.on('unhandledRejection', (reason) => unhandled.push(reason))
  let next = from
  const work = async (): Promise<void> => {
    for (let round = next; round < to; round = next) {
      next += step
      const outcome = await play(stage, compositionOf(seed, round))
      const problems = [
        ...outcome.problems,
        ...strayed.splice(0).map((where) => `about then a request left the configured hosts, ${where}`),
        ...unhandled.splice(0).map((reason) => `about then a rejection was not handled: ${String(reason)}`),
      ]
      process.send?.({ ...outcome, problems })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  process.disconnect()
}
