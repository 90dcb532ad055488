import { describe, expect, test } from 'vitest'
import * as Random from '../differential/Random.ts'
import { bruteForce } from './bruteForce.ts'
import { isRefuted } from './refute.ts'
import { randomWorld } from './worlds.ts'

describe('isRefuted', () => {
  test('default', () => {
    // What has a plan is never refuted, and most of what has none is.
    let [planned, refuted, none] = [0, 0, 0]
    for (let round = 0; round < 150; round += 1) {
      const { context, parameters } = randomWorld(Random.create(`refute/${round}`))
      const { best, lowerBound } = bruteForce(context, parameters, { most: 200 })
      const is = isRefuted(context, parameters)
      if (best !== undefined) planned += 1
      if (lowerBound === undefined) none += 1
      if (is) refuted += 1
      expect(is && best !== undefined, `refute/${round}`).toBe(false)
    }
    expect(planned).toBeGreaterThan(30)
    expect(none).toBeGreaterThan(30)
    expect(refuted).toBeGreaterThan((none * 8) / 10)
  })
})
