// The whole crash matrix: a program that moves collateral over real chains is killed at every one of its boundaries, for each way
// of signing, and is started again twice, one after the other (everything is held after each), and by two at once. WAYS picks some of permit,approve,injected; KILL_AT and
// RESUMPTION replay one. Prints what should not be, with what leads back to it, and one line of JSON.
import { type Crash, prepareCrashes, RESUMPTIONS } from './Crashes.ts'
import { WAYS } from './Program.ts'
import { playAll } from './playAll.ts'

const ways = WAYS.filter((way) => (process.env.WAYS ?? WAYS.join()).split(',').includes(way))
const resumptions = RESUMPTIONS.filter((one) => (process.env.RESUMPTION ?? one) === one)
const began = performance.now()
const crashes = await prepareCrashes()
try {
  const all: Crash[] = []
  const boundaries: Record<string, number> = {}
  for (const way of ways) {
    const count = await crashes.boundariesOf(way)
    boundaries[way] = count
    for (let killAt = 1; killAt <= count; killAt += 1) {
      if (Number(process.env.KILL_AT ?? killAt) !== killAt) continue
      for (const resumption of resumptions) all.push({ way, killAt, resumption })
    }
  }
  console.log(`Crash matrix: ${all.length} crashes, boundaries ${JSON.stringify(boundaries)}`)
  const tally = await playAll(crashes, all, ({ way, killAt, resumption }, { problems }, played) => {
    if (problems.length > 0) {
      console.error(`WAYS=${way} KILL_AT=${killAt} RESUMPTION='${resumption}'\n  ${problems.join('\n  ')}`)
    }
    if (played % 20 === 0) console.log(`${played} of ${all.length}`)
  })
  const seconds = Math.round((performance.now() - began) / 1_000)
  console.log(JSON.stringify({ part: 'crash', boundaries, ...tally, seconds }))
  process.exitCode = tally.problems === 0 && all.length > 0 ? 0 : 1
} finally {
  await crashes.close()
}
