import { type Asset, type CollateralLeg, type DebtLeg, Exact, type KnownLegs, Wad } from '@unimargin/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { priceDecimals, rule } from './rule.ts'

const lltv = Wad.fromDecimal('0.86')

function asset(decimals: number, index: number): Asset {
  return { chainId: 1, address: `0x${String(index).padStart(40, '0')}`, symbol: `T${index}`, decimals }
}

/** Legs of a market, with the price in the oracle's own unit. */
function legs(parameters: {
  readonly collateral: bigint
  readonly owed: bigint
  readonly price: bigint
  readonly decimals?: readonly [collateral: number, loan: number]
}): KnownLegs {
  const { collateral, owed, price, decimals: [own, loan] = [18, 6] } = parameters
  const exactPrice = { value: price, decimals: priceDecimals(loan, own) }
  const backing: CollateralLeg<bigint> = {
    asset: asset(own, 1),
    amount: collateral,
    price: Exact.toWad(exactPrice),
    exactPrice,
    value: 0n,
    isCollateral: true,
    liquidationThreshold: lltv,
    loanToValue: lltv,
  }
  const debt: DebtLeg<bigint> = {
    asset: asset(loan, 2),
    amount: owed,
    price: Wad.WAD,
    value: 0n,
    liabilityWeight: Wad.WAD,
  }
  return { collateral: [backing], debt: owed === 0n ? [] : [debt] }
}

describe('rule', () => {
  test('default: 1 WETH at 3,000 USDC with 1,290 USDC owed stands at 2', () => {
    const judged = rule.assess(legs({ collateral: 10n ** 18n, owed: 1_290_000_000n, price: 3_000n * 10n ** 24n }))
    expect(judged).toEqual({
      collateralValue: Wad.fromDecimal('3000'),
      debtValue: Wad.fromDecimal('1290'),
      weightedCollateral: Wad.fromDecimal('2580'),
      weightedDebt: Wad.fromDecimal('1290'),
      health: { status: 'known', factor: 2n * Wad.WAD },
    })
  })

  test('behavior: as Morpho, it rounds down twice before it compares', () => {
    const decimals = [0, 0] as const
    // 7 units at 1.99 are 13 units, and 0.86 of them 11.
    const at = (owed: bigint) => rule.assess(legs({ collateral: 7n, owed, price: 199n * 10n ** 34n, decimals })).health
    expect(at(11n)).toEqual({ status: 'known', factor: Wad.WAD })
    expect(at(12n)).toEqual({ status: 'known', factor: (11n * Wad.WAD) / 12n })
  })

  test('behavior: digits that a WAD cannot hold count, until a what-if changes the price', () => {
    // A collateral of 36 decimals that is worth next to nothing: its price has no digit within a WAD.
    const decimals = [18, 18] as const
    const fine = legs({ collateral: 10n ** 36n, owed: 10n ** 17n, price: 10n ** 17n, decimals })
    expect(fine.collateral[0]?.price).toBe(0n)
    expect(rule.assess(fine).health).toEqual({ status: 'known', factor: (lltv * 10n ** 17n) / 10n ** 17n })
    const changed = { ...fine, collateral: fine.collateral.map((leg) => ({ ...leg, price: 1n })) }
    expect(rule.assess(changed).health).toEqual({ status: 'known', factor: 10n * lltv })
  })

  test('behavior: nothing owed is no debt, and what is lent to others backs nothing', () => {
    const none = legs({ collateral: 10n ** 18n, owed: 0n, price: 10n ** 27n })
    expect(rule.assess(none).health).toEqual({ status: 'no-debt' })
    const owing = legs({ collateral: 0n, owed: 5n, price: 10n ** 27n })
    const supplied = { asset: asset(6, 2), amount: 10n ** 9n, price: Wad.WAD, value: 0n, isCollateral: false }
    const lender = { ...owing, collateral: [{ ...supplied, liquidationThreshold: 0n, loanToValue: 0n }] }
    expect(rule.assess(lender)).toMatchObject({
      collateralValue: Wad.fromDecimal('1000'),
      weightedCollateral: 0n,
      health: { status: 'known', factor: 0n },
    })
  })

  test('behavior: a higher price or more collateral never lowers the health, more debt never raises it', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 27n })
    const price = fc.bigInt({ min: 10n ** 12n, max: 10n ** 36n })
    fc.assert(
      fc.property(amount, amount, price, amount, (collateral, owed, at, more) => {
        const factor = (change: Partial<Parameters<typeof legs>[0]>) => {
          const { health } = rule.assess(legs({ collateral, owed, price: at, ...change }))
          return health.status === 'known' ? health.factor : -1n
        }
        const before = factor({})
        expect(factor({ collateral: collateral + more }) >= before).toBe(true)
        expect(factor({ price: at + more }) >= before).toBe(true)
        expect(factor({ owed: owed + more }) <= before).toBe(true)
      }),
    )
  })

  test('behavior: values round against the owner', () => {
    expect(rule.valueOf({ amount: 1n, price: 1n, decimals: 6 })).toBe(0n)
    expect(rule.valueOf({ amount: 1n, price: 1n, decimals: 6, side: 'debt' })).toBe(1n)
  })
})
