import type { Reserve } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import { plainReserve } from '../../test/plainReserve.ts'
import { routed } from './moves.ts'

const morpho = '0x00000000000000000000000000000000000000bb'
const marketId = `0x${'77'.repeat(32)}` as const

const reserve = (liquidationThreshold: bigint): Reserve => ({ ...plainReserve, liquidationThreshold })

describe('routed', () => {
  const { place, pullAuthorization, canPull } = routed(morpho, marketId)

  test('default', () => {
    expect(place).toEqual({ market: morpho, marketId })
    const collateral = reserve(86n * 10n ** 16n)
    expect(pullAuthorization({ reserve: collateral, amount: 1n, supplied: 1n })).toEqual({
      kind: 'morpho-authorization',
      contract: morpho,
    })
  })

  test('behavior: what is lent to others stays', () => {
    expect([canPull?.(reserve(1n)), canPull?.(reserve(0n))]).toEqual([true, false])
  })
})
