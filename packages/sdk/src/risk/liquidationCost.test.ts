import { describe, expect, test } from 'vitest'
import { asset, WAD } from '../../../../test/fixtures/moves.ts'
import { liquidationCost } from './liquidationCost.ts'

const weth = { asset: asset(10, 'WETH', 18), price: 2_000n * WAD }
const usdc = { asset: asset(10, 'USDC', 6), price: WAD }
const USDC = 10n ** 6n

describe('liquidationCost', () => {
  test('default: what is seized less what is forgiven', () => {
    const cost = liquidationCost({
      seized: [{ leg: weth, amount: (WAD * 21n) / 40n }],
      forgiven: [{ leg: usdc, amount: 1_000n * USDC }],
    })
    expect(cost).toBe(50n * WAD)
  })

  test('behavior: below zero where more debt goes than collateral', () => {
    const forgiven = [
      { leg: usdc, amount: 500n * USDC },
      { leg: usdc, amount: 700n * USDC },
    ]
    expect(liquidationCost({ seized: [{ leg: weth, amount: WAD / 2n }], forgiven })).toBe(-200n * WAD)
  })

  test('behavior: what is seized is rounded up, what is forgiven down', () => {
    const leg = { ...weth, price: 1n }
    expect(liquidationCost({ seized: [{ leg, amount: 1n }], forgiven: [] })).toBe(1n)
    expect(liquidationCost({ seized: [], forgiven: [{ leg, amount: 1n }] })).toBe(0n)
  })

  test('behavior: a price with more digits than a WAD counts with all of them, while it agrees', () => {
    // 1.5 units of 1e-18 for a whole token.
    const leg = { asset: weth.asset, price: 1n, exactPrice: { value: 15n, decimals: 19 } }
    expect(liquidationCost({ seized: [{ leg, amount: 2n * WAD }], forgiven: [] })).toBe(3n)
    expect(liquidationCost({ seized: [{ leg: { ...leg, price: 2n }, amount: 2n * WAD }], forgiven: [] })).toBe(4n)
    const coarse = { asset: weth.asset, price: 2n * WAD, exactPrice: { value: 2n, decimals: 0 } }
    expect(liquidationCost({ seized: [{ leg: coarse, amount: WAD }], forgiven: [] })).toBe(2n * WAD)
  })
})
