import type { Asset, CollateralLeg, DebtLeg } from '@unimargin/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compoundRule, toExactPrice, venusRule } from './rule.ts'

const WAD = 10n ** 18n
const asset = (decimals: number): Asset => ({
  chainId: 1,
  address: '0x0000000000000000000000000000000000000001',
  symbol: 'A',
  decimals,
})
const collateral = (legs: Partial<CollateralLeg<bigint>> & { readonly decimals?: number }): CollateralLeg<bigint> => ({
  asset: asset(legs.decimals ?? 18),
  amount: WAD,
  price: WAD,
  value: WAD,
  isCollateral: true,
  liquidationThreshold: (8n * WAD) / 10n,
  loanToValue: (8n * WAD) / 10n,
  ...legs,
})
const debt = (legs: Partial<DebtLeg<bigint>> & { readonly decimals?: number }): DebtLeg<bigint> => ({
  asset: asset(legs.decimals ?? 18),
  amount: WAD / 2n,
  price: WAD,
  value: WAD / 2n,
  liabilityWeight: WAD,
  ...legs,
})

describe('assess', () => {
  test('default: weighted collateral over debt, rounded down', () => {
    const { health, weightedCollateral, weightedDebt } = venusRule.assess({
      collateral: [collateral({})],
      debt: [debt({ amount: 3n * 10n ** 17n })],
    })
    expect([weightedCollateral, weightedDebt]).toEqual([8n * 10n ** 17n, 3n * 10n ** 17n])
    expect(health).toEqual({ status: 'known', factor: 2_666_666_666_666_666_666n })
  })

  test('behavior: the order of the products is the protocol’s own', () => {
    // Rate 1.5 wei-ratios make the two orders differ: ⌊0.7·⌊1.5·3⌋⌋ and ⌊⌊0.7·1.5⌋·3⌋ in the last digit.
    const leg = collateral({
      liquidationThreshold: 7n * 10n ** 17n,
      shares: { balance: WAD, rate: 15n },
      amount: 15n,
      price: WAD / 10n,
    })
    const weighted = [venusRule, compoundRule].map(
      (rule) => rule.assess({ collateral: [leg], debt: [] }).weightedCollateral,
    )
    // ⌊0.7 · ⌊15 · 0.1⌋⌋ = 0 and ⌊⌊0.7 · 15⌋ · 0.1⌋ = 1
    expect(weighted).toEqual([0n, 1n])
  })

  test('behavior: prices keep the digits that a WAD cannot hold', () => {
    const exactPrice = toExactPrice(123_456_789_012_345_678_901_234_567_890n, 6)
    const price = exactPrice.value / 10n ** 12n
    const leg = debt({ decimals: 6, amount: 999_999_999_999n, price, exactPrice })
    expect(venusRule.assess({ collateral: [], debt: [leg] }).debtValue).toBe(
      (999_999_999_999n * exactPrice.value) / WAD,
    )
    // A what-if changes the price alone.
    expect(venusRule.assess({ collateral: [], debt: [{ ...leg, price: WAD }] }).debtValue).toBe(
      999_999_999_999n * 10n ** 12n,
    )
  })

  test('behavior: an amount that was changed makes its own shares', () => {
    const shares = { balance: 50n, rate: 2n * WAD }
    const of = (amount: bigint) =>
      venusRule.assess({ collateral: [collateral({ amount, shares })], debt: [] }).collateralValue
    expect([of(100n), of(40n)]).toEqual([100n, 40n])
  })

  test('behavior: a debt that the protocol leaves out weighs nothing', () => {
    expect(venusRule.assess({ collateral: [], debt: [debt({ liabilityWeight: 0n })] }).health).toEqual({
      status: 'no-debt',
    })
  })

  test('behavior: more collateral never lowers the health, more debt never raises it', () => {
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 30n })
    fc.assert(
      fc.property(amounts, amounts, fc.constantFrom(venusRule, compoundRule), (more, owed, rule) => {
        const base = { collateral: [collateral({})], debt: [debt({ amount: owed })] }
        const before = rule.assess(base)
        const after = rule.assess({ ...base, collateral: [...base.collateral, collateral({ amount: more })] })
        const worse = rule.assess({ ...base, debt: [...base.debt, debt({ amount: more })] })
        expect(after.weightedCollateral >= before.weightedCollateral).toBe(true)
        expect(worse.weightedDebt >= before.weightedDebt).toBe(true)
      }),
    )
  })
})
