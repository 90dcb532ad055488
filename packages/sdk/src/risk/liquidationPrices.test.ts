import { describe, expect, test } from 'vitest'
import {
  adapter,
  asset,
  collateralLeg,
  debtLeg,
  ETH,
  exactRule,
  position,
  WAD,
} from '../../../../test/fixtures/moves.ts'
import type { Position, ReadPosition } from '../model/Position.ts'
import { unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import type { Change } from './Change.ts'
import type { LiquidationRule } from './LiquidationRule.ts'
import { liquidationPrices } from './liquidationPrices.ts'
import * as PositionHealth from './PositionHealth.ts'
import { shockOf } from './shockOf.ts'
import { whatIf } from './whatIf.ts'

const weth = asset(10, 'WETH', 18)
const usdc = asset(10, 'USDC', 6)
const USDC = 10n ** 6n
const issue = { kind: 'reverted', chainId: 10, path: 'reserves.WETH.price', reason: 'stale' } as const

/** As an oracle with 8 decimals has it. */
const rule: LiquidationRule = { ...exactRule, priceDecimals: () => 8 }
const context = { adapters: [{ ...adapter(10), rules: { [rule.key]: rule } }] }

function read(legs: Pick<ReadPosition, 'collateral' | 'debt'>, changes: Partial<ReadPosition> = {}): ReadPosition {
  const facts = position(10, legs, changes)
  return { ...facts, ...PositionHealth.assess(facts, rule) }
}

function pricesOf(one: Position) {
  return asList(liquidationPrices(context, { view: { positions: [one] }, position: one.id }))
}

function asList(prices: ReturnType<typeof liquidationPrices>) {
  if ('status' in prices) throw new TypeError('unknown as a whole')
  return prices
}

describe('liquidationPrices', () => {
  test('default', () => {
    // https://aave.com/help/borrowing/liquidations: $10,000 of ETH at 80 % against $6,000 of GHO is a health factor of 1.333.
    const one = read({
      collateral: [collateralLeg(weth, 5n * ETH, { liquidationThreshold: Wad.fromDecimal('0.8') })],
      debt: [debtLeg(usdc, 6_000n * USDC)],
    })
    expect(one.health).toEqual({ status: 'known', factor: Wad.fromDecimal('1.333333333333333333') })
    // 7,500 of collateral is 6,000 of weight; the rule rounds the debt up by one unit.
    expect(pricesOf(one)).toEqual([
      {
        asset: weth,
        status: 'known',
        now: { value: 2_000n * 10n ** 8n, decimals: 8 },
        direction: 'falls',
        liquidatesAt: { value: 1_500n * 10n ** 8n, decimals: 8 },
        safeAt: { value: 1_500n * 10n ** 8n + 1n, decimals: 8 },
        price: 1_500n * WAD,
        move: Wad.fromDecimal('0.25'),
      },
      {
        asset: usdc,
        status: 'known',
        now: { value: 10n ** 8n, decimals: 8 },
        direction: 'rises',
        liquidatesAt: { value: 133_333_334n, decimals: 8 },
        safeAt: { value: 133_333_333n, decimals: 8 },
        price: 1_333_333_340_000_000_000n,
        move: 333_333_340_000_000_000n,
      },
    ])
  })

  test('behavior: an asset on both sides has one price', () => {
    // 10 WETH less 3 owed, weighted: (8.25 − 3) · price against 9,000.
    const loop = read({
      collateral: [collateralLeg(weth, 10n * ETH)],
      debt: [debtLeg(weth, 3n * ETH), debtLeg(usdc, 9_000n * USDC)],
    })
    const [price] = pricesOf(loop)
    expect(price).toMatchObject({ status: 'known', direction: 'falls', liquidatesAt: { value: 171_428_571_428n } })
    // Owing more of it than it backs, a rise is what kills.
    const short = read({
      collateral: [collateralLeg(weth, ETH), collateralLeg(usdc, 9_000n * USDC)],
      debt: [debtLeg(weth, 3n * ETH)],
    })
    expect(pricesOf(short)[0]).toMatchObject({ status: 'known', direction: 'rises' })
    expect(pricesOf(short)[0]).not.toHaveProperty('opposite')
  })

  test('behavior: it has one price after shocks too, which round what is supplied down and what is owed up', () => {
    const third = shockOf({ name: 'a third', assets: [weth], factor: WAD / 3n })
    const after = (facts: ReadPosition, ...changes: readonly Change[]) => {
      const source = { positions: [facts], markets: [{ market: facts.market, reserves: [] }], issues: [] }
      const view = whatIf(context, { view: source, changes })
      return liquidationPrices(context, { view, position: facts.id })
    }
    // As before a shock: (8.25 − 3) · price against 2,700. And what is owed beyond what backs it dies of a rise.
    const loop = read({
      collateral: [collateralLeg(weth, 10n * ETH)],
      debt: [debtLeg(weth, 3n * ETH), debtLeg(usdc, 2_700n * USDC)],
    })
    expect(after(loop, third)).toMatchObject([{ direction: 'falls', liquidatesAt: { value: 51_428_571_428n } }, {}])
    const short = read({
      collateral: [collateralLeg(weth, ETH), collateralLeg(usdc, 9_000n * USDC)],
      debt: [debtLeg(weth, 3n * ETH)],
    })
    const [now] = pricesOf(short)
    expect(now).toMatchObject({ direction: 'rises' })
    for (const shocks of [[third], [third, third, third]]) {
      const [then] = asList(after(short, ...shocks))
      expect(then).toMatchObject({ direction: 'rises', liquidatesAt: now?.status === 'known' && now.liquidatesAt })
      expect(then).not.toHaveProperty('opposite')
    }
  })

  test('behavior: never where nothing is owed, where it backs nothing, and where the rest suffices', () => {
    const idle = collateralLeg(usdc, 9_000n * USDC, { isCollateral: false })
    expect(pricesOf(read({ collateral: [collateralLeg(weth, ETH)], debt: [] }))).toEqual([
      { asset: weth, status: 'never' },
    ])
    const statuses = pricesOf(
      read({
        collateral: [collateralLeg(weth, ETH), idle],
        debt: [debtLeg(asset(10, 'DAI', 6), 1_000n * USDC)],
      }),
    ).map(({ asset: of, status }) => [of.symbol, status])
    expect(statuses).toEqual([
      ['WETH', 'known'],
      ['USDC', 'never'],
      ['DAI', 'known'],
    ])
    const rich = read({
      collateral: [collateralLeg(weth, ETH), collateralLeg(usdc, 9_000n * USDC)],
      debt: [debtLeg(asset(10, 'DAI', 6), 1_000n * USDC)],
    })
    expect(pricesOf(rich)[0]).toEqual({ asset: weth, status: 'never' })
  })

  test('behavior: already where it can be liquidated', () => {
    const late = read({ collateral: [collateralLeg(weth, ETH)], debt: [debtLeg(usdc, 1_700n * USDC)] })
    expect(pricesOf(late).map(({ status }) => status)).toEqual(['already', 'already'])
  })

  test('behavior: unknown where a number that counts is, known where it backs nothing', () => {
    const legs = (isCollateral: boolean) => ({
      collateral: [
        collateralLeg(weth, ETH),
        collateralLeg(asset(10, 'DAI', 6), USDC, { price: unknown(issue), isCollateral }),
      ],
      debt: [debtLeg(usdc, 1_000n * USDC)],
    })
    expect(pricesOf(read(legs(true)))[0]).toEqual({ asset: weth, ...unknown(issue) })
    expect(pricesOf(read(legs(false)))[0]).toMatchObject({ status: 'known', direction: 'falls' })
    // Without any debt nothing that is unknown matters.
    expect(pricesOf(read({ ...legs(true), debt: [] })).map(({ status }) => status)).toEqual(['never', 'never'])
  })

  test('behavior: unknown as a whole where the position was not read', () => {
    const { id, owner, market } = read({ collateral: [], debt: [] })
    const unread: Position = { status: 'unread', id, owner, market, health: unknown(issue), issues: [issue] }
    expect(liquidationPrices(context, { view: { positions: [unread] }, position: id })).toEqual(unknown(issue))
  })

  test('behavior: the asset that a market counts in has no price of its own', () => {
    const one = read(
      { collateral: [collateralLeg(weth, ETH)], debt: [debtLeg(usdc, 1_000n * USDC)] },
      { unit: { symbol: 'USDC', asset: usdc, price: WAD } },
    )
    expect(pricesOf(one)[1]).toEqual({ asset: usdc, status: 'unit-of-account' })
  })

  test("behavior: a what-if's price between two of the protocol's is today's, and is the last safe one where it must be", () => {
    // Between 1,212.12121212 (not enough) and one unit more (enough).
    const price = 1_212_121_212_121_212_121_300n
    const one = read({ collateral: [collateralLeg(weth, ETH, { price })], debt: [debtLeg(usdc, 1_000n * USDC)] })
    expect(pricesOf(one)[0]).toMatchObject({
      now: { value: price, decimals: 18 },
      liquidatesAt: { value: 121_212_121_212n, decimals: 8 },
      safeAt: { value: price, decimals: 18 },
      move: 10n ** 6n,
    })
  })

  test('behavior: of one asset, whatever the case of its address', () => {
    const one = read({ collateral: [collateralLeg(weth, ETH)], debt: [debtLeg(usdc, 1_000n * USDC)] })
    const address = `0x${usdc.address.slice(2).toUpperCase()}` as const
    const prices = liquidationPrices(context, { view: { positions: [one] }, position: one.id, asset: address })
    expect(prices).toEqual(pricesOf(one).slice(1))
  })

  test('error: UnknownPositionError, UnlistedAssetError, UnknownMarketError', () => {
    const one = read({ collateral: [collateralLeg(weth, ETH)], debt: [debtLeg(usdc, 1_000n * USDC)] })
    const view = { positions: [one] }
    const named = (name: string) => expect.objectContaining({ name })
    expect(() => liquidationPrices(context, { view, position: 'x' })).toThrow(named('UnknownPositionError'))
    expect(() => liquidationPrices(context, { view, position: one.id, asset: '0x01' })).toThrow(
      named('UnlistedAssetError'),
    )
    expect(() => liquidationPrices({ adapters: [] }, { view, position: one.id })).toThrow(named('UnknownMarketError'))
  })
})
