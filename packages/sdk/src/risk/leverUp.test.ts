import { describe, expect, test } from 'vitest'
import { asset, ether, type PositionOf, usdc, WAD, world } from '../../../../test/fixtures/planner.ts'
import type { ReadPosition } from '../model/Position.ts'
import { unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import { leverageOf } from './leverageOf.ts'
import { leverUp } from './leverUp.ts'

const wad = Wad.fromDecimal
const issue = { kind: 'unavailable', chainId: 1, path: 'reserves.WETH.price', reason: 'no answer' } as const
const [weth, usd] = [asset(1, 'WETH'), asset(1, 'USDC')]
/** 5 WETH (10,000) at a threshold of 80 %. */
const plain: PositionOf = { chain: 1, name: 'A', collateral: { WETH: 5 } }
const owing: PositionOf = { ...plain, debt: { USDC: 6_000 } }

type Given = Partial<Parameters<typeof leverUp>[1]>

function parametersOf(of: PositionOf, given: Given) {
  const { context, view, ids } = world(of)
  const pair = { collateral: weth.address, debt: usd.address }
  return [context, { view, position: ids[0] ?? '', ...pair, target: { health: wad('1.5') }, ...given }] as const
}

const up = (of: PositionOf, given: Given = {}) => leverUp(...parametersOf(of, given))

/** The position with something unknown. */
function blurred(of: PositionOf, change: (position: ReadPosition) => Partial<ReadPosition>): PositionOf {
  const [position] = world(of).view.positions
  if (position?.status !== 'read') throw new TypeError('no position')
  return { ...of, changes: change(position) }
}

describe('leverUp', () => {
  test('default: to three times, which is a health of 1.2', () => {
    const result = up(plain, { target: { leverage: 3n * WAD } })
    expect(result).toMatchObject({ status: 'known', borrow: usdc(20_000), supply: ether(10) })
    if (result.status !== 'known') return
    expect(result.after.health).toEqual({ status: 'known', factor: wad('1.2') })
    expect(leverageOf(result.after).grossLeverage).toBe(3n * WAD)
    expect(up(plain, { target: { health: wad('1.2') } })).toMatchObject({ borrow: usdc(20_000), supply: ether(10) })
  })

  test('behavior: what the exchange costs leaves less to borrow', () => {
    // (8,000) / (1.2 − 0.98 · 0.8) = 19,230.77
    const result = up(plain, { target: { health: wad('1.2') }, fee: wad('0.02') })
    expect(result).toMatchObject({ borrow: 19_230_769_230n, supply: 9_423_076_922_700_000_000n })
    expect(up(plain, { target: { health: wad('1.2') }, slippage: wad('0.02') })).toMatchObject({
      borrow: 19_230_769_230n,
    })
    expect(up(plain, { target: { leverage: 3n * WAD }, fee: wad('0.02') })).toMatchObject({ borrow: 19_230_769_230n })
  })

  test('behavior: the collateral may be another than what is held, and the debt one that is owed', () => {
    const dai = asset(1, 'DAI')
    const result = up(owing, { collateral: dai.address, target: { health: wad('1.1') } })
    if (result.status !== 'known') throw new TypeError(result.status)
    expect(result.after.collateral.map(({ asset: { symbol } }) => symbol)).toEqual(['WETH', 'DAI'])
    expect(result.after.debt).toHaveLength(1)
    // (8,000 − 6,600) / (1.1 − 0.8)
    expect(result.borrow).toBe(4_666_666_666n)
  })

  test('behavior: who is beyond the target gets nothing, and nothing bounds what backs as much as it owes', () => {
    expect(up(owing, { target: { health: wad('1.4') } })).toEqual({ status: 'beyond' })
    expect(up(owing, { target: { leverage: 2n * WAD } })).toEqual({ status: 'beyond' })
    expect(up(owing, { target: { health: wad('1.333333333') } })).toMatchObject({ status: 'known', borrow: 3n })
    expect(up({ ...plain, threshold: 1 }, { target: { health: WAD } })).toEqual({ status: 'unbounded' })
    expect(up({ chain: 1, name: 'A' })).toMatchObject({ status: 'known', borrow: 0n, supply: 0n })
  })

  test('behavior: unknown where a number that it needs is', () => {
    const priced = blurred(plain, ({ collateral }) => ({
      collateral: collateral.map((leg) => ({ ...leg, price: unknown(issue) })),
    }))
    const value = blurred(plain, () => ({ collateralValue: unknown(issue) }))
    expect(up(priced)).toEqual(unknown(issue))
    expect(up(value, { target: { leverage: 2n * WAD } })).toEqual(unknown(issue))
    expect(up(value)).toMatchObject({ status: 'known' })
    expect(up({ ...plain, reserves: { USDC: { price: unknown(issue) } } })).toEqual(unknown(issue))
    const [context, parameters] = parametersOf(plain, {})
    const positions = parameters.view.positions.map(({ id, owner, market }) => {
      return { id, owner, market, status: 'unread', health: unknown(issue), issues: [issue] } as const
    })
    expect(leverUp(context, { ...parameters, view: { ...parameters.view, positions } })).toEqual(unknown(issue))
  })

  test('error: UnknownPositionError, UnlistedAssetError, UnknownMarketError, InvalidParameterError', () => {
    const named = (name: string) => expect.objectContaining({ name })
    expect(() => up(plain, { position: 'nobody' })).toThrow(named('UnknownPositionError'))
    expect(() => up(plain, { debt: '0x99' })).toThrow(named('UnlistedAssetError'))
    expect(() => up(plain, { collateral: '0x99' })).toThrow(named('UnlistedAssetError'))
    expect(() => leverUp({ adapters: [] }, parametersOf(plain, {})[1])).toThrow(named('UnknownMarketError'))
    for (const [parameter, given] of [
      ['health', { target: { health: 0n } }],
      ['leverage', { target: { leverage: WAD - 1n } }],
      ['fee', { fee: WAD }],
      ['slippage', { slippage: -1n }],
    ] as const) {
      expect(() => up(plain, given), parameter).toThrow(
        expect.objectContaining({ name: 'InvalidParameterError', parameter }),
      )
    }
  })
})
