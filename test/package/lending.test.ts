import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { base as aaveBase } from '@unimargin/adapters/aave-v3/addresses'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import { compoundV2 } from '@unimargin/adapters/compound-v2'
import { baseMoonwell } from '@unimargin/adapters/compound-v2/addresses'
import { compoundV2Lending } from '@unimargin/adapters/compound-v2/lending'
import { compoundV3 } from '@unimargin/adapters/compound-v3'
import { baseUsdc } from '@unimargin/adapters/compound-v3/addresses'
import { compoundV3Lending } from '@unimargin/adapters/compound-v3/lending'
import { morphoBlue, morphoBlueMarkets } from '@unimargin/adapters/morpho-blue'
import { base as morphoBase } from '@unimargin/adapters/morpho-blue/addresses'
import { morphoBlueLending } from '@unimargin/adapters/morpho-blue/lending'
import type { Lending, LendingAdapter, ProtocolAdapter, Reserve } from '@unimargin/sdk'
import { describe, expect, expectTypeOf, test } from 'vitest'

const marketId = '0x8793cf302b8ffd655ab97bd1c695dbd967807e8367a65cb2f4edaf1380ba1bda'

const showing = () => ({
  'aave-v3': aaveV3(aaveBase),
  'morpho-blue': morphoBlue({ ...morphoBase, marketId }),
  'compound-v3': compoundV3(baseUsdc),
  'compound-v2': compoundV2(baseMoonwell),
})

const lending = () => ({
  'aave-v3': aaveV3({ ...aaveBase, lending: aaveV3Lending }),
  'morpho-blue': morphoBlue({ ...morphoBase, marketId, lending: morphoBlueLending }),
  'compound-v3': compoundV3({ ...baseUsdc, lending: compoundV3Lending }),
  'compound-v2': compoundV2({ ...baseMoonwell, lending: compoundV2Lending }),
})

describe('lending', () => {
  test('default: an adapter has none unless it is given', () => {
    for (const [protocol, adapter] of Object.entries(showing())) {
      expect(adapter.lending, protocol).toBeUndefined()
      // Nobody has to know of it who only shows.
      expect(Object.entries(adapter).flatMap(([key, value]) => (value === undefined ? [] : key))).not.toContain(
        'lending',
      )
      expect(adapter, protocol).not.toHaveProperty('membership')
    }
  })

  test('behavior: given, it is all there, and nothing else differs', () => {
    const without = showing()
    for (const [protocol, adapter] of Object.entries(lending())) {
      const eMode = protocol === 'aave-v3' ? ['inEMode'] : []
      const names = ['accrued', 'after', 'calls', ...eMode, 'limits', 'ratesAfter']
      expect(Object.keys(adapter.lending).sort(), protocol).toEqual(names)
      expect(adapter.market).toEqual(without[protocol as keyof typeof without].market)
      expect(Object.keys(adapter.rules)).toEqual(Object.keys(without[protocol as keyof typeof without].rules))
    }
    expect(Object.keys(lending()['compound-v2'].membership)).toEqual(['enter', 'exit'])
  })

  test('error: ReadWithoutLendingError of a state that was read without it, which has no details', () => {
    for (const [protocol, { market, lending: lends, rules }] of Object.entries(lending())) {
      const owner = '0x0000000000000000000000000000000000000001'
      const address = '0x4200000000000000000000000000000000000006'
      const reserve: Reserve = {
        asset: { chainId: market.chainId, address, symbol: 'WETH', decimals: 18 },
        collateralToken: address,
        price: 10n ** 18n,
        liquidationThreshold: 0n,
        loanToValue: 0n,
        liquidationBonus: 0n,
        supplyRoom: undefined,
        borrowRoom: undefined,
        availableLiquidity: 1n,
        supplyRate: 0n,
        borrowRate: 0n,
        supplyBlockedBy: [],
        withdrawBlockedBy: [],
        borrowBlockedBy: [],
      }
      const [rule = ''] = Object.keys(rules)
      const position = { owner, rule, collateral: [], debt: [], details: { principal: 0n } } as const
      const where = { state: { market, reserves: [reserve] }, position, asset: address } as const
      const refused = expect.objectContaining({ name: 'ReadWithoutLendingError', market })
      expect(() => lends.limits.borrow(where), protocol).toThrow(refused)
      expect(() => lends.after(where, { action: 'supply', amount: 1n }), protocol).toThrow(refused)
      expect(() => lends.accrued?.(where, 1n), protocol).toThrow(refused)
      // Calls of the others name what they lack, or lack nothing.
      if (protocol === 'morpho-blue' || protocol === 'compound-v2') {
        expect(() => lends.calls.repay({ ...where, owner, amount: 1n }), protocol).toThrow(refused)
      }
    }
  })

  test('behavior: the types promise it only then', () => {
    const [first] = morphoBlueMarkets({ ...morphoBase, marketIds: [marketId] })
    const [second] = morphoBlueMarkets({ ...morphoBase, marketIds: [marketId], lending: morphoBlueLending })
    expect(first?.lending).toBeUndefined()
    expect(second?.lending).toBeDefined()
    expectTypeOf<NonNullable<typeof first>['lending']>().toEqualTypeOf<Lending | undefined>()
    expectTypeOf<NonNullable<typeof second>['lending']>().toEqualTypeOf<Lending>()

    type Showing = ReturnType<typeof showing>
    expectTypeOf<Showing[keyof Showing]['lending']>().toEqualTypeOf<Lending | undefined>()
    expectTypeOf<Showing[keyof Showing]>().toExtend<ProtocolAdapter>()
    type Lends = ReturnType<typeof lending>
    expectTypeOf<Lends[keyof Lends]>().toExtend<LendingAdapter>()
    // @ts-expect-error: who wants limits has to give lending.
    expect(() => aaveV3(aaveBase).lending.limits).toThrow(TypeError)
  })
})
