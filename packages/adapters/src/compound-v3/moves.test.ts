import { describe, expect, test } from 'vitest'
import { plainReserve } from '../../test/plainReserve.ts'
import { routed } from './moves.ts'

const comet = '0x00000000000000000000000000000000000000cc'

describe('routed', () => {
  const { place, pullAuthorization, canPull } = routed(comet)

  test('default', () => {
    // A Comet is a market by itself.
    expect(place).toBeUndefined()
    expect(pullAuthorization({ reserve: plainReserve, amount: 1n, supplied: 1n })).toEqual({
      kind: 'comet-allow',
      contract: comet,
    })
  })

  test('behavior: the base asset stays', () => {
    expect([canPull?.(plainReserve), canPull?.({ ...plainReserve, collateralToken: comet })]).toEqual([true, false])
  })
})
