import {
  type Asset,
  type CollateralLeg,
  type DebtLeg,
  type Direction,
  Exact,
  fallToLiquidation,
  type KnownLegs,
  type LiquidationPrice,
  type LiquidationRule,
  liquidationPrices,
  PositionHealth,
  type ReadPosition,
  type UnitOfAccount,
  Wad,
} from '@unimargin/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ruleSince35, ruleUpTo34 } from '../aave-v3/rule.ts'
import { compoundRule, venusRule } from '../compound-v2/rule.ts'
import { cometRule } from '../compound-v3/rule.ts'
import { rule as morphoRule } from '../morpho-blue/rule.ts'

/** Today's prices, and how far is looked by hand, in units of the protocol's own. */
const MOST_PRICE = 300n
const SIGHT = 600n

// `RUNS=5000 vitest run --project unit packages/adapters/src/shared/liquidationPrices` for more.
/** Fewer would not meet what the counts below ask for. */
const runs = Math.max(100, Number(process.env.RUNS ?? 0))
const TIMEOUT = 60_000 + 100 * runs

const market = { key: 'lab:1:0x01', protocol: 'lab', chainId: 1, id: '0x01', name: 'Lab' } as const
const block = { chainId: 1, number: 1n, timestamp: 1n }

type Held = {
  readonly price: bigint
  readonly decimals: number
  readonly supplied: bigint
  readonly owed: bigint
  /** Basis points. */
  readonly threshold: bigint
  readonly isCollateral: boolean
  readonly rate: bigint
}

/** Few units of anything, so that every rounding shows; one asset in three is on both sides. */
const held = fc.record({
  price: fc.bigInt(1n, MOST_PRICE),
  decimals: fc.integer({ min: 0, max: 2 }),
  supplied: fc.oneof(fc.constant(0n), fc.bigInt(1n, 3_000n), fc.bigInt(1n, 3_000n)),
  owed: fc.oneof(fc.constant(0n), fc.bigInt(1n, 400n)),
  threshold: fc.bigInt(1n, 9_900n),
  isCollateral: fc.integer({ min: 0, max: 9 }).map((number) => number > 0),
  rate: fc.bigInt(5n * 10n ** 17n, 3n * 10n ** 18n),
})

/** The same assets, owing so many percent together of what backs it: close to the boundary there is more to see. */
function owing(all: readonly Held[], percent: bigint): readonly Held[] {
  const debts = BigInt(all.filter(({ owed }) => owed > 0n).length)
  const backing = all
    .filter(({ isCollateral }) => isCollateral)
    .reduce((sum, { supplied, price, threshold, decimals }) => {
      return sum + (supplied * price * threshold) / 10n ** BigInt(4 + decimals)
    }, 0n)
  return all.map((one) => {
    if (one.owed === 0n) return one
    const owed = (backing * percent * 10n ** BigInt(one.decimals)) / (100n * debts * one.price)
    return { ...one, owed: owed > 0n ? owed : 1n }
  })
}

/** The legs by a rule: one unit of an asset's least decimals is worth one unit of a price. */
function legsOf(all: readonly Held[], rule: LiquidationRule): KnownLegs {
  const hasShares = rule.key.startsWith('compound-v2')
  const sized = ({ decimals, rate }: Held, drawn: bigint) => {
    if (!hasShares) return { amount: drawn }
    const balance = drawn * 10n ** BigInt(18 - decimals)
    return { amount: Wad.mulDown(balance, rate), shares: { balance, rate } }
  }
  const priced = ({ price, decimals }: Held, index: number) => {
    const asset: Asset = {
      chainId: 1,
      address: `0x0${index}`,
      symbol: `T${index}`,
      decimals: hasShares ? 18 : decimals,
    }
    const exactPrice = { value: price, decimals: rule.priceDecimals?.(asset, { collateral: [], debt: [] }) ?? 18 }
    return { asset, value: 0n, price: Exact.toWad(exactPrice), exactPrice }
  }
  return {
    collateral: all.flatMap((one, index): readonly CollateralLeg<bigint>[] => {
      const threshold = one.threshold * 10n ** 14n
      const terms = { isCollateral: one.isCollateral, liquidationThreshold: threshold, loanToValue: threshold }
      return one.supplied === 0n ? [] : [{ ...priced(one, index), ...sized(one, one.supplied), ...terms }]
    }),
    debt: all.flatMap((one, index): readonly DebtLeg<bigint>[] => {
      const { amount } = sized({ ...one, rate: Wad.WAD }, one.owed)
      return one.owed === 0n ? [] : [{ ...priced(one, index), amount, liabilityWeight: Wad.WAD }]
    }),
  }
}

