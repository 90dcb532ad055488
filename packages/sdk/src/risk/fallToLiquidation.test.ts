import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  adapter,
  asset,
  averagingRule,
  collateralLeg,
  debtLeg,
  ETH,
  exactRule,
  position,
  WAD,
} from '../../../../test/fixtures/moves.ts'
import type { ReadPosition } from '../model/Position.ts'
import { unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import * as AccountHealth from './AccountHealth.ts'
import { fallToLiquidation } from './fallToLiquidation.ts'
import * as Legs from './Legs.ts'
import type { LiquidationRule } from './LiquidationRule.ts'
import * as PositionHealth from './PositionHealth.ts'
import * as Prices from './Prices.ts'
import type { Direction } from './Shock.ts'
import * as UniformFall from './UniformFall.ts'

const weth = asset(10, 'WETH', 18)
const usdc = asset(10, 'USDC', 6)
const dai = asset(10, 'DAI', 6)
const USDC = 10n ** 6n
const rules: readonly LiquidationRule[] = [exactRule, averagingRule].map((rule) => ({
  ...rule,
  priceDecimals: () => 8,
}))

function read(legs: Pick<ReadPosition, 'collateral' | 'debt'>, rule = rules[0] ?? exactRule): ReadPosition {
  const facts = position(10, legs, { rule: rule.key })
  return { ...facts, ...PositionHealth.assess(facts, rule) }
}

function fallOf(one: ReadPosition, direction?: Direction) {
  const context = { adapters: [{ ...adapter(10), rules: Object.fromEntries(all().map((rule) => [rule.key, rule])) }] }
  return fallToLiquidation(context, { view: { positions: [one] }, position: one.id, direction })
}

const all = (): readonly LiquidationRule[] => [...rules, textbook]

/** As a textbook has it: nothing is rounded but a unit of 1e-18, and a health of 1 is safe. */
const textbook: LiquidationRule = {
  ...exactRule,
  key: 'textbook',
  assess: (legs) => {
    const { weightedCollateral, ...assessment } = exactRule.assess(legs)
    const debtValue = assessment.debtValue - BigInt(legs.debt.length)
    return {
      ...assessment,
      weightedCollateral,
      weightedDebt: debtValue,
      health: { status: 'known', factor: Wad.divDown(weightedCollateral, debtValue) },
    }
  },
}

/** By what a direction multiplies prices after a length, asset by asset. */
function factorsAlong({ slopes }: Direction, length: bigint): Prices.FactorOf {
  return ({ address }) => {
    const slope = slopes.find(({ assets }) => assets.some((one) => one.address === address))?.slope ?? 0n
    const factor = WAD * WAD + slope * length
    return { numerator: factor > 0n ? factor : 0n, denominator: WAD * WAD }
  }
}

/** A weighted collateral of 8,000 against so much. */
function weighing(owed: bigint): ReadPosition {
  const collateral = collateralLeg(usdc, 10_000n * USDC, { liquidationThreshold: Wad.fromDecimal('0.8') })
  return read({ collateral: [collateral], debt: [debtLeg(dai, owed * USDC, { price: WAD })] }, textbook)
}

describe('fallToLiquidation', () => {
  test('default', () => {
    // The design's example (Health: a vector and a verdict): of two positions with a weight of 8,000, one owing 2,000 and one
    // 7,900, the aggregate is 1.616…, and the second dies on a fall of 1.25 %.
    const [first, second] = [weighing(2_000n), weighing(7_900n)]
    expect(AccountHealth.aggregate([first, second])).toEqual({ status: 'known', factor: 1_616_161_616_161_616_161n })
    expect(fallOf(second)).toEqual({ status: 'known', fall: Wad.fromDecimal('0.0125') + 1n })
    expect(fallOf(first)).toEqual({ status: 'known', fall: Wad.fromDecimal('0.75') + 1n })
  })

  test('behavior: 1 − 1 / health is its estimate', () => {
    // https://aave.com/help/borrowing/liquidations: 10,000 · 80 % / 6,000 is a health factor of 1.333.
    const { health } = weighing(6_000n)
    if (health.status !== 'known') throw new TypeError('unknown')
    expect(Wad.formatDown(health.factor, 3)).toBe('1.333')
    expect(UniformFall.toLiquidation(health.factor)).toBe(Wad.fromDecimal('0.25') - 1n)
    expect(fallOf(weighing(6_000n))).toEqual({ status: 'known', fall: Wad.fromDecimal('0.25') + 1n })
  })

  test('behavior: collateral falls alone, also where the asset is owed; along a direction an asset has one price', () => {
    const loop = read({
      collateral: [collateralLeg(weth, 10n * ETH)],
      debt: [debtLeg(weth, 8n * ETH)],
    })
    // 1 − 8 / 8.25.
    expect(fallOf(loop)).toMatchObject({ status: 'known', fall: 30_303_030_300_000_001n })
    // Down to a price of a few units the loop holds.
    const ether: Direction = { name: 'ETH', slopes: [{ assets: [weth], slope: -WAD }] }
    const result = fallOf(loop, ether)
    expect(result.status === 'known' && result.fall > Wad.fromDecimal('0.999999999')).toBe(true)
  })

  test('behavior: debts may rise, and steeper slopes shorten the way', () => {
    const one = read({ collateral: [collateralLeg(weth, ETH)], debt: [debtLeg(usdc, 1_320n * USDC)] })
    const rise: Direction = { name: 'USDC up', slopes: [{ assets: [usdc], slope: WAD }] }
    expect(fallOf(one, rise)).toEqual({ status: 'known', fall: Wad.fromDecimal('0.25') - 10n ** 10n + 1n })
    const crash: Direction = { name: 'ETH twice', slopes: [{ assets: [weth], slope: -2n * WAD }] }
    expect(fallOf(one, crash)).toEqual({ status: 'known', fall: 99_999_999_997_500_001n })
  })

  test('behavior: never where nothing is owed, where nothing falls, and where what falls is not needed', () => {
    expect(fallOf(read({ collateral: [collateralLeg(weth, ETH)], debt: [] }))).toEqual({ status: 'never' })
    const one = read({ collateral: [collateralLeg(weth, ETH)], debt: [debtLeg(usdc, USDC)] })
    expect(fallOf(one, { name: 'nothing', slopes: [] })).toEqual({ status: 'never' })
    const rich = read({
      collateral: [collateralLeg(weth, ETH), collateralLeg(dai, 9_000n * USDC, { price: WAD })],
      debt: [debtLeg(usdc, 1_000n * USDC)],
    })
    expect(fallOf(rich, { name: 'ETH', slopes: [{ assets: [weth], slope: -WAD }] })).toEqual({ status: 'never' })
  })

  test('behavior: already below the boundary, unknown where a number is', () => {
    expect(fallOf(read({ collateral: [collateralLeg(weth, ETH)], debt: [debtLeg(usdc, 1_700n * USDC)] }))).toEqual({
      status: 'already',
    })
    const issue = { kind: 'reverted', chainId: 10, path: 'price', reason: 'stale' } as const
    const blind = collateralLeg(weth, ETH, { price: unknown(issue) })
    expect(fallOf(read({ collateral: [blind], debt: [debtLeg(usdc, USDC)] }))).toEqual(unknown(issue))
  })

  test('behavior: it is the first length at which a shock of that length liquidates, by any rule', () => {
    const amount = fc.bigInt(1n, 10n ** 20n)
    const threshold = fc.bigInt(1_000n, 9_500n).map((bps) => bps * 10n ** 14n)
    const slope = fc.constantFrom(-WAD, -WAD / 2n, -2n * WAD, 0n, WAD / 3n)
    let known = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...rules),
        fc.tuple(amount, threshold, slope),
        fc.tuple(fc.bigInt(0n, 10n ** 12n), threshold, slope),
        fc.tuple(fc.bigInt(1n, 10n ** 12n), fc.bigInt(0n, 10n ** 18n), slope),
        (rule, [ethers, ofEthers, etherSlope], [dais, ofDais, daiSlope], [dollars, owedEthers, dollarSlope]) => {
          const one = read(
            {
              collateral: [
                collateralLeg(weth, ethers, { liquidationThreshold: ofEthers }),
                collateralLeg(dai, dais, { price: WAD, liquidationThreshold: ofDais }),
              ],
              debt: [debtLeg(usdc, dollars), debtLeg(weth, owedEthers)],
            },
            rule,
          )
          const slopes = [
            { assets: [weth], slope: etherSlope },
            { assets: [dai], slope: daiSlope },
            { assets: [usdc], slope: dollarSlope },
          ]
          const direction = { name: 'lab', slopes }
          const legs = Legs.known(one)
          if ('status' in legs) throw new TypeError('unknown')
          const isLiquidatable = (length: bigint) => {
            const moved = Prices.changed(legs, {
              rule,
              unit: undefined,
              factorOf: factorsAlong(direction, length),
            })
            const { health } = rule.assess(moved)
            return health.status === 'known' && health.factor < WAD
          }
          const result = fallOf(one, direction)
          if (result.status === 'already') {
            expect(isLiquidatable(0n)).toBe(true)
            return
          }
          const fall = result.status === 'known' ? result.fall : 2n * WAD
          if (result.status === 'known') {
            known += 1
            expect(isLiquidatable(fall)).toBe(true)
            expect(isLiquidatable(fall - 1n)).toBe(false)
          }
          for (let part = 0n; part < 40n; part += 1n) expect(isLiquidatable((part * (fall - 1n)) / 40n)).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
    expect(known).toBeGreaterThan(25)
  })

  test('behavior: a market that counts in what falls to nothing is followed as far as numbers go', () => {
    // Of a token without decimals against one with 18, as Morpho's oracles count.
    const rule = { ...(rules[0] ?? exactRule), priceDecimals: () => 54 }
    const unit = { symbol: 'USDC', asset: usdc, price: WAD }
    const dear = collateralLeg(weth, ETH, { price: 1_000_000n * WAD })
    const one = { ...read({ collateral: [dear], debt: [debtLeg(usdc, 500_000n * USDC, { price: WAD })] }, rule), unit }
    const context = { adapters: [{ ...adapter(10), rules: { [rule.key]: rule } }] }
    const fallOfUnit = (...slopes: Direction['slopes']) =>
      fallToLiquidation(context, {
        view: { positions: [one] },
        position: one.id,
        direction: { name: 'USDC', slopes: [{ assets: [usdc], slope: -WAD }, ...slopes] },
      })
    expect(fallOfUnit()).toEqual({ status: 'never' })
    expect(fallOfUnit({ assets: [weth], slope: 1_000_000n * WAD })).toEqual({ status: 'never' })
    // Faster than the unit does.
    expect(fallOfUnit({ assets: [weth], slope: -WAD - WAD / 1_000n })).toMatchObject({ status: 'known' })
  })

  test('error: AmbiguousDirectionError, InvalidSlopeError, UnknownPositionError', () => {
    const one = weighing(2_000n)
    const slope = { assets: [usdc], slope: -WAD }
    const named = (name: string) => expect.objectContaining({ name })
    expect(() => fallOf(one, { name: 'twice', slopes: [slope, slope] })).toThrow(named('AmbiguousDirectionError'))
    expect(() => fallOf(one, { name: 'steep', slopes: [{ ...slope, slope: -(10n ** 25n) }] })).toThrow(
      named('InvalidSlopeError'),
    )
    expect(() => fallToLiquidation({ adapters: [] }, { view: { positions: [one] }, position: 'x' })).toThrow(
      named('UnknownPositionError'),
    )
  })
})
