import { describe, expect, test } from 'vitest'
import { asset, ether, type PositionOf, usdc, WAD, world } from '../../../../test/fixtures/planner.ts'
import * as Wad from '../units/Wad.ts'
import { deleverage } from './deleverage.ts'
import { leverageOf } from './leverageOf.ts'

const wad = Wad.fromDecimal
/** 5 WETH (10,000) at a threshold of 80 %. */
const plain: PositionOf = { chain: 1, name: 'A', collateral: { WETH: 5 } }
const owing: PositionOf = { ...plain, debt: { USDC: 6_000 } }

function down(of: PositionOf, given: Partial<Parameters<typeof deleverage>[1]> = {}) {
  const { context, view, ids } = world(of)
  const pair = { collateral: asset(1, 'WETH').address, debt: asset(1, 'USDC').address }
  return deleverage(context, { view, position: ids[0] ?? '', ...pair, target: { health: wad('1.5') }, ...given })
}

describe('deleverage', () => {
  test('default: from 2.5 times to twice, and to a health of 1.5', () => {
    const result = down(owing, { target: { leverage: 2n * WAD } })
    expect(result).toMatchObject({ status: 'known', sell: ether(1), repay: usdc(2_000) })
    if (result.status === 'known') expect(leverageOf(result.after).grossLeverage).toBe(2n * WAD)
    // (9,000 − 8,000) / (1.5 − 0.8) = 1,428.571429 is the least that pays back enough.
    const healed = down(owing)
    expect(healed).toMatchObject({ status: 'known', repay: 1_428_571_429n })
    if (healed.status !== 'known') throw new TypeError(healed.status)
    const { health } = healed.after
    expect(health.status === 'known' && health.factor >= wad('1.5') && health.factor < wad('1.500000001')).toBe(true)
  })

  test('behavior: what the exchange costs takes more to sell', () => {
    // 1,000 / (1.5 · 0.98 − 0.8) = 1,492.537 dollars of ether
    const result = down(owing, { fee: wad('0.02') })
    if (result.status !== 'known') throw new TypeError(result.status)
    expect(Wad.formatDown(result.sell * 2_000n, 3)).toBe('1492.537')
    expect(result.repay).toBe((result.sell * 2_000n * 98n) / (100n * 10n ** 12n))
  })

  test('behavior: nothing is sold where the target holds, and nothing helps who has too little', () => {
    expect(down(owing, { target: { health: wad('1.3') } })).toEqual({ status: 'already' })
    expect(down(plain)).toEqual({ status: 'already' })
    const broke: PositionOf = { ...plain, debt: { USDC: 10_001 } }
    expect(down(broke)).toEqual({ status: 'never' })
    expect(down(broke, { target: { leverage: 100n * WAD } })).toEqual({ status: 'never' })
    expect(down(owing, { collateral: asset(1, 'DAI').address })).toEqual({ status: 'never' })
    // Paying all of one debt back is enough where it is the only one.
    expect(down({ ...plain, debt: { USDC: 9_999 } }, { target: { health: 100n * WAD } })).toMatchObject({
      status: 'known',
    })
  })

  test('error: InvalidParameterError', () => {
    expect(() => down(owing, { target: { health: 0n } })).toThrow(
      expect.objectContaining({ name: 'InvalidParameterError', parameter: 'health' }),
    )
  })
})
