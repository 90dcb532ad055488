import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asset, collateralLeg, debtLeg, ETH, reserve, WAD } from '../../../../test/fixtures/moves.ts'
import type { CollateralLeg, KnownLegs } from '../model/Leg.ts'
import { unknown } from '../model/Quantity.ts'
import * as Legs from './Legs.ts'

const weth = asset(10, 'WETH', 18)
const usdc = asset(10, 'USDC', 6)
const issue = { kind: 'reverted', chainId: 10, path: 'price', reason: 'stale' } as const
const YEAR = 31_536_000n

function legsOf(facts: Parameters<typeof Legs.known>[0]): KnownLegs {
  const legs = Legs.known(facts)
  if ('status' in legs) throw new TypeError('the legs are known')
  return legs
}

function firstOf(leg: CollateralLeg): CollateralLeg<bigint> {
  return { ...leg, amount: 0n, price: 2_000n * WAD, value: 0n }
}

const amounts = (legs: readonly { readonly amount: unknown }[]) => legs.map(({ amount }) => amount)
const both = legsOf({ collateral: [collateralLeg(weth, ETH), collateralLeg(usdc, 5n)], debt: [debtLeg(usdc, 7n)] })
const owing = legsOf({ collateral: [], debt: [debtLeg(usdc, 10n ** 30n)] })

/** What a debt of 10^30 base units is after some time. */
const grown = (borrowRate: bigint, seconds: bigint): bigint => {
  const legs = Legs.accruedAtMost(owing, [reserve(usdc, { borrowRate })], seconds)
  return 'status' in legs ? 0n : (legs.debt[0]?.amount ?? 0n)
}

describe('known', () => {
  test('behavior: leaves out what is unknown and backs nothing, or is nothing', () => {
    const idle = collateralLeg(weth, ETH, { price: unknown(issue), isCollateral: false })
    const nothing = collateralLeg(weth, 0n, { price: unknown(issue) })
    const { collateral } = legsOf({ collateral: [idle, nothing, collateralLeg(usdc, 5n)], debt: [] })
    expect(collateral.map((leg) => leg.asset.symbol)).toEqual(['USDC'])
  })

  test('behavior: is unknown as soon as a number is that counts', () => {
    const lost = unknown(issue)
    expect(Legs.known({ collateral: [collateralLeg(weth, ETH, { price: lost })], debt: [] })).toEqual(lost)
    expect(Legs.known({ collateral: [], debt: [debtLeg(usdc, 1n, { amount: lost, price: lost })] })).toEqual(lost)
  })
})

describe('withdrawn', () => {
  test('default', () => {
    expect(amounts(Legs.withdrawn(both, weth.address, 1n).collateral)).toEqual([ETH - 1n, 5n])
    expect(amounts(Legs.withdrawn(both, weth.address.toUpperCase(), ETH).collateral)).toEqual([5n])
    expect(amounts(Legs.withdrawn(both, weth.address, 2n * ETH).collateral)).toEqual([5n])
  })

  test('behavior: an unknown amount stays unknown', () => {
    const lost = { collateral: [collateralLeg(weth, 0n, { amount: unknown(issue) })], debt: [] }
    expect(Legs.withdrawn(lost, weth.address, 1n)).toEqual(lost)
    const [leg] = lost.collateral
    if (leg !== undefined) expect(Legs.supplied(lost, leg, 1n)).toEqual(lost)
  })
})

describe('an asset with two legs, one of which backs nothing', () => {
  const [lent, backing] = [collateralLeg(weth, 5n, { isCollateral: false }), collateralLeg(weth, 7n)]
  const two = legsOf({ collateral: [lent, backing], debt: [] })

  test('behavior: gives what backs first, and each unit once', () => {
    expect(amounts(Legs.withdrawn(two, weth.address, 3n).collateral)).toEqual([5n, 4n])
    expect(amounts(Legs.withdrawn(two, weth.address, 9n).collateral)).toEqual([3n])
    expect(amounts(Legs.withdrawn(two, weth.address, 12n).collateral)).toEqual([])
  })

  test('behavior: gets into the one that is meant', () => {
    expect(amounts(Legs.supplied(two, firstOf(backing), 2n).collateral)).toEqual([5n, 9n])
    expect(amounts(Legs.supplied(two, firstOf(lent), 2n).collateral)).toEqual([7n, 7n])
    // What is held and backs nothing backs nothing when more of it comes.
    expect(Legs.supplied(legsOf({ collateral: [lent], debt: [] }), firstOf(backing), 2n).collateral).toEqual([
      { ...lent, amount: 7n },
    ])
  })
})

describe('repaid', () => {
  test('default', () => {
    expect(amounts(Legs.repaid(both, usdc.address, 3n).debt)).toEqual([4n])
    expect(amounts(Legs.repaid(both, usdc.address, 8n).debt)).toEqual([])
    expect(Legs.repaid(both, weth.address, 8n)).toEqual(both)
  })
})

describe('supplied', () => {
  test('default', () => {
    const first = firstOf(collateralLeg(weth, 0n))
    expect(amounts(Legs.supplied(both, first, 5n).collateral)).toEqual([ETH + 5n, 5n])
    expect(Legs.supplied(owing, first, 5n).collateral).toEqual([{ ...first, amount: 5n }])
    expect(Legs.supplied(both, first, 0n)).toBe(both)
    expect(Legs.supplied(both, first, -2n)).toBe(both)
  })
})

describe('borrowed', () => {
  test('default', () => {
    const [leg] = both.debt
    if (leg === undefined) throw new TypeError('there is a debt')
    const first = { ...leg, amount: 0n, asset: weth }
    expect(amounts(Legs.borrowed(both, { ...leg, amount: 0n }, 2n).debt)).toEqual([9n])
    expect(Legs.borrowed(both, first, 2n).debt).toEqual([leg, { ...first, amount: 2n }])
    expect(Legs.borrowed(both, first, 0n)).toBe(both)
  })
})

describe('accruedAtMost', () => {
  test('default', () => {
    // 5 % for half an hour: 2.85 parts in a million.
    const amount = grown(WAD / 20n, 1_800n)
    expect(amount).toBeGreaterThan(10n ** 30n + 2_853_881n * 10n ** 18n)
    expect(amount).toBeLessThan(10n ** 30n + 2_853_900n * 10n ** 18n)
    expect(grown(WAD, 0n)).toBe(10n ** 30n)
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

  test('behavior: is unknown where a rate is, or the reserve', () => {
    expect(Legs.accruedAtMost(owing, [reserve(usdc, { borrowRate: unknown(issue) })], 1n)).toEqual(unknown(issue))
    expect(Legs.accruedAtMost(owing, [], 1n)).toMatchObject({ issues: [{ path: 'reserves.USDC.borrowRate' }] })
    expect(Legs.accruedAtMost(owing, [], 0n)).toEqual(owing)
  })
})