function viewOf(legs: KnownLegs, rule: LiquidationRule, unit?: UnitOfAccount) {
  const facts = { owner: '0x0a', rule: rule.key, details: {}, unit, ...legs } as const
  const judged = PositionHealth.assess(facts, rule)
  const position: ReadPosition = { ...facts, ...judged, status: 'read', id: 'it', market, block }
  const context = { adapters: [{ market, rules: { [rule.key]: rule } }] }
  return { context, where: { view: { positions: [position], markets: [] }, position: 'it' } }
}

function isLiquidatable(legs: KnownLegs, rule: LiquidationRule): boolean {
  const { health } = rule.assess(legs)
  return health.status === 'known' && health.factor < Wad.WAD
}

type AnyLeg = CollateralLeg<bigint> | DebtLeg<bigint>

/** The legs with each price, in the protocol's own units, made another; nothing leaves it as it is. */
function repriced(
  { collateral, debt }: KnownLegs,
  priceOf: (leg: AnyLeg, side: 'collateral' | 'debt') => bigint | undefined,
): KnownLegs {
  const moved = <leg extends AnyLeg>(leg: leg, value: bigint | undefined): leg => {
    if (value === undefined) return leg
    const exactPrice = { value, decimals: leg.exactPrice?.decimals ?? 0 }
    return { ...leg, exactPrice, price: Exact.toWad(exactPrice) }
  }
  return {
    collateral: collateral.map((leg) => moved(leg, priceOf(leg, 'collateral'))),
    debt: debt.map((leg) => moved(leg, priceOf(leg, 'debt'))),
  }
}

/** One price after the other, from today's on. */
function flipByHand(legs: KnownLegs, rule: LiquidationRule, { address }: Asset, now: bigint, step: bigint) {
  for (let value = now + step; value > 0n && value <= SIGHT; value += step) {
    const moved = repriced(legs, (leg) => (leg.asset.address === address ? value : undefined))
    if (isLiquidatable(moved, rule)) return value
  }
  return undefined
}

function boundaryOf(price: LiquidationPrice, direction: 'falls' | 'rises') {
  if (price.status !== 'known') return undefined
  return [price, price.opposite].find((one) => one?.direction === direction)
}

const dollarRules = [ruleUpTo34, ruleSince35, cometRule, venusRule, compoundRule]

