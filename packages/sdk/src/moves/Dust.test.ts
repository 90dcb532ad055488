import { describe, expect, test } from 'vitest'
import * as Dust from './Dust.ts'

describe('unitOf', () => {
  test('default', () => {
    expect(Dust.unitOf({ sharedDecimals: 6 }, 18)).toBe(10n ** 12n)
    expect(Dust.unitOf({ sharedDecimals: 6 }, 6)).toBe(1n)
    // No OFT is coarser than its route; a wrong configuration must not make a fraction of it.
    expect(Dust.unitOf({ sharedDecimals: 6 }, 4)).toBe(1n)
  })
})
