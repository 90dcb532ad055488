import {
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

/** What is looked at by hand on either side of today's price, in units of the protocol's own. */
const MOST_PRICE = 400n
const SIGHT = 1_500n

const market = { key: 'lab:1:0x01', protocol: 'lab', chainId: 1, id: '0x01', name: 'Lab' } as const
const loan = { chainId: 1, address: '0x0100', symbol: 'LOAN', decimals: 2 } as const
const unit: UnitOfAccount = { symbol: 'LOAN', asset: loan, price: Wad.WAD }

type Drawn = {
  readonly price: bigint
  readonly decimals: number
  readonly supplied: bigint
  readonly owed: bigint
  readonly threshold: bigint
  readonly isCollateral: boolean
  readonly rate: bigint
}

/** Few units of anything, so that every rounding shows. */
const drawn = fc.record({
  price: fc.bigInt(1n, MOST_PRICE),
  decimals: fc.integer({ min: 0, max: 2 }),
  supplied: fc.oneof(fc.constant(0n), fc.bigInt(1n, 3_000n)),
  owed: fc.oneof(fc.constant(0n), fc.bigInt(1n, 3_000n)),
  threshold: fc.bigInt(1n, 9_900n).map((bps) => bps * 10n ** 14n),
  isCollateral: fc.integer({ min: 0, max: 9 }).map((number) => number > 0),
  rate: fc.bigInt(5n * 10n ** 17n, 3n * 10n ** 18n),
})

function legsOf(all: readonly Drawn[], rule: LiquidationRule): KnownLegs {
  const of = ({ price, decimals }: Drawn, index: number) => {
    const asset = { chainId: 1, address: `0x0${index + 2}`, symbol: `T${index}`, decimals } as const
    const exactPrice = {
      value: price,
      decimals: rule.priceDecimals?.({ decimals }, { collateral: [], debt: [] }) ?? 18,
    }
    return { asset, value: 0n, price: Exact.toWad(exactPrice), exactPrice }
  }
  return {
    collateral: all.flatMap((one, index): readonly CollateralLeg<bigint>[] => {
      const { supplied: amount, threshold, isCollateral } = one
      const ratios = { liquidationThreshold: threshold, loanToValue: threshold }
      return amount === 0n ? [] : [{ ...of(one, index), amount, isCollateral, ...ratios }]
    }),
    debt: all.flatMap((one, index): readonly DebtLeg<bigint>[] =>
      one.owed === 0n ? [] : [{ ...of(one, index), amount: one.owed, liabilityWeight: Wad.WAD }],
    ),
  }
}

function viewOf(legs: KnownLegs, rule: LiquidationRule, unit?: UnitOfAccount) {
  const facts = { owner: '0x0a', rule: rule.key, details: {}, unit, ...legs } as const
  const block = { chainId: 1, number: 1n, timestamp: 1n }
  const position: ReadPosition = {
    ...facts,
    ...PositionHealth.assess(facts, rule),
    status: 'read',
    id: 'it',
    market,
    block,
  }
  const context = { adapters: [{ market, rules: { [rule.key]: rule } }] }
  return { view: { positions: [position], markets: [] }, context, position: 'it' }
}

function isLiquidatable(legs: KnownLegs, rule: LiquidationRule): boolean {
  const { health } = rule.assess(legs)
  return health.status === 'known' && health.factor < Wad.WAD
}

function withPrice(legs: KnownLegs, address: string, value: bigint): KnownLegs {
  const moved = <leg extends CollateralLeg<bigint> | DebtLeg<bigint>>(leg: leg): leg => {
    if (leg.asset.address !== address) return leg
    const exactPrice = { value, decimals: leg.exactPrice?.decimals ?? 0 }
    return { ...leg, exactPrice, price: Exact.toWad(exactPrice) }
  }
  return { collateral: legs.collateral.map(moved), debt: legs.debt.map(moved) }
}

/** One price after the other. */
function byHand(legs: KnownLegs, rule: LiquidationRule, address: string, now: bigint, step: 1n | -1n) {
  for (let value = now + step; value > 0n && value <= SIGHT; value += step) {
    if (isLiquidatable(withPrice(legs, address, value), rule)) return value
  }
  return undefined
}

function boundary(price: LiquidationPrice | undefined, direction: 'falls' | 'rises') {
  if (price?.status !== 'known') return undefined
  return [price, price.opposite].find((one) => one?.direction === direction)
}

const rules: readonly LiquidationRule[] = [ruleUpTo34, ruleSince35, cometRule, venusRule, compoundRule]
const counted = { falls: 0, rises: 0, opposites: 0 }

describe.each(rules)('liquidationPrices by $key', (rule) => {
  test("behavior: it is the first price that flips the verdict, on either side of today's", () => {
    const found = { falls: 0, rises: 0, loops: 0, undecided: 0 }
    fc.assert(
      fc.property(fc.array(drawn, { minLength: 1, maxLength: 4 }), (all) => {
        const legs = legsOf(all, rule)
        if (legs.debt.length === 0 || isLiquidatable(legs, rule)) return
        const { view, context, position } = viewOf(legs, rule)
        const prices = liquidationPrices(context, { view, position })
        if ('status' in prices) throw new Error('unknown')
        for (const price of prices) {
          const { address } = price.asset
          const now = all[Number(address) - 2]?.price ?? 0n
          for (const [direction, step] of [
            ['falls', -1n],
            ['rises', 1n],
          ] as const) {
            const due = byHand(legs, rule, address, now, step)
            const said = boundary(price, direction)
            if (said !== undefined && said.liquidatesAt === undefined) {
              found.undecided += 1
              continue
            }
            const at = said?.liquidatesAt?.value
            if (due === undefined && at !== undefined && at > SIGHT) continue
            expect(at, `${price.asset.symbol} ${direction}`).toBe(due)
            if (due === undefined) continue
            found[direction] += 1
            expect(said?.safeAt.value).toBe(due - step)
          }
        }
      }),
      { numRuns: 3_000 },
    )
    console.log(rule.key, found)
  })
})
