import { describe, expect, test } from 'vitest'
import { owner } from '../../../../../test/fixtures/moves.ts'
import type { Hex } from '../../model/Hex.ts'
import { trailOf } from './trailOf.ts'

const GUID: Hex = `0x${'9a'.repeat(32)}`
const OTHER: Hex = `0x${'9b'.repeat(32)}`
const direct = {
  purpose: 'supply',
  receiver: 'a',
  recipient: owner,
  assets: { source: owner, destination: owner },
  amount: 5n,
  done: {},
} as const
const received = { amount: 5n, block: 7n }

describe('trailOf', () => {
  test('default', () => {
    expect(trailOf({ guid: GUID, direct }, { guid: GUID, received })).toEqual({ ...direct, received })
  })

  test('behavior: what was seen once is kept by records that do not know of it', () => {
    const arrival = { done: {}, market: owner }
    const before = { guid: GUID, direct: { ...direct, received } }
    expect(trailOf(before, { direct: { ...direct, arrival } })).toEqual({ ...direct, received, arrival })
    expect(trailOf(before, {})).toEqual({ ...direct, received })
  })

  test('behavior: not for a message that was sent anew', () => {
    const before = { guid: GUID, direct: { ...direct, received } }
    expect(trailOf(before, { guid: OTHER })).toEqual(direct)
    expect(trailOf(before, { guid: OTHER, received: { amount: 4n, block: 9n } })).toMatchObject({
      received: { amount: 4n },
    })
  })

  test('behavior: a routed move has none', () => {
    expect(trailOf({ guid: GUID }, { guid: GUID })).toBeUndefined()
  })
})
