import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { type PositionFacts, Wad } from '@unimargin/sdk'
import { maxUint256, zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { type AccountData, compareAccount } from './compareAccount.ts'

const rule = Object.values(aaveV3({ chainId: 1, pool: zeroAddress }).rules)[0]
const asset = { chainId: 1, address: zeroAddress, symbol: 'T', decimals: 18 } as const
const facts: PositionFacts = {
  owner: zeroAddress,
  rule: 'aave-v3/3.0',
  collateral: [
    {
      asset,
      amount: 3n * Wad.WAD,
      price: 1_000n * Wad.WAD,
      value: 0n,
      isCollateral: true,
      liquidationThreshold: Wad.fromDecimal('0.8'),
      loanToValue: Wad.fromDecimal('0.75'),
    },
  ],
  debt: [{ asset, amount: Wad.WAD, price: 1_000n * Wad.WAD, value: 0n, liabilityWeight: Wad.WAD }],
  details: {},
}
const theirs: AccountData = [3_000n * 10n ** 8n, 1_000n * 10n ** 8n, 0n, 8_000n, 7_500n, Wad.fromDecimal('2.4')]

describe('compareAccount', () => {
  test('default', () => {
    expect(rule && compareAccount(facts, rule, theirs)).toEqual([])
    const empty: AccountData = [0n, 0n, 0n, 0n, 0n, maxUint256]
    expect(rule && compareAccount({ ...facts, collateral: [], debt: [] }, rule, empty)).toEqual([])
  })

  test.each([
    [0, 'totalCollateralBase'],
    [1, 'totalDebtBase'],
    [3, 'currentLiquidationThreshold'],
    [4, 'loanToValue'],
    [5, 'healthFactor'],
  ])('behavior: one wei of difference in number %d is told', (index, name) => {
    const off = theirs.map((value, at) => (at === index ? value + 1n : value)) as unknown as AccountData
    expect(rule && compareAccount(facts, rule, off)).toEqual([expect.stringMatching(`^${name}: \\d+ ≠ \\d+$`)])
  })

  test('behavior: an unknown debt equals nothing', () => {
    const blind: PositionFacts = {
      ...facts,
      debt: [{ ...facts.debt[0], amount: { status: 'unknown', issues: [] } } as never],
    }
    expect(rule && compareAccount(blind, rule, theirs)).toHaveLength(2)
  })
})
