import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asset, type PositionOf, WAD, world } from '../../../../test/fixtures/planner.ts'
import type { ReadPosition } from '../model/Position.ts'
import { type Quantity, unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import { bufferOf } from './bufferOf.ts'
import { leverageOf } from './leverageOf.ts'
import * as PositionHealth from './PositionHealth.ts'
import { requireRule } from './ruleOf.ts'

const wad = Wad.fromDecimal
const issue = { kind: 'unavailable', chainId: 1, path: 'reserves.WETH.price', reason: 'no answer' } as const

/** Positions as a margin view has them: judged. */
function judgedOf(...positions: readonly PositionOf[]): readonly ReadPosition[] {
  const { context, view } = world(...positions)
  return view.positions.flatMap((position) =>
    position.status === 'read'
      ? [{ ...position, ...PositionHealth.assess(position, requireRule(context, position)) }]
      : [],
  )
}

function one(of: Partial<PositionOf>): ReadPosition {
  const [position] = judgedOf({ chain: 1, name: 'A', ...of })
  if (position === undefined) throw new TypeError('no position')
  return position
}

/** 5 WETH (10,000) at LTV 0.75 and LT 0.8, against 6,000. */
const plain = one({ collateral: { WETH: 5 }, debt: { USDC: 6_000 } })
const levered: ReadPosition = {
  ...plain,
  collateral: plain.collateral.map((leg) => ({ ...leg, loanToValue: wad('0.75') })),
}

function numberOf(quantity: Quantity | undefined): bigint {
  if (typeof quantity !== 'bigint') throw new TypeError('no number')
  return quantity
}

describe('leverageOf', () => {
  // aave.com/help, "Liquidations": 10,000 at 80 % against 6,000 are a health of 1.333.
  test('default: 10,000 at a threshold of 80 % against 6,000', () => {
    expect(levered.health).toEqual({ status: 'known', factor: 1_333_333_333_333_333_333n })
    expect(leverageOf(levered)).toEqual({
      collateralValue: wad('10000'),
      debtValue: wad('6000'),
      netValue: wad('4000'),
      grossLeverage: wad('2.5'),
      netLeverage: wad('2.5'),
      collateralRatio: 1_666_666_666_666_666_666n,
      loanToValue: wad('0.6'),
      initialMargin: wad('2500'),
      maintenanceMargin: wad('2000'),
      freeCollateral: wad('1500'),
      shortage: 0n,
    })
    expect(leverageOf(levered, { target: wad('1.5') }).shortage).toBe(wad('1000'))
  })

  test('behavior: what nothing is owed on has a leverage of 1, and no ratio to a debt', () => {
    expect(leverageOf(one({ collateral: { WETH: 1 } }))).toMatchObject({
      grossLeverage: WAD,
      netLeverage: WAD,
      collateralRatio: undefined,
      loanToValue: 0n,
    })
    expect(leverageOf(one({}))).toMatchObject({ netValue: 0n, grossLeverage: undefined, loanToValue: undefined })
  })

  test('behavior: where nothing would be left there is no leverage, and free collateral is below zero', () => {
    expect(leverageOf(one({ collateral: { WETH: 1 }, debt: { USDC: 2_500 } }))).toMatchObject({
      netValue: -wad('500'),
      grossLeverage: undefined,
      netLeverage: undefined,
      loanToValue: wad('1.25'),
      freeCollateral: -wad('900'),
      shortage: wad('900'),
    })
  })

  test('behavior: what backs nothing is net value that the margin asks for as a whole', () => {
    const { collateral } = one({ collateral: { WETH: 1 }, idle: { DAI: 500 } })
    expect(collateral.map(({ isCollateral }) => isCollateral)).toEqual([true, false])
    const position = one({ collateral: { WETH: 1 }, idle: { DAI: 500 }, debt: { USDC: 100 } })
    expect(leverageOf(position)).toMatchObject({
      collateralValue: wad('2500'),
      initialMargin: wad('900'),
      freeCollateral: wad('1500'),
    })
  })

  test('behavior: a loop has a gross leverage, and a net one of 1 where its sides are one asset or correlated', () => {
    const loop = one({ collateral: { WETH: 3 }, debt: { WETH: 2 } })
    expect(leverageOf(loop)).toMatchObject({ grossLeverage: 3n * WAD, netLeverage: WAD })
    const stable = one({ collateral: { DAI: 3_000 }, debt: { USDC: 2_000 } })
    expect(leverageOf(stable).netLeverage).toBe(3n * WAD)
    const dollars = [asset(1, 'DAI'), asset(1, 'USDC')]
    expect(leverageOf(stable, { correlated: [dollars] }).netLeverage).toBe(WAD)
  })

  test('behavior: it is unknown where a number that it needs is, and no further', () => {
    const facts = { ...plain, collateral: plain.collateral.map((leg) => ({ ...leg, price: unknown(issue) })) }
    const [context] = [world({ chain: 1, name: 'A' }).context]
    const position = { ...facts, ...PositionHealth.assess(facts, requireRule(context, facts)) }
    const { debtValue, collateralRatio, ...others } = leverageOf(position)
    expect(debtValue).toBe(wad('6000'))
    expect(collateralRatio).toEqual({ status: 'unknown', issues: [issue] })
    for (const [name, figure] of Object.entries(others)) expect(figure, name).toEqual(unknown(issue))
    const unread = { ...plain, status: 'unread', health: unknown(issue), issues: [issue] } as const
    for (const [name, figure] of Object.entries(leverageOf(unread))) expect(figure, name).toEqual(unknown(issue))
  })

  test('behavior: net value less maintenance margin is the buffer, and less initial margin the free collateral', () => {
    const amount = fc.integer({ min: 0, max: 10_000 })
    fc.assert(
      fc.property(amount, amount, amount, amount, fc.integer({ min: 1, max: 99 }), (weth, dai, idle, owed, percent) => {
        const position = one({
          collateral: { WETH: weth, DAI: dai },
          idle: { USDC: idle },
          debt: { USDC: owed },
          threshold: percent / 100,
        })
        const figures = leverageOf(position, { target: wad('1.2') })
        const net = numberOf(figures.netValue)
        expect(net - numberOf(figures.maintenanceMargin)).toBe(bufferOf(position).value)
        expect(net - numberOf(figures.initialMargin)).toBe(figures.freeCollateral)
        const topped = {
          ...position,
          weightedCollateral: numberOf(position.weightedCollateral) + numberOf(figures.shortage),
        }
        const factorOf = Wad.divDown(topped.weightedCollateral, numberOf(position.weightedDebt) || 1n)
        expect(factorOf).toBeGreaterThanOrEqual(owed === 0 ? 0n : wad('1.2'))
      }),
    )
  })

  test('error: InvalidParameterError, OverlappingGroupsError', () => {
    expect(() => leverageOf(plain, { target: 0n })).toThrow(
      expect.objectContaining({ name: 'InvalidParameterError', parameter: 'target' }),
    )
    const weth = asset(1, 'WETH')
    expect(() => leverageOf(plain, { correlated: [[weth], [asset(1, 'DAI'), weth]] })).toThrow(
      expect.objectContaining({ name: 'OverlappingGroupsError', asset: weth }),
    )
    expect(leverageOf(plain, { correlated: [[weth, weth]] }).netLeverage).toBe(wad('2.5'))
  })
})
