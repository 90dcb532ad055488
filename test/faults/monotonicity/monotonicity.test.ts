import { expect, test } from 'vitest'
import { playMonotonicity } from './playMonotonicity.ts'

// The rest of 100,000 is `pnpm fuzz`.
test('property: adding any fault never raises a health and never lowers a debt', async () => {
  const tally = await playMonotonicity({ cases: 750, seed: process.env.SEED ?? 'ci' })
  // It says something only where views are known in part, and where quorums had somebody to tell the truth.
  expect(tally.cases).toBeGreaterThanOrEqual(750)
  expect(tally.known).toBeGreaterThan(250)
  expect(tally.partly).toBeGreaterThan(150)
  expect(tally.unread).toBeGreaterThan(150)
  expect(tally.conservative).toBeGreaterThan(25)
  expect(tally.quorums).toBeGreaterThan(5)
})
