import { expect, test } from 'vitest'
import { playMonotonicity } from './playMonotonicity.ts'

// The rest of 100,000 is `pnpm fuzz`.
test('property: adding any fault never raises a health and never lowers a debt', async () => {
  const tally = await playMonotonicity({ cases: 1_500, seed: process.env.SEED ?? 'ci' })
  // It says something only where views are known in part, and where quorums had somebody to tell the truth.
  expect(tally.cases).toBeGreaterThanOrEqual(1_500)
  expect(tally.known).toBeGreaterThan(500)
  expect(tally.partly).toBeGreaterThan(300)
  expect(tally.unread).toBeGreaterThan(300)
  expect(tally.conservative).toBeGreaterThan(50)
  expect(tally.quorums).toBeGreaterThan(10)
})
