import { describe, expect, test } from 'vitest'
import { differCompoundV3 } from './differCompoundV3.ts'

describe('compoundV3 on random mocked Comets', () => {
  test('default', () => {
    const { RUNS = '150', SEED = 'a mocked Comet' } = process.env
    const tally = differCompoundV3({ runs: Number(RUNS), seed: SEED })
    expect(tally.states).toBe(Number(RUNS))
    expect(Object.entries(tally).filter(([, count]) => count === 0)).toEqual([])
  })
})
