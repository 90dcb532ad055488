import { describe, expect, test } from 'vitest'
import type { TrackedMove } from './MoveIntent.ts'
import { parseMove } from './parseMove.ts'

const address = '0x00000000000000000000000000000000000000a1'
const hash = `0x${'1d'.repeat(32)}` as const
const end = { eid: 30_010, endpoint: address, router: address, oft: address } as const
const move: TrackedMove = {
  version: 1,
  id: hash,
  owner: address,
  sourceChainId: 10,
  destinationChainId: 20,
  deadline: 1_700_000_000n,
  source: end,
  destination: end,
}

describe('parseMove', () => {
  test('default', () => {
    expect(parseMove(move)).toEqual(move)
    expect(parseMove({ ...move, hash, guid: hash, nonce: 1n, more: true })).toEqual({
      ...move,
      hash,
      guid: hash,
      nonce: 1n,
    })
  })

  test.each([
    [undefined],
    ['text'],
    [{ ...move, version: 2 }],
    [{ ...move, id: '0x1d' }],
    [{ ...move, owner: 'vitalik.eth' }],
    [{ ...move, sourceChainId: 0 }],
    [{ ...move, sourceChainId: 1.5 }],
    [{ ...move, deadline: 1_700_000_000 }],
    [{ ...move, deadline: 2n ** 64n }],
    [{ ...move, source: { ...end, eid: 2 ** 32 } }],
    [{ ...move, source: { ...end, more: 1 } }],
    [{ ...move, destination: undefined }],
    [{ ...move, hash: '0x' }],
    [{ ...move, nonce: -1n }],
  ])('error: InvalidMoveError (%#)', (value) => {
    expect(() => parseMove(value)).toThrowError(expect.objectContaining({ name: 'InvalidMoveError' }))
  })
})
