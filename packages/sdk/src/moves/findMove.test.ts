import { describe, expect, test } from 'vitest'
import { GUID, stage } from '../../../../test/fixtures/fakeChain.ts'
import type { Hex } from '../model/Hex.ts'
import { findMove } from './findMove.ts'

describe('findMove', () => {
  test.each(['0x', '0x12', `${GUID}00`, `0x${'zz'.repeat(32)}`, `0x${'zz'.repeat(999)}`] as const)(
    'error: InvalidMoveReferenceError for %s, before anybody is asked',
    async (value: Hex) => {
      const { client, source, destination } = stage()
      const refused = (parameter: string) => ({ name: 'InvalidMoveReferenceError', parameter })
      const scan = { sourceOf: () => Promise.reject(new TypeError('asked')) }
      await expect(findMove(client, { guid: value, scan })).rejects.toMatchObject(refused('guid'))
      await expect(findMove(client, { hash: value, chainId: 10 })).rejects.toMatchObject(refused('hash'))
      const both = { hash: GUID, guid: value, chainId: 10 }
      await expect(findMove(client, both)).rejects.toMatchObject(refused('guid'))
      expect([...source.state.requests, ...destination.state.requests]).toEqual([])
    },
  )
})
