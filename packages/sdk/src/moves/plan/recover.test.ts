import { describe, expect, test } from 'vitest'
import { factor, idOf, world } from '../../../../../test/fixtures/planner.ts'
import { planMoves } from '../planMoves.ts'

const gas = { withdraw: 0n, supply: 0n, repay: 0n, send: 0n }

describe('recover', () => {
  test('behavior: of two that could pay each other’s debts in circles, as far as the order of their steps allows', () => {
    const one = { chain: 10, name: 'one', collateral: { USDC: 10_000 }, debt: { WETH: 3 } }
    const other = { chain: 10, name: 'other', collateral: { WETH: 5 }, debt: { USDC: 7_000 } }
    const { context, view } = world(one, other)
    const result = planMoves(context, {
      view,
      targets: factor(50),
      floors: { [idOf(one)]: factor(1.1), [idOf(other)]: factor(1.1) },
      routes: [],
      costs: { chains: { 10: gas } },
      horizon: 0n,
    })
    if (result.status !== 'unsavable' || result.recoverable.status !== 'known') throw new TypeError('it is unsavable')
    // One gives 1,750 to its floor, (8,000 − 0.8 · 1,750) / 6,000 = 1.1; were other to give 1,121.59 of ether then, and no more
    // happened, both would be at 1.3529. They do better where one gives again after it got.
    expect(Number(result.recoverable.factor) / 1e18).toBeGreaterThan(1.3529)
    expect(Number(result.recoverable.factor) / 1e18).toBeLessThan(2)
  })
})
