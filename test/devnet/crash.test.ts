import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Crashes, prepareCrashes, RESUMPTIONS } from '../crash/Crashes.ts'
import { WAYS } from '../crash/Program.ts'
import { playAll } from '../crash/playAll.ts'

// A share of the crash matrix: all of it is played by test/crash/main.ts. SEED picks other boundaries.

/** Crashes of each way of moving. */
const SHARE = 2

let crashes: Crashes

beforeAll(async () => {
  crashes = await prepareCrashes()
})

afterAll(async () => {
  await crashes?.close()
})

describe('a program that moves', () => {
  test.each(WAYS)('behavior: killed where it touches a disk, a node or a wallet, it moves once: %s', async (way) => {
    const boundaries = await crashes.boundariesOf(way)
    expect(boundaries).toBeGreaterThanOrEqual(45)
    const first = Number(process.env.SEED ?? 0) % Math.floor(boundaries / SHARE)
    const share = Array.from({ length: SHARE }, (_, index) => ({
      way,
      // From the first record on: before it nothing is meant yet.
      killAt: 15 + Math.floor(((boundaries - 15) * index) / SHARE) + (first % 10),
      resumption: RESUMPTIONS[index % RESUMPTIONS.length] ?? 'twice',
    }))
    const problems: unknown[] = []
    const tally = await playAll(crashes, share, (crash, outcome) => {
      if (outcome.problems.length > 0) problems.push({ ...crash, problems: outcome.problems })
    })
    expect(problems).toEqual([])
    expect(tally.crashes).toBe(SHARE)
  })
})