describe.each(dollarRules)('liquidationPrices by $key', (rule) => {
  test(
    "behavior: it is the first price that flips the verdict, on either side of today's",
    () => {
      const found = { falls: 0, rises: 0, both: 0, onBothSides: 0, teeth: 0, undecided: 0 }
      fc.assert(
        fc.property(fc.array(held, { minLength: 1, maxLength: 4 }), fc.bigInt(50n, 100n), (some, percent) => {
          const all = owing(some, percent)
          const legs = legsOf(all, rule)
          if (legs.debt.length === 0 || isLiquidatable(legs, rule)) return
          const { context, where } = viewOf(legs, rule)
          const prices = liquidationPrices(context, where)
          if ('status' in prices) throw new TypeError('unknown')
          for (const price of prices) {
            const { asset } = price
            const now = all[Number(asset.address)]?.price ?? 0n
            if (price.status === 'known' && price.opposite !== undefined) found.both += 1
            for (const direction of ['falls', 'rises'] as const) {
              const step = direction === 'falls' ? -1n : 1n
              const due = flipByHand(legs, rule, asset, now, step)
              const boundary = boundaryOf(price, direction)
              const at = boundary?.liquidatesAt?.value
              if (boundary !== undefined && at === undefined) {
                // Not counted out, and said so: nothing is up to there.
                found.undecided += 1
                if (due !== undefined) expect(step * due).toBeGreaterThan(step * boundary.safeAt.value)
                continue
              }
              if (due === undefined && at !== undefined && at > SIGHT) continue
              expect(at, `${asset.symbol} ${direction}`).toBe(due)
              if (due === undefined) continue
              expect(boundary?.safeAt.value).toBe(due - step)
              found[direction] += 1
              const sides = [...legs.collateral, ...legs.debt].filter((leg) => leg.asset.address === asset.address)
              if (sides.length > 1) found.onBothSides += 1
              if (direction === 'rises' && sides.every((leg) => 'isCollateral' in leg)) found.teeth += 1
            }
          }
        }),
        { numRuns: runs },
      )
      console.log(rule.key, JSON.stringify(found))
      expect(found.falls).toBeGreaterThan(5)
      expect(found.rises).toBeGreaterThan(5)
      expect(found.onBothSides).toBeGreaterThan(0)
    },
    TIMEOUT,
  )

  test(
    'behavior: the fall along a direction is the first that flips it, and the one before does not',
    () => {
      const slope = fc.constantFrom(-1n, -1n, -2n, 1n, 0n).map((number) => (number * Wad.WAD * 9n) / 10n)
      const slopes = fc.tuple(slope, slope, slope)
      const found = { known: 0, never: 0 }
      fc.assert(
        fc.property(
          fc.array(held, { minLength: 1, maxLength: 3 }),
          fc.option(slopes),
          fc.bigInt(50n, 100n),
          (some, drawn, percent) => {
            const legs = legsOf(owing(some, percent), rule)
            if (legs.debt.length === 0 || isLiquidatable(legs, rule)) return
            const direction: Direction | undefined = drawn
              ? {
                  name: 'lab',
                  slopes: drawn.map((slope, index) => ({ assets: [{ chainId: 1, address: `0x0${index}` }], slope })),
                }
              : undefined
            const slopeOf = (leg: AnyLeg, side: 'collateral' | 'debt') =>
              drawn ? (drawn[Number(leg.asset.address)] ?? 0n) : side === 'collateral' ? -Wad.WAD : 0n
            const { context, where } = viewOf(legs, rule)
            const result = fallToLiquidation(context, { ...where, direction })
            const due = fallByHand(legs, rule, slopeOf)
            if (result.status === 'at-least') {
              expect(due ?? FARTHEST).toBeGreaterThan(result.fall)
              return
            }
            if (due === undefined) {
              if (result.status === 'known') expect(result.fall).toBeGreaterThan(FARTHEST)
              else expect(result.status).toBe('never')
              found.never += 1
              return
            }
            expect(result).toEqual({ status: 'known', fall: due })
            found.known += 1
          },
        ),
        { numRuns: runs },
      )
      expect(found.known).toBeGreaterThan(5)
      expect(found.never).toBeGreaterThan(5)
    },
    TIMEOUT,
  )
})

const FARTHEST = 2n * Wad.WAD

/** Tries every length at which any price becomes another one: between two of them nothing changes. */
function fallByHand(
  legs: KnownLegs,
  rule: LiquidationRule,
  slopeOf: (leg: AnyLeg, side: 'collateral' | 'debt') => bigint,
): bigint | undefined {
  const at = (length: bigint) =>
    repriced(legs, (leg, side) => {
      const factor = Wad.WAD * Wad.WAD + slopeOf(leg, side) * length
      const value = (leg.exactPrice?.value ?? 0n) * (factor > 0n ? factor : 0n)
      return side === 'collateral' ? value / Wad.WAD ** 2n : (value + Wad.WAD ** 2n - 1n) / Wad.WAD ** 2n
    })
  const lengths = new Set<bigint>([FARTHEST])
  for (const [side, sideLegs] of Object.entries(legs) as ['collateral' | 'debt', readonly AnyLeg[]][]) {
    for (const leg of sideLegs) {
      const [now, slope] = [leg.exactPrice?.value ?? 0n, slopeOf(leg, side)]
      if (slope === 0n) continue
      const step = slope < 0n ? -1n : 1n
      for (let value = now; value >= 0n && value <= 3n * now; value += step) {
        const length = ((value - now) * Wad.WAD ** 2n) / (now * slope)
        for (const about of [-1n, 0n, 1n, 2n]) lengths.add(length + about)
      }
    }
  }
  return [...lengths]
    .filter((length) => length > 0n && length <= FARTHEST)
    .sort((a, b) => (a < b ? -1 : 1))
    .find((length) => isLiquidatable(at(length), rule))
}

