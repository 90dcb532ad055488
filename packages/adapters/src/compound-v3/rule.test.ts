import type { CollateralLeg, DebtLeg, KnownLegs } from '@unimargin/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cometRule } from './rule.ts'

const WAD = 10n ** 18n
const PRICE = 10n ** 10n
const asset = (decimals: number) => ({ chainId: 8453, address: '0x01', symbol: 'A', decimals }) as const

type Known = Pick<CollateralLeg<bigint>, 'amount' | 'price'> & { readonly decimals: number }
const collateralLeg = ({ amount, price, decimals }: Known, threshold: bigint): CollateralLeg<bigint> => ({
  asset: asset(decimals),
  amount,
  price,
  value: 0n,
  isCollateral: true,
  liquidationThreshold: threshold,
  loanToValue: 0n,
})
const debtLeg = ({ amount, price, decimals }: Known): DebtLeg<bigint> => ({
  asset: asset(decimals),
  amount,
  price,
  value: 0n,
  liabilityWeight: WAD,
})

describe('cometRule', () => {
  test('default', () => {
    const legs: KnownLegs = {
      collateral: [collateralLeg({ amount: 2n * WAD, price: 3_000n * WAD, decimals: 18 }, (9n * WAD) / 10n)],
      debt: [debtLeg({ amount: 4_000_000_000n, price: WAD, decimals: 6 })],
    }
    expect(cometRule.assess(legs)).toEqual({
      collateralValue: 6_000n * WAD,
      debtValue: 4_000n * WAD,
      weightedCollateral: 5_400n * WAD,
      weightedDebt: 4_000n * WAD,
      health: { status: 'known', factor: (135n * WAD) / 100n },
    })
  })

  test('behavior: each value and each weight is rounded down by itself, to 8 decimals', () => {
    const dust = { amount: 3n, price: WAD, decimals: 8 }
    const { weightedCollateral } = cometRule.assess({
      collateral: [collateralLeg(dust, WAD / 2n), collateralLeg(dust, WAD / 2n)],
      debt: [],
    })
    expect(weightedCollateral).toBe(2n * PRICE)
  })

  test('behavior: a supply of the base asset backs nothing', () => {
    const leg = { ...collateralLeg({ amount: WAD, price: WAD, decimals: 18 }, WAD), isCollateral: false }
    const { collateralValue, weightedCollateral, health } = cometRule.assess({ collateral: [leg], debt: [] })
    expect([collateralValue, weightedCollateral, health.status]).toEqual([WAD, 0n, 'no-debt'])
  })

  test('behavior: a debt that is worth nothing is never liquidated', () => {
    const dust = debtLeg({ amount: 1n, price: WAD / 10n, decimals: 18 })
    expect(cometRule.assess({ collateral: [], debt: [dust] }).health).toEqual({ status: 'known', factor: WAD })
  })

  test('behavior: below one exactly where the signed sum of Comet is below zero', () => {
    const leg = fc.record({
      amount: fc.bigInt(0n, 10n ** 26n),
      price: fc.bigInt(1n, 10n ** 14n).map((units) => units * PRICE),
      decimals: fc.constantFrom(0, 6, 8, 18),
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(leg, fc.bigInt(0n, WAD)), { maxLength: 5 }), leg, (backing, owed) => {
        const collateral = backing.map(([one, factor]) => collateralLeg(one, factor))
        const worth = ({ amount, price, decimals }: Known) => (amount * (price / PRICE)) / 10n ** BigInt(decimals)
        const sum = backing.reduce((total, [one, factor]) => total + (worth(one) * factor) / WAD, -worth(owed))
        const { health } = cometRule.assess({ collateral, debt: [debtLeg(owed)] })
        expect(health.status === 'known' && health.factor < WAD).toBe(sum < 0n)
        expect(health.status === 'no-debt').toBe(owed.amount === 0n)
      }),
    )
  })
})
