import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asset, collateralLeg, debtLeg, ETH, position, reserve, WAD } from '../../../../test/fixtures/moves.ts'
import { unknown } from '../model/Quantity.ts'
import * as WhatIf from './WhatIf.ts'

const weth = asset(10, 'WETH', 18)
const usdc = asset(10, 'USDC', 6)
const issue = { kind: 'reverted', chainId: 10, path: 'price', reason: 'stale' } as const
const YEAR = 31_536_000n

const owing = (amount: bigint) => WhatIf.knownLegs(position(10, { collateral: [], debt: [debtLeg(usdc, amount)] }))

/** What a debt of 10^30 base units is after some time. */
const grown = (borrowRate: bigint, seconds: bigint): bigint => {
  const { debt } = WhatIf.accrued('p', owing(10n ** 30n), [reserve(usdc, { borrowRate })], seconds)
  return debt[0]?.amount ?? 0n
}

describe('knownLegs', () => {
  test('behavior: leaves out what is unknown and backs nothing', () => {
    const idle = collateralLeg(weth, ETH, { price: unknown(issue), isCollateral: false })
    const { collateral } = WhatIf.knownLegs(position(10, { collateral: [idle, collateralLeg(usdc, 5n)], debt: [] }))
    expect(collateral.map((leg) => leg.asset.symbol)).toEqual(['USDC'])
  })
})

describe('withdrawn', () => {
  test('default', () => {
    const legs = WhatIf.knownLegs(
      position(10, { collateral: [collateralLeg(weth, ETH), collateralLeg(usdc, 5n)], debt: [] }),
    )
    const amounts = (amount: bigint) =>
      WhatIf.withdrawn(legs, reserve(weth), amount).collateral.map((leg) => leg.amount)
    expect(amounts(1n)).toEqual([ETH - 1n, 5n])
    expect(amounts(ETH)).toEqual([5n])
    expect(amounts(2n * ETH)).toEqual([5n])
  })
})

describe('supplied', () => {
  test('default', () => {
    const legs = WhatIf.knownLegs(position(10, { collateral: [collateralLeg(weth, ETH)], debt: [] }))
    const priced = { ...reserve(weth), price: 2_000n * WAD }
    expect(WhatIf.supplied(legs, priced, 5n).collateral).toMatchObject([{ amount: ETH + 5n }])
    expect(WhatIf.supplied(owing(1n), priced, 5n).collateral).toMatchObject([{ amount: 5n, isCollateral: true }])
    expect(WhatIf.supplied(legs, priced, 0n)).toBe(legs)
    expect(WhatIf.supplied(legs, priced, -2n)).toBe(legs)
  })
})

describe('accrued', () => {
  test('default', () => {
    // 5 % for half an hour: 2.85 parts in a million.
    const amount = grown(WAD / 20n, 1_800n)
    expect(amount).toBeGreaterThan(10n ** 30n + 2_853_881n * 10n ** 18n)
    expect(amount).toBeLessThan(10n ** 30n + 2_853_900n * 10n ** 18n)
    expect(grown(0n, 0n)).toBeGreaterThanOrEqual(10n ** 30n)
  })

  test('behavior: is never less than compounding, and near it where interest is small', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 300n * WAD }), fc.bigInt({ min: 0n, max: 604_800n }), (rate, seconds) => {
        const exponent = Number((rate * seconds) / YEAR) / 1e18
        const ratio = Number(grown(rate, seconds)) / 1e30
        expect(ratio).toBeGreaterThanOrEqual(Math.exp(exponent) * (1 - 1e-9))
        if (exponent < 1) expect(ratio).toBeLessThanOrEqual(1 + exponent + exponent ** 2 + 1e-9)
      }),
    )
  })

  test('behavior: a nonsensical rate ends in a huge debt, not in an endless one', () => {
    expect(grown(10n ** 60n, 604_800n)).toBe(grown(10n ** 50n, 604_800n))
  })

  test('error: UnknownHealthError without the rate', () => {
    expect(() => WhatIf.accrued('p', owing(1n), [], 1n)).toThrowError(
      expect.objectContaining({ name: 'UnknownHealthError' }),
    )
  })
})
