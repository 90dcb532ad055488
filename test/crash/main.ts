// The whole crash matrix: a program that moves collateral over real chains is killed at every one of its boundaries, for each way
// of moving, and is started again twice, one after the other (everything is held after each), and by two at once. WAYS picks
// some of permit,approve,injected,morpho,direct,direct-batch; KILL_AT (one, or some) and RESUMPTION replay what they name; CRASHES
// plays no more than that many of them, spread over all from a place that SEED says. Prints what should not be, with what leads back
// to it, and one line of JSON.
import { type Crash, prepareCrashes, RESUMPTIONS } from './Crashes.ts'
import { WAYS } from './Program.ts'
import { playAll } from './playAll.ts'

const ways = WAYS.filter((way) => (process.env.WAYS ?? WAYS.join()).split(',').includes(way))
const resumptions = RESUMPTIONS.filter((one) => (process.env.RESUMPTION ?? one) === one)
/** The boundaries to play; all of them unless named. */
const replayed = (process.env.KILL_AT ?? '')
  .split(',')
  .filter((at) => at !== '')
  .map(Number)
const began = performance.now()
const crashes = await prepareCrashes()
try {
  const all: Crash[] = []
  const boundaries: Record<string, number> = {}
  for (const way of ways) {
    const count = await crashes.boundariesOf(way)
    boundaries[way] = count
    for (let killAt = 1; killAt <= count; killAt += 1) {
      if (!replayed.includes(killAt) && replayed.length > 0) continue
      for (const resumption of resumptions) all.push({ way, killAt, resumption })
    }
  }
  const most = Math.min(all.length, Number(process.env.CRASHES ?? all.length))
  const first = Number(process.env.SEED ?? 0) % all.length
  const chosen = Array.from({ length: most }, (_, index) => {
    const crash = all[(first + Math.floor((index * all.length) / most)) % all.length]
    return crash === undefined ? [] : [crash]
  }).flat()
  console.log(`Crash matrix: ${chosen.length} of ${all.length} crashes, boundaries ${JSON.stringify(boundaries)}`)
  const tally = await playAll(crashes, chosen, ({ way, killAt, resumption }, { problems }, played) => {
    if (problems.length > 0) {
      console.error(`WAYS=${way} KILL_AT=${killAt} RESUMPTION='${resumption}'\n  ${problems.join('\n  ')}`)
    }
    if (played % 20 === 0) console.log(`${played} of ${chosen.length}`)
  })
  const seconds = Math.round((performance.now() - began) / 1_000)
  console.log(JSON.stringify({ part: 'crash', boundaries, ...tally, seconds }))
  process.exitCode = tally.problems === 0 && chosen.length > 0 ? 0 : 1
} finally {
  await crashes.close()
}
