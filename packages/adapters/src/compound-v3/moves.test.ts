import type { Reserve } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import { routed } from './moves.ts'

const comet = '0x00000000000000000000000000000000000000cc'

const collateral: Reserve = {
  asset: { chainId: 1, address: '0x0000000000000000000000000000000000000001', symbol: 'WETH', decimals: 18 },
  price: 0n,
  liquidationThreshold: 85n * 10n ** 16n,
  loanToValue: 80n * 10n ** 16n,
  liquidationBonus: 0n,
  supplyRoom: undefined,
  borrowRoom: undefined,
  availableLiquidity: 0n,
  supplyRate: 0n,
  borrowRate: 0n,
  supplyBlockedBy: [],
  withdrawBlockedBy: [],
  borrowBlockedBy: [],
}

describe('routed', () => {
  const { place, pullAuthorization, canPull } = routed(comet)

  test('default', () => {
    // A Comet is a market by itself.
    expect(place).toBeUndefined()
    expect(pullAuthorization({ reserve: collateral, amount: 1n, supplied: 1n })).toEqual({
      kind: 'comet-allow',
      contract: comet,
    })
  })

  test('behavior: the base asset stays', () => {
    expect([canPull?.(collateral), canPull?.({ ...collateral, collateralToken: comet })]).toEqual([true, false])
  })
})
