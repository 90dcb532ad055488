import {
  type Asset,
  type CollateralLeg,
  type DebtLeg,
  deleverage,
  Exact,
  headroom,
  type KnownLegs,
  type LiquidationRule,
  leverUp,
  type MarketState,
  PositionHealth,
  type ReadPosition,
  type Reserve,
  Wad,
} from '@unimargin/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ruleSince35, ruleUpTo34 } from '../aave-v3/rule.ts'
import { compoundRule, venusRule } from '../compound-v2/rule.ts'
import { cometRule } from '../compound-v3/rule.ts'

// `RUNS=5000 vitest run --project unit packages/adapters/src/shared/headroom` for more.
/** Fewer would not meet what the counts below ask for. */
const runs = Math.max(150, Number(process.env.RUNS ?? 0))
const TIMEOUT = 60_000 + 100 * runs

const market = { key: 'lab:1:0x01', protocol: 'lab', chainId: 1, id: '0x01', name: 'Lab' } as const
const block = { chainId: 1, number: 1n, timestamp: 1n }
/** What can be tried by hand, one unit after the other. */
const SIGHT = 2_000n

type Held = {
  readonly price: bigint
  readonly amount: bigint
  /** Basis points. */
  readonly threshold: bigint
}

/** Few units of anything, each worth as many units of the protocol's own as its price says, so that every rounding shows. */
const held = fc.record({
  price: fc.bigInt(1n, 300n),
  amount: fc.bigInt(1n, SIGHT),
  threshold: fc.bigInt(1n, 9_900n),
})
const scene = fc.record({
  collateral: fc.array(held, { minLength: 1, maxLength: 3 }),
  debt: fc.array(held, { minLength: 1, maxLength: 2 }),
  extra: fc.bigInt(0n, 40n),
})

type Scene = { readonly collateral: readonly Held[]; readonly debt: readonly Held[]; readonly extra: bigint }

/** The legs by a rule. */
function legsOf({ collateral, debt }: Scene, rule: LiquidationRule): KnownLegs {
  const hasShares = rule.key.startsWith('compound-v2')
  const priced = ({ price }: Held, address: `0x${string}`) => {
    const asset: Asset = { chainId: 1, address, symbol: `T${address}`, decimals: hasShares ? 18 : 0 }
    const exactPrice = { value: price, decimals: rule.priceDecimals?.(asset, { collateral: [], debt: [] }) ?? 18 }
    return { asset, value: 0n, price: Exact.toWad(exactPrice), exactPrice }
  }
  const sized = (amount: bigint) => (hasShares ? amount * 10n ** 18n : amount)
  return {
    collateral: collateral.map((one, index): CollateralLeg<bigint> => {
      const threshold = one.threshold * 10n ** 14n
      const terms = { isCollateral: true, liquidationThreshold: threshold, loanToValue: threshold }
      const shares = hasShares ? { shares: { balance: sized(one.amount), rate: Wad.WAD } } : {}
      return { ...priced(one, `0x0${index}`), amount: sized(one.amount), ...shares, ...terms }
    }),
    debt: debt.map((one, index): DebtLeg<bigint> => {
      return { ...priced(one, `0x1${index}`), amount: sized(one.amount), liabilityWeight: Wad.WAD }
    }),
  }
}

function viewOf(legs: KnownLegs, rule: LiquidationRule) {
  const facts = { owner: '0x0a', rule: rule.key, details: {}, ...legs } as const
  const position: ReadPosition = {
    ...facts,
    ...PositionHealth.assess(facts, rule),
    status: 'read',
    id: 'it',
    market,
    block,
  }
  const reserves = [...legs.collateral, ...legs.debt].map(
    ({ asset, price }): Reserve => ({
      asset,
      price,
      liquidationThreshold: 0n,
      loanToValue: 0n,
      liquidationBonus: 0n,
      supplyRoom: undefined,
      borrowRoom: undefined,
      availableLiquidity: 10n ** 40n,
      supplyRate: 0n,
      borrowRate: 0n,
      supplyBlockedBy: [],
      withdrawBlockedBy: [],
      borrowBlockedBy: [],
    }),
  )
  const state: MarketState = { market, reserves }
  const context = { adapters: [{ market, rules: { [rule.key]: rule } }] }
  return { context, where: { view: { positions: [position], markets: [state] }, position: 'it' } }
}

/** With so much less of the first collateral. */
function without(legs: KnownLegs, amount: bigint): KnownLegs {
  return {
    ...legs,
    collateral: legs.collateral.map((leg, index) => (index === 0 ? { ...leg, amount: leg.amount - amount } : leg)),
  }
}

function keeps(legs: KnownLegs, rule: LiquidationRule, target: bigint): boolean {
  const { health } = rule.assess(legs)
  return health.status === 'no-debt' || health.factor >= target
}

// By their healths alone: what a withdrawal needs besides has tests of its own.
const rules = [ruleUpTo34, ruleSince35, cometRule, venusRule, compoundRule].map((rule) => ({
  ...rule,
  withdrawal: undefined,
}))