describe('liquidationPrices by morpho-blue', () => {
  const loan: Asset = { chainId: 1, address: '0x11', symbol: 'USDC', decimals: 6 }
  const collateral: Asset = { chainId: 1, address: '0x12', symbol: 'WETH', decimals: 18 }
  const unit: UnitOfAccount = { symbol: loan.symbol, asset: loan, price: Wad.WAD }
  const legs = (amount: bigint, owed: bigint, value: bigint, threshold: bigint): KnownLegs => {
    const exactPrice = { value, decimals: 24 }
    const terms = { isCollateral: true, liquidationThreshold: threshold, loanToValue: threshold }
    return {
      collateral: [{ asset: collateral, amount, price: Exact.toWad(exactPrice), exactPrice, value: 0n, ...terms }],
      debt: [{ asset: loan, amount: owed, price: Wad.WAD, value: 0n, liabilityWeight: Wad.WAD }],
    }
  }

  test("behavior: it is one unit of the oracle's 36 decimals beside the last safe price, and the loan token has none", () => {
    fc.assert(
      fc.property(
        fc.bigInt(10n ** 12n, 10n ** 24n),
        fc.bigInt(1n, 10n ** 13n),
        fc.bigInt(10n ** 24n, 10n ** 29n),
        fc.bigInt(1n, 98n).map((percent) => percent * 10n ** 16n),
        (amount, owed, value, threshold) => {
          const some = legs(amount, owed, value, threshold)
          const { context, where } = viewOf(some, morphoRule, unit)
          const prices = liquidationPrices(context, where)
          if ('status' in prices) throw new TypeError('unknown')
          const [price, ofLoan] = prices
          expect(ofLoan).toEqual({ asset: loan, status: 'unit-of-account' })
          if (isLiquidatable(some, morphoRule)) {
            expect(price).toEqual({ asset: collateral, status: 'already' })
            return
          }
          if (price?.status !== 'known') {
            expect(isLiquidatable(legs(amount, owed, 1n, threshold), morphoRule)).toBe(false)
            return
          }
          const at = price.liquidatesAt?.value ?? 0n
          expect([price.direction, price.liquidatesAt?.decimals, price.opposite]).toEqual(['falls', 24, undefined])
          expect(price.safeAt).toEqual({ value: at + 1n, decimals: 24 })
          expect(isLiquidatable(legs(amount, owed, at, threshold), morphoRule)).toBe(true)
          expect(isLiquidatable(legs(amount, owed, at + 1n, threshold), morphoRule)).toBe(false)
          expect(price.move).toBe(((value - at) * Wad.WAD) / value)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('behavior: where collateral and loan token fall together nothing happens; where the loan token rises alone it does', () => {
    const { context, where } = viewOf(
      legs(10n ** 18n, 1_500n * 10n ** 6n, 2_000n * 10n ** 24n, Wad.fromDecimal('0.8')),
      morphoRule,
      unit,
    )
    const fall = (...slopes: readonly (readonly [Asset, bigint])[]) =>
      fallToLiquidation(context, {
        ...where,
        direction: { name: 'lab', slopes: slopes.map(([asset, slope]) => ({ assets: [asset], slope })) },
      })
    expect(fall([collateral, -Wad.WAD], [loan, -Wad.WAD])).toEqual({ status: 'never' })
    expect(fall([collateral, -Wad.WAD])).toEqual({ status: 'known', fall: Wad.fromDecimal('0.0625') + 1n })
    // In dollars: a loan token that rises by 1/15 makes the collateral fall by 1/16 in it.
    expect(fall([loan, Wad.WAD])).toEqual({ status: 'known', fall: 66_666_666_666_666_667n })
    expect(fall([loan, -Wad.WAD])).toEqual({ status: 'never' })
  })
})

describe('liquidationPrices of a floored average', () => {
  test('behavior: a rise of collateral may liquidate, and the first such price counts', () => {
    // 200,000 at 90 % and 100 at 10 %: the average is 89.96 %, and one unit more of the low one floors it to less.
    const some: readonly Held[] = [
      { price: 1n, decimals: 0, supplied: 200_000n, owed: 0n, threshold: 9_000n, isCollateral: true, rate: 0n },
      { price: 100n, decimals: 0, supplied: 1n, owed: 0n, threshold: 1_000n, isCollateral: true, rate: 0n },
      { price: 1n, decimals: 0, supplied: 0n, owed: 179_999n, threshold: 0n, isCollateral: true, rate: 0n },
    ]
    const legs = legsOf(some, ruleUpTo34)
    const { context, where } = viewOf(legs, ruleUpTo34)
    const prices = liquidationPrices(context, where)
    if ('status' in prices) throw new TypeError('unknown')
    const low = prices.find(({ asset }) => asset.symbol === 'T1')
    const asset = low?.asset ?? legs.debt[0]?.asset
    if (asset === undefined) throw new TypeError('no asset')
    const due = flipByHand(legs, ruleUpTo34, asset, 100n, 1n)
    expect(due).toBeDefined()
    expect(low).toMatchObject({ status: 'known', direction: 'rises', liquidatesAt: { value: due, decimals: 8 } })
  })
})
