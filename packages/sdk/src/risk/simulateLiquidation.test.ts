import { describe, expect, test } from 'vitest'
import {
  adapter,
  asset,
  collateralLeg,
  debtLeg,
  marketState,
  owner,
  position,
  reserve,
  WAD,
} from '../../../../test/fixtures/moves.ts'
import type { Position, ReadPosition } from '../model/Position.ts'
import { unknown } from '../model/Quantity.ts'
import { factsOf } from './factsOf.ts'
import type { Liquidation, LiquidationChoice, LiquidationModel } from './Liquidation.ts'
import { NoLiquidationModelError } from './NoLiquidationModelError.ts'
import { InvalidChangeError, UnknownMarketError, UnknownPositionError, UnlistedAssetError } from './RiskErrors.ts'
import { simulateLiquidation } from './simulateLiquidation.ts'

const [weth, usdc] = [asset(10, 'WETH', 18), asset(10, 'USDC', 6)]
const weak = position(10, {
  collateral: [collateralLeg(weth, 10n * WAD)],
  debt: [debtLeg(usdc, 18_000n * 10n ** 6n)],
})
const issue = { kind: 'unavailable', chainId: 10, path: 'chain', reason: 'no answer' } as const
const { id, market: where } = weak
const unread: Position = { id, owner, market: where, status: 'unread', health: unknown(issue), issues: [issue] }

/** Says what it was asked. */
const asked: unknown[] = []
const model: LiquidationModel = {
  simulate: (where, choice) => {
    asked.push({ ...where, choice })
    const made: Liquidation = {
      status: 'liquidated',
      closeFactor: WAD,
      repaid: [],
      seized: [],
      paidIn: 'asset',
      badDebt: [],
      after: where.position,
      cost: 0n,
    }
    return made
  },
}
const state = marketState(10, [reserve(weth), reserve(usdc)])
const context = {
  adapters: [
    { ...adapter(20), liquidation: model },
    { ...adapter(10), liquidation: model },
  ],
}
const viewOf = (one: Position) => ({ positions: [one], markets: [marketState(20, []), state] })
const simulate = (choice?: LiquidationChoice, one: ReadPosition = weak) =>
  simulateLiquidation(context, { view: viewOf(one), position: id, choice })

describe('simulateLiquidation', () => {
  test('behavior: what remains carries no verdict on what was', () => {
    const result = simulate()
    expect(result).toMatchObject({ status: 'liquidated', after: { owner, collateral: weak.collateral } })
    expect('after' in result && Object.keys(result.after)).not.toContain('health')
    expect('after' in result && Object.keys(result.after)).not.toContain('debtValue')
  })

  test("default: the adapter's own model is asked, with the market and the position of the view", () => {
    asked.length = 0
    const choice = { debt: usdc.address, collateral: weth.address, repay: 1n, paidIn: 'asset' } as const
    expect(simulate(choice)).toMatchObject({ status: 'liquidated', after: factsOf(weak) })
    expect(simulate()).toMatchObject({ status: 'liquidated' })
    expect(asked).toEqual([
      { state, position: factsOf(weak), choice },
      { state, position: factsOf(weak), choice: {} },
    ])
  })

  test('behavior: what was not read is unknown, with why', () => {
    expect(simulateLiquidation(context, { view: viewOf(unread), position: id })).toEqual(unknown(issue))
    const lost = simulateLiquidation(context, { view: { positions: [weak], markets: [] }, position: id })
    expect(lost).toMatchObject({ status: 'unknown', issues: [{ market: where.key, path: 'market' }] })
  })

  test('behavior: an address is the same however it is written', () => {
    const shouted = `0x${weth.address.slice(2).toUpperCase()}` as const
    expect(simulate({ collateral: shouted })).toMatchObject({ status: 'liquidated' })
  })

  test('error: UnknownPositionError', () => {
    expect(() => simulateLiquidation(context, { view: viewOf(weak), position: 'nobody' })).toThrow(UnknownPositionError)
  })

  test('error: UnknownMarketError', () => {
    const others = { adapters: [adapter(20)] }
    expect(() => simulateLiquidation(others, { view: viewOf(weak), position: id })).toThrow(UnknownMarketError)
  })

  test('error: NoLiquidationModelError', () => {
    const without = { adapters: [adapter(10)] }
    const run = () => simulateLiquidation(without, { view: viewOf(weak), position: id })
    expect(run).toThrow(NoLiquidationModelError)
    expect(run).toThrowErrorMatchingInlineSnapshot(`
      [NoLiquidationModelError: Nobody can say how a position of this market would be liquidated.
      Market: test:10:pool
      Pass the adapter its protocol's \`liquidation\`, an import of its own.]
    `)
    // Also where nothing of the position was read: the caller has to know it at once.
    expect(() => simulateLiquidation(without, { view: viewOf(unread), position: id })).toThrow(NoLiquidationModelError)
  })

  test('error: UnlistedAssetError', () => {
    const stranger = asset(10, 'DAI', 18).address
    expect(() => simulate({ debt: stranger })).toThrow(UnlistedAssetError)
    expect(() => simulate({ collateral: stranger })).toThrow(UnlistedAssetError)
  })

  test('error: InvalidChangeError', () => {
    for (const value of [0n, -1n, 2n ** 256n]) {
      expect(() => simulate({ repay: value })).toThrow(InvalidChangeError)
      expect(() => simulate({ seize: value })).toThrow(InvalidChangeError)
    }
    expect(simulate({ repay: 2n ** 256n - 1n })).toMatchObject({ status: 'liquidated' })
  })
})
