import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { base as aaveBase } from '@unimargin/adapters/aave-v3/addresses'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import { aaveV3Liquidation } from '@unimargin/adapters/aave-v3/liquidation'
import { morphoBlue, morphoBlueMarkets } from '@unimargin/adapters/morpho-blue'
import { base as morphoBase } from '@unimargin/adapters/morpho-blue/addresses'
import { morphoBlueLending } from '@unimargin/adapters/morpho-blue/lending'
import { morphoBlueLiquidation } from '@unimargin/adapters/morpho-blue/liquidation'
import type { RiskAdapter } from '@unimargin/sdk'
import { describe, expect, expectTypeOf, test } from 'vitest'

const marketId = '0x8793cf302b8ffd655ab97bd1c695dbd967807e8367a65cb2f4edaf1380ba1bda'

describe('liquidation', () => {
  test('default: an adapter has none unless it is given', () => {
    const showing = [aaveV3(aaveBase), morphoBlue({ ...morphoBase, marketId })]
    expect(showing.map(({ liquidation }) => liquidation)).toEqual([undefined, undefined])
  })

  test('behavior: given, it is there, with lending and without', () => {
    const [of] = morphoBlueMarkets({ ...morphoBase, marketIds: [marketId], liquidation: morphoBlueLiquidation })
    const alone = [aaveV3({ ...aaveBase, liquidation: aaveV3Liquidation }), of]
    for (const adapter of alone) {
      expect(adapter?.liquidation?.simulate).toBeInstanceOf(Function)
      expect(adapter?.lending).toBeUndefined()
    }
    const aave = aaveV3({ ...aaveBase, lending: aaveV3Lending, liquidation: aaveV3Liquidation })
    const morpho = morphoBlue({
      ...morphoBase,
      marketId,
      lending: morphoBlueLending,
      liquidation: morphoBlueLiquidation,
    })
    for (const adapter of [aave, morpho]) {
      expect(adapter.liquidation?.simulate).toBeInstanceOf(Function)
      expectTypeOf(adapter).toExtend<RiskAdapter>()
      expect(adapter.lending.limits).toBeDefined()
    }
  })
})