describe.each(rules)('headroom by $key', (rule) => {
  test(
    'behavior: it ends before the first amount that leaves less than the target',
    () => {
      const found = { health: 0, balance: 0, nothing: 0, undecided: 0 }
      fc.assert(
        fc.property(scene, (drawn) => {
          const target = Wad.WAD + drawn.extra * 10n ** 16n
          const legs = legsOf(drawn, rule)
          const [first] = legs.collateral
          if (first === undefined) return
          const unit = rule.key.startsWith('compound-v2') ? 10n ** 18n : 1n
          const { context, where } = viewOf(legs, rule)
          const room = headroom(context, { ...where, asset: first.asset.address, target })
          if (room.status === 'unknown') throw new TypeError('unknown')
          if (room.status === 'at-least') found.undecided += 1
          let due = first.amount
          for (let amount = 0n; amount <= first.amount; amount += unit) {
            if (keeps(without(legs, amount), rule, target)) continue
            due = amount - unit
            break
          }
          if (due < 0n) {
            expect(room).toMatchObject({ amount: 0n, by: ['health'] })
            found.nothing += 1
            return
          }
          if (unit === 1n) expect(room.amount).toBe(due)
          // Between whole tokens nobody tries every one of 1e18 amounts: neighbours are.
          else expect(room.amount / unit).toBe(due / unit)
          if (!room.by.includes('health')) {
            expect(room.amount).toBe(first.amount)
            found.balance += 1
            return
          }
          expect(keeps(without(legs, room.amount), rule, target)).toBe(true)
          expect(keeps(without(legs, room.amount + 1n), rule, target)).toBe(false)
          found.health += 1
        }),
        { numRuns: runs },
      )
      expect(found.health).toBeGreaterThan(5)
      expect(found.balance).toBeGreaterThan(5)
      expect(found.nothing).toBeGreaterThan(5)
      expect(found.undecided).toBe(0)
    },
    TIMEOUT,
  )
})

/** A loss of 0.3 % and then of 0.5 % of the rest. */
const COSTS = { fee: Wad.fromDecimal('0.003'), slippage: Wad.fromDecimal('0.005') }
const KEPT = Wad.fromDecimal('0.992015')

/** With so much more, or less, of the first collateral and the first debt. */
function moved(legs: KnownLegs, collateral: bigint, debt: bigint): KnownLegs {
  const by =
    <leg extends CollateralLeg<bigint> | DebtLeg<bigint>>(change: bigint) =>
    (leg: leg, index: number): leg =>
      index === 0 ? { ...leg, amount: leg.amount + change } : leg
  return { collateral: legs.collateral.map(by(collateral)), debt: legs.debt.map(by(debt)) }
}

describe.each(rules)('leverUp, deleverage by $key', (rule) => {
  test(
    'behavior: the target holds with the amount, and does not with a unit more, or less',
    () => {
      const found = { up: 0, beyond: 0, unbounded: 0, down: 0, already: 0, never: 0 }
      fc.assert(
        fc.property(scene, fc.boolean(), (drawn, isLeverage) => {
          const number = Wad.WAD + drawn.extra * 10n ** 16n
          const target = isLeverage ? { leverage: 3n * number } : { health: number }
          const legs = legsOf(drawn, rule)
          const [collateral, debt] = [legs.collateral[0], legs.debt[0]]
          if (collateral === undefined || debt === undefined) return
          const [paid, got] = [collateral.exactPrice?.value ?? 0n, debt.exactPrice?.value ?? 0n]
          const { context, where } = viewOf(legs, rule)
          const given = {
            ...where,
            ...COSTS,
            collateral: collateral.asset.address,
            debt: debt.asset.address,
            target,
          }
          const meets = (after: KnownLegs) => {
            const { collateralValue, debtValue } = rule.assess(after)
            if (!isLeverage) return keeps(after, rule, number)
            return debtValue === 0n || collateralValue <= ((collateralValue - debtValue) * 3n * number) / Wad.WAD
          }
          const bought = (borrow: bigint) => (borrow * got * KEPT) / (paid * Wad.WAD)
          const freed = (sell: bigint) => {
            const gain = (sell * paid * KEPT) / (got * Wad.WAD)
            if (gain < debt.amount) return gain
            return debt.amount
          }

          const up = leverUp(context, given)
          if (up.status === 'known') {
            expect(up.supply).toBe(bought(up.borrow))
            expect(meets(moved(legs, up.supply, up.borrow))).toBe(true)
            expect(meets(moved(legs, bought(up.borrow + 1n), up.borrow + 1n))).toBe(false)
            found.up += 1
          } else if (up.status === 'beyond') {
            expect(meets(legs)).toBe(false)
            found.beyond += 1
          } else found.unbounded += 1

          const down = deleverage(context, given)
          if (down.status === 'known') {
            expect(down.repay).toBe(freed(down.sell))
            expect(meets(moved(legs, -down.sell, -down.repay))).toBe(true)
            expect(meets(moved(legs, 1n - down.sell, -freed(down.sell - 1n)))).toBe(false)
            found.down += 1
          } else if (down.status === 'already') {
            expect(meets(legs)).toBe(true)
            found.already += 1
          } else {
            expect(down.status).toBe('never')
            expect(meets(moved(legs, -collateral.amount, -freed(collateral.amount)))).toBe(false)
            found.never += 1
          }
        }),
        { numRuns: runs },
      )
      expect(found.up).toBeGreaterThan(5)
      expect(found.beyond).toBeGreaterThan(5)
      expect(found.down).toBeGreaterThan(5)
      expect(found.already).toBeGreaterThan(5)
      expect(found.never).toBeGreaterThan(5)
      expect(found.unbounded).toBe(0)
    },
    TIMEOUT,
  )
})
