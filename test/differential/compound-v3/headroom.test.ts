import { expect, test } from 'vitest'
import { vectors } from '../../vectors/compoundV3.ts'
import { compareHeadroom } from '../compareHeadroom.ts'
import { adapter, readVector } from './readVector.ts'

// Limits are held against a real Comet in vectors.test.ts.

test('headroom behavior: in every measured state of a real Comet it is what the limits and the rule say', () => {
  const sums = { limits: 0, belowLimits: 0, byHealth: 0, targets: 0, unknown: 0 }
  for (const snapshot of vectors.snaps) {
    const { state, position } = readVector(snapshot)
    const tally = compareHeadroom(
      adapter,
      { state, positions: [{ status: 'ok', value: position }] },
      { limitsAreStored: true },
    )
    for (const kind of ['limits', 'belowLimits', 'byHealth', 'targets', 'unknown'] as const) sums[kind] += tally[kind]
  }
  expect(sums).toMatchInlineSnapshot(`
    {
      "belowLimits": 13,
      "byHealth": 0,
      "limits": 3006,
      "targets": 192,
      "unknown": 4,
    }
  `)
})
