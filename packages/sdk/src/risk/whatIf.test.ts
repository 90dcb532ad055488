import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  adapter,
  asset,
  averagingRule,
  collateralLeg,
  debtLeg,
  ETH,
  exactRule,
  marketState,
  owner,
  position,
  reserve,
  WAD,
} from '../../../../test/fixtures/moves.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { MarketState, Reserve } from '../model/Market.ts'
import type { Position, ReadPosition } from '../model/Position.ts'
import { type Quantity, unknown } from '../model/Quantity.ts'
import type { UnitOfAccount } from '../model/UnitOfAccount.ts'
import { OutOfRangeError } from '../units/OutOfRangeError.ts'
import * as AccountHealth from './AccountHealth.ts'
import type { Change } from './Change.ts'
import type { LiquidationRule } from './LiquidationRule.ts'
import * as PositionHealth from './PositionHealth.ts'
import type { RiskAdapter, RiskContext } from './RiskAdapter.ts'
import type { AssetId } from './Shock.ts'
import { selectAssets } from './selectAssets.ts'
import { shockOf } from './shockOf.ts'
import { totals } from './Totals.ts'
import { verdict } from './Verdict.ts'
import type { WhatIfSource, WhatIfView } from './WhatIfView.ts'
import { whatIf } from './whatIf.ts'

const USDC = 10n ** 6n
const issue = { kind: 'reverted', chainId: 10, path: 'reserves.WETH.price', reason: 'stale' } as const
const [weth10, usdc10, weth20, usdc20] = [
  asset(10, 'WETH', 18),
  asset(10, 'USDC', 6),
  asset(20, 'WETH', 18),
  asset(20, 'USDC', 6),
]
const other = asset(10, 'DAI', 6)
const context: RiskContext = { adapters: [adapter(10), adapter(20)] }

/** Judged as a margin view has it. */
function read(facts: ReadPosition): ReadPosition {
  const rule = facts.rule === averagingRule.key ? averagingRule : exactRule
  return { ...facts, ...PositionHealth.assess(facts, rule) }
}

function viewOf(positions: readonly Position[], markets: readonly MarketState[]): MarginView {
  return {
    owners: [owner],
    chains: [],
    positions,
    markets,
    inFlight: [],
    parked: [],
    totals: totals(positions),
    weakest: AccountHealth.weakest(positions),
    aggregate: AccountHealth.aggregate(positions),
    verdict: verdict(positions),
    issues: positions.flatMap(({ issues }) => issues),
    flags: [],
    cut: { time: undefined, skew: 0n },
  }
}

const reserves = (chainId: number): readonly Reserve[] => [
  reserve(asset(chainId, 'WETH', 18)),
  reserve(asset(chainId, 'USDC', 6)),
]
const markets = [marketState(10, reserves(10)), marketState(20, reserves(20))]

/** 10 WETH against 5,000 USDC (health 3.3) on one chain, 5 WETH against 7,500 USDC (health 1.1) on another. */
const safe = read(
  position(10, { collateral: [collateralLeg(weth10, 10n * ETH)], debt: [debtLeg(usdc10, 5_000n * USDC)] }),
)
const weak = read(
  position(20, { collateral: [collateralLeg(weth20, 5n * ETH)], debt: [debtLeg(usdc20, 7_500n * USDC)] }),
)
const view = viewOf([safe, weak], markets)

const ether = selectAssets(view, { symbols: ['WETH'] })
const fallTo = (factor: bigint): Change => shockOf({ name: 'ETH', assets: ether, factor })

function healthIn({ positions }: Pick<WhatIfSource, 'positions'>, id: string): bigint | undefined {
  const health = positions.find((one) => one.id === id)?.health
  return health?.status === 'known' ? health.factor : undefined
}

const supply = (amount: bigint): Extract<Change, { kind: 'action' }> => ({
  kind: 'action',
  position: safe.id,
  action: 'supply',
  asset: weth10.address,
  amount,
})
const factor = fc.bigInt({ min: WAD / 1_000n, max: 3n * WAD })
const both = (first: bigint, second: bigint): Change => ({
  kind: 'shock',
  name: 'both',
  prices: [first, second].map((by) => ({ assets: ether, factor: by })),
})
const outOfRange = { parameter: 'price', value: 0n, min: 0n, max: 0n }

type Lending = NonNullable<RiskAdapter['lending']>
type Accrued = NonNullable<Lending['accrued']>

/** The first market's adapter can do more. */
function withLending(lending: Partial<Lending>): RiskContext {
  return { adapters: [{ ...adapter(10), lending: { after: ({ position: facts }) => facts, ...lending } }, adapter(20)] }
}

describe('whatIf', () => {
  test('default', () => {
    const { positions, weakest, verdict, aggregate, status, bounds, issues } = whatIf(context, {
      view,
      changes: [fallTo((WAD * 8n) / 10n)],
    })
    expect({ status, weakest, verdict, aggregate, bounds, issues }).toMatchInlineSnapshot(`
      {
        "aggregate": {
          "factor": 1583999999999999999n,
          "status": "known",
        },
        "bounds": [],
        "issues": [],
        "status": "hypothetical",
        "verdict": "liquidatable",
        "weakest": {
          "health": {
            "factor": 879999999999999999n,
            "status": "known",
          },
          "weakestKnown": {
            "factor": 879999999999999999n,
            "position": "test:20:pool:0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a",
          },
        },
      }
    `)
    expect(positions.map((one) => one.status === 'read' && one.collateralValue)).toEqual([16_000n * WAD, 8_000n * WAD])
  })

  test('behavior: is no margin view, so that nothing can be planned with it', () => {
    expectTypeOf<WhatIfView>().not.toExtend<MarginView>()
    expectTypeOf<WhatIfView>().toExtend<WhatIfSource>()
  })

  test('behavior: a factor of one changes nothing, not even what is the same object', () => {
    const same = whatIf(context, { view, changes: [fallTo(WAD)] })
    expect(same).toEqual({
      ...whatIf(context, { view, changes: [] }),
      changes: same.changes,
    })
    const { positions, markets, totals, weakest, aggregate, verdict, issues } = view
    expect(same).toMatchObject({ positions, markets, totals, weakest, aggregate, verdict, issues })
    expect(same.positions[0]).toBe(safe)
    expect(same.markets[0]).toBe(markets[0])
  })

  test('behavior: shocks compose, and two roundings are never better than one', () => {
    fc.assert(
      fc.property(factor, factor, (first, second) => {
        const twice = whatIf(context, { view, changes: [fallTo(first), fallTo(second)] })
        const once = whatIf(context, { view, changes: [both(first, second)] })
        for (const { id } of view.positions) {
          const [low, high] = [healthIn(twice, id) ?? 0n, healthIn(once, id) ?? 0n]
          expect(low).toBeLessThanOrEqual(high)
          expect(high - low).toBeLessThanOrEqual(10n)
        }
      }),
    )
  })

  test('behavior: a what-if of a what-if is that of all changes', () => {
    const changes = [fallTo((WAD * 9n) / 10n), { kind: 'time', seconds: 86_400n }, supply(ETH)] as const
    const [first, ...others] = changes
    const again = whatIf(context, { view: whatIf(context, { view, changes: [first] }), changes: others })
    expect(again).toEqual(whatIf(context, { view, changes }))
  })

  test('behavior: the deeper the fall, the lower every health', () => {
    fc.assert(
      fc.property(factor, factor, (a, b) => {
        const [deep, shallow] = a < b ? [a, b] : [b, a]
        const [low, high] = [deep, shallow].map((by) => whatIf(context, { view, changes: [fallTo(by)] }))
        if (low === undefined || high === undefined) return
        for (const { id } of view.positions) {
          expect(healthIn(low, id) ?? 0n).toBeLessThanOrEqual(healthIn(high, id) ?? 0n)
        }
      }),
    )
  })

  test('behavior: the order of positions does not matter', () => {
    const changes = [fallTo((WAD * 7n) / 10n), supply(ETH)]
    const { positions, ...sums } = whatIf(context, { view, changes })
    const turned = whatIf(context, { view: { ...view, positions: [weak, safe] }, changes })
    const { positions: others, ...same } = turned
    expect([...others].reverse()).toEqual(positions)
    expect(same).toEqual(sums)
  })

  describe('shock', () => {
    test('behavior: says what each position and each reserve would be', () => {
      const after = whatIf(context, { view, changes: [fallTo(WAD / 2n)] })
      expect(after.markets.map(({ reserves }) => reserves.map(({ price }) => price))).toEqual([
        [1_000n * WAD, WAD],
        [1_000n * WAD, WAD],
      ])
      expect(after.positions).toMatchObject([
        { collateral: [{ price: 1_000n * WAD, value: 10_000n * WAD }], debt: [{ price: WAD }] },
        { collateral: [{ price: 1_000n * WAD, value: 5_000n * WAD }], debt: [{ price: WAD }] },
      ])
    })

    test('behavior: identifies by chain and address, never by symbol', () => {
      const after = whatIf(context, {
        view,
        changes: [shockOf({ name: 'one chain', assets: [weth20], factor: WAD / 2n })],
      })
      expect(healthIn(after, safe.id)).toBe(healthIn(view, safe.id))
      expect(healthIn(after, weak.id)).toBeLessThan(healthIn(view, weak.id) ?? 0n)
    })

    test('behavior: a price that is unknown stays so, with its issues, and the others change', () => {
      const doubtful = read(
        position(10, {
          collateral: [
            collateralLeg(weth10, ETH, { price: unknown(issue) }),
            collateralLeg(usdc10, 4_000n * USDC, { amount: unknown(issue) }),
            collateralLeg(other, 1_000n * USDC),
          ],
          debt: [debtLeg(usdc10, 100n * USDC)],
        }),
      )
      const before = viewOf([doubtful, weak], markets)
      const after = whatIf(context, {
        view: before,
        changes: [shockOf({ name: 'all', assets: [weth10, usdc10, other], factor: WAD / 2n })],
      })
      expect(after.positions[0]).toMatchObject({
        collateral: [
          { price: unknown(issue) },
          { amount: unknown(issue), price: WAD / 2n },
          { price: WAD / 2n, value: 500n * WAD },
        ],
        debt: [{ price: WAD / 2n }],
        health: { status: 'unknown', issues: [issue] },
        conservativeHealth: { status: 'known' },
      })
      expect(after.weakest).toMatchObject({ health: unknown(issue), weakestKnown: { position: weak.id } })
      expect(after).toMatchObject({ verdict: 'unknown', issues: before.issues, totals: { missing: [safe.id] } })
    })

    test('behavior: a debt whose price has more digits than the oracle is rounded up, however little it falls', () => {
      const rule = { ...exactRule, priceDecimals: () => 8 }
      const dollar: Change = {
        kind: 'price',
        market: safe.market.key,
        asset: usdc10.address,
        price: WAD + 9n * 10n ** 9n,
      }
      const fall = shockOf({ name: 'USDC', assets: [usdc10], factor: WAD - 1n })
      const adapters = [{ ...adapter(10), rules: { [rule.key]: rule } }, adapter(20)]
      const [after] = whatIf({ adapters }, { view, changes: [dollar, fall] }).positions
      expect(after).toMatchObject({ debt: [{ price: WAD + 10n ** 10n }] })
    })

    test('behavior: an unread position stays unread', () => {
      const { id, market } = safe
      const unread: Position = { id, owner, market, status: 'unread', health: unknown(issue), issues: [issue] }
      const after = whatIf(context, {
        view: viewOf([unread, weak], markets),
        changes: [fallTo(WAD / 2n), { kind: 'time', seconds: 1n }, { ...supply(1n), position: id }],
      })
      expect(after.positions[0]).toBe(unread)
      expect(after).toMatchObject({ verdict: 'unknown', issues: [issue] })
    })

    test('behavior: a market that counts in an asset sees the quotient', () => {
      const unit: UnitOfAccount = { symbol: 'USDC', asset: usdc10, price: WAD }
      const counting = read({ ...safe, unit })
      const before = viewOf([counting], [{ ...marketState(10, reserves(10)), unit }])
      const at = (...assets: readonly AssetId[]) => {
        const { positions, totals } = whatIf(context, {
          view: before,
          changes: [shockOf({ name: 'half', assets, factor: WAD / 2n })],
        })
        const [only] = positions
        if (only?.status !== 'read' || totals.status !== 'complete') return undefined
        return {
          price: only.collateral[0]?.price,
          owed: only.debt[0]?.price,
          in: only.unit?.price,
          net: totals.netValue,
        }
      }
      // The rule of these tests rounds every debt up by one.
      expect(at(weth10)).toEqual({ price: 1_000n * WAD, owed: WAD, in: WAD, net: 5_000n * WAD - 1n })
      expect(at(usdc10)).toEqual({ price: 4_000n * WAD, owed: WAD, in: WAD / 2n, net: 17_500n * WAD - 1n })
      expect(at(weth10, usdc10)).toEqual({ price: 2_000n * WAD, owed: WAD, in: WAD / 2n, net: 7_500n * WAD - 1n })
    })

    test('behavior: what may be supplied first is shocked as well', () => {
      const first = collateralLeg(weth10, 0n)
      const after = whatIf(context, {
        view: viewOf([read({ ...safe, collateral: [], firstSupplies: [first] })], markets),
        changes: [fallTo(WAD / 2n)],
      })
      expect(after.positions[0]).toMatchObject({ firstSupplies: [{ price: 1_000n * WAD, amount: 0n }] })
    })

    test('behavior: figures that no protocol could hold leave the position unread, and say so', () => {
      const strict: LiquidationRule = {
        ...exactRule,
        assess: (legs) => {
          if (legs.collateral.some(({ price }) => price > 10n ** 24n)) throw new OutOfRangeError(outOfRange)
          return exactRule.assess(legs)
        },
      }
      const [first] = context.adapters
      const adapters = first === undefined ? [] : [{ ...first, rules: { [exactRule.key]: strict } }]
      const after = whatIf(
        { adapters },
        { view: viewOf([safe], [marketState(10, reserves(10))]), changes: [fallTo(1_000n * WAD)] },
      )
      expect(after.positions).toMatchObject([{ status: 'unread', health: { status: 'unknown' } }])
      expect(after.issues.map(({ reason }) => reason)).toEqual(['cannot be judged: The price is out of range.'])
    })
  })

  describe('price', () => {
    const price = (to: bigint): Change => ({ kind: 'price', market: safe.market.key, asset: weth10.address, price: to })

    test('behavior: is that of one market', () => {
      const after = whatIf(context, { view, changes: [price(1_000n * WAD)] })
      expect(after.positions).toMatchObject([{ collateralValue: 10_000n * WAD }, { collateralValue: 10_000n * WAD }])
      expect(after.markets[0]?.reserves[0]?.price).toBe(1_000n * WAD)
      expect(after.markets[1]).toBe(markets[1])
    })

    test('behavior: makes a price known that was not', () => {
      const [weth, usdc] = reserves(10)
      if (weth === undefined || usdc === undefined) throw new TypeError('the fixture has two reserves')
      const doubtful = read({
        ...safe,
        collateral: [collateralLeg(weth10, 10n * ETH, { price: unknown(issue) })],
        firstSupplies: [collateralLeg(usdc10, 0n)],
      })
      const rate = { ...issue, path: 'reserves.USDC.borrowRate' }
      const before: MarginView = {
        ...viewOf([doubtful], [marketState(10, [{ ...weth, price: unknown(issue) }, usdc])]),
        issues: [issue, rate],
      }
      expect(whatIf(context, { view: before, changes: [price(2_000n * WAD)] })).toMatchObject({
        positions: [{ health: safe.health }],
        markets: [{ reserves: [{ price: 2_000n * WAD }, usdc] }],
        issues: [rate],
      })
    })
  })

  describe('parameters', () => {
    const lower = (fields: Partial<Extract<Change, { kind: 'parameters' }>> = {}): Change => ({
      kind: 'parameters',
      market: safe.market.key,
      asset: weth10.address,
      liquidationThreshold: WAD / 2n,
      ...fields,
    })

    test('behavior: hold for the reserve, for who has it and for who may', () => {
      const empty = read({ ...safe, id: 'empty', collateral: [], firstSupplies: [collateralLeg(weth10, 0n)] })
      const after = whatIf(context, {
        view: viewOf([safe, weak, empty], markets),
        changes: [lower({ loanToValue: WAD / 4n })],
      })
      expect(healthIn(after, safe.id)).toBe((10_000n * WAD * WAD) / (5_000n * WAD + 1n))
      expect(after.positions[1]).toBe(weak)
      expect(after.positions[2]).toMatchObject({ firstSupplies: [{ liquidationThreshold: WAD / 2n }] })
      expect(after.markets[0]?.reserves[0]).toMatchObject({ liquidationThreshold: WAD / 2n, loanToValue: WAD / 4n })
    })

    test('behavior: leave what an e-mode governs, unless its position is named', () => {
      const inEMode = read({
        ...safe,
        collateral: [collateralLeg(weth10, 10n * ETH, { liquidationThreshold: (WAD * 95n) / 100n })],
      })
      const before = viewOf([inEMode], markets)
      expect(whatIf(context, { view: before, changes: [lower()] }).positions[0]).toBe(inEMode)
      const named = whatIf(context, { view: before, changes: [lower({ position: inEMode.id })] })
      expect(named.positions[0]).toMatchObject({ collateral: [{ liquidationThreshold: WAD / 2n }] })
      expect(named.markets[0]).toBe(markets[0])
    })

    test('behavior: weigh debts, but not those that do not count', () => {
      const weighed = (liabilityWeight: bigint) =>
        read({ ...safe, debt: [debtLeg(usdc10, 5n * USDC, { liabilityWeight })] })
      const changes = [lower({ asset: usdc10.address, liquidationThreshold: undefined, liabilityWeight: 2n * WAD })]
      const weighing: LiquidationRule = {
        ...exactRule,
        weighsDebts: true,
        assess: ({ collateral, debt }) =>
          exactRule.assess({
            collateral,
            debt: debt.map((leg) => ({ ...leg, amount: (leg.amount * leg.liabilityWeight) / WAD })),
          }),
      }
      const after = (before: bigint) =>
        whatIf(
          { adapters: [{ ...adapter(10), rules: { [exactRule.key]: weighing } }] },
          { view: viewOf([weighed(before)], markets), changes },
        )
      expect(after(WAD).positions).toMatchObject([
        { weightedDebt: 10n * WAD + 1n, debt: [{ liabilityWeight: 2n * WAD }] },
      ])
      expect(after(0n).positions).toMatchObject([{ debt: [{ liabilityWeight: 0n }] }])
    })

    test('behavior: what has no threshold backs nothing any more', () => {
      const after = whatIf(context, { view, changes: [lower({ liquidationThreshold: 0n })] })
      expect(after.positions[0]).toMatchObject({ collateral: [{ isCollateral: false }], weightedCollateral: 0n })
      const again = whatIf(context, { view: after, changes: [lower()] })
      expect(again.positions[0]).toMatchObject({
        collateral: [{ isCollateral: false, liquidationThreshold: WAD / 2n }],
      })
    })
  })

  describe('action', () => {
    const act = (fields: Partial<Extract<Change, { kind: 'action' }>>): Change => ({ ...supply(1n), ...fields })
    const legsAfter = (change: Change, before: ReadPosition = safe) => {
      const [only] = whatIf(context, { view: viewOf([before], markets), changes: [change] }).positions
      if (only?.status !== 'read') return undefined
      const amounts = (legs: readonly { readonly amount: Quantity }[]) => legs.map(({ amount }) => amount)
      return [amounts(only.collateral), amounts(only.debt), amounts(only.firstSupplies ?? [])]
    }

    test('behavior: adds and takes where the adapter does not say more', () => {
      expect(legsAfter(act({ amount: ETH }))).toEqual([[11n * ETH], [5_000n * USDC], []])
      expect(legsAfter(act({ action: 'withdraw', amount: 3n * ETH }))).toEqual([[7n * ETH], [5_000n * USDC], []])
      expect(legsAfter(act({ action: 'withdraw', amount: 99n * ETH }))).toEqual([[], [5_000n * USDC], []])
      expect(legsAfter(act({ action: 'borrow', asset: usdc10.address, amount: USDC }))).toEqual([
        [10n * ETH],
        [5_001n * USDC],
        [],
      ])
      expect(legsAfter(act({ action: 'borrow', amount: ETH }))).toEqual([[10n * ETH], [5_000n * USDC, ETH], []])
      expect(legsAfter(act({ action: 'repay', asset: usdc10.address, amount: 5_000n * USDC }))).toEqual([
        [10n * ETH],
        [],
        [],
      ])
    })

    test('behavior: a first supply has the parameters that its owner was told, and leaves the list of them', () => {
      const told = collateralLeg(usdc10, 0n, { isCollateral: false, liquidationThreshold: WAD / 5n })
      const before = read({ ...safe, firstSupplies: [told] })
      const first = act({ asset: usdc10.address, amount: USDC })
      expect(legsAfter(first, before)).toEqual([[10n * ETH, USDC], [5_000n * USDC], []])
      const changes = [first, act({ action: 'withdraw', asset: usdc10.address, amount: USDC })]
      const back = whatIf(context, { view: viewOf([before], markets), changes }).positions[0]
      expect(back).toMatchObject({ collateral: safe.collateral, firstSupplies: [{ ...told, value: 0n }] })
      expect(whatIf(context, { view, changes: [first] }).positions[0]).toMatchObject({
        collateral: [{}, { isCollateral: true, liquidationThreshold: (WAD * 825n) / 1000n }],
      })
    })

    test('behavior: nothing known comes of what is unknown', () => {
      const doubtful = read({ ...safe, collateral: [collateralLeg(weth10, 0n, { amount: unknown(issue) })] })
      for (const action of ['supply', 'withdraw'] as const) {
        expect(legsAfter(act({ action, amount: ETH }), doubtful)?.[0]).toEqual([unknown(issue)])
      }
    })

    test('behavior: is booked by the adapter where it says how', () => {
      const after = whatIf(
        withLending({
          after: ({ position: facts }, { amount }) => ({
            ...facts,
            collateral: [collateralLeg(weth10, 10n * ETH + amount - 1n)],
          }),
        }),
        { view, changes: [supply(ETH)] },
      )
      expect(after.positions[0]).toMatchObject({ collateral: [{ amount: 11n * ETH - 1n }], block: safe.block })
      expect(after.bounds).toEqual([])
    })
  })

  describe('time', () => {
    const year: Change = { kind: 'time', seconds: 31_536_000n }

    test('behavior: bounds what is owed by the rates, and says so', () => {
      const after = whatIf(context, { view, changes: [year] })
      const [first] = after.positions
      const owed = first?.status === 'read' ? first.debt[0]?.amount : undefined
      // 5 % a year: e^0.05 = 1.051271…
      expect(owed).toBeGreaterThan((5_000n * USDC * 1_051_271n) / 1_000_000n)
      expect(owed).toBeLessThan((5_000n * USDC * 1_052_600n) / 1_000_000n)
      expect(after.positions[0]).toMatchObject({ collateral: safe.collateral })
      expect(after.bounds).toEqual([safe.id, weak.id])
      expect(whatIf(context, { view: after, changes: [] }).bounds).toEqual(after.bounds)
      expect(whatIf(context, { view, changes: [{ kind: 'time', seconds: 0n }] }).bounds).toEqual([])
    })

    test('behavior: without a rate the debt is unknown', () => {
      const [weth, usdc] = reserves(10)
      if (weth === undefined || usdc === undefined) throw new TypeError('the fixture has two reserves')
      const rate = unknown({ ...issue, path: 'reserves.USDC.borrowRate' })
      const before = viewOf([safe, weak], [marketState(10, [weth, { ...usdc, borrowRate: rate }]), ...markets.slice(1)])
      const after = whatIf(context, { view: before, changes: [year] })
      expect(after.positions[0]).toMatchObject({ health: rate, debt: [{ amount: rate }] })
      expect(healthIn(after, weak.id)).toBeLessThan(healthIn(view, weak.id) ?? 0n)
      const unlisted = whatIf(context, {
        view: { ...before, markets: [marketState(10, [weth]), ...markets.slice(1)] },
        changes: [year],
      })
      expect(unlisted.positions[0]?.health).toMatchObject({
        status: 'unknown',
        issues: [{ reason: 'not in the market' }],
      })
    })

    test('behavior: passes as the adapter says, which moves the market on', () => {
      const accrued: Accrued = ({ state, position: facts }, seconds) => ({
        state: { ...state, details: { now: BigInt(state.details?.now ?? 0n) + seconds } },
        position: { ...facts, debt: [debtLeg(usdc10, 5_000n * USDC + BigInt(state.details?.now ?? 0n) + seconds)] },
      })
      const changes = [
        { kind: 'time', seconds: 10n },
        { kind: 'time', seconds: 5n },
      ] as const
      const after = whatIf(withLending({ accrued }), { view, changes })
      expect(after.positions[0]).toMatchObject({ debt: [{ amount: 5_000n * USDC + 15n }] })
      expect(after.markets).toMatchObject([{ details: { now: 15n } }, markets[1] ?? {}])
      expect(after.bounds).toEqual([weak.id])
    })

    test('behavior: moves a market on in which nobody has anything yet', () => {
      const empty = read({ ...safe, collateral: [], debt: [] })
      const accrued: Accrued = ({ state, position: facts }, seconds) => ({
        state: { ...state, details: { now: BigInt(state.details?.now ?? 0n) + seconds } },
        position: facts,
      })
      const after = whatIf(withLending({ accrued }), { view: viewOf([empty], markets), changes: [year] })
      expect(after).toMatchObject({ positions: [empty], bounds: [] })
      expect(after.markets[0]).toMatchObject({ details: { now: 31_536_000n } })
    })

    test('behavior: nothing comes of nothing', () => {
      const empty = read({ ...safe, collateral: [], debt: [] })
      const after = whatIf(context, { view: viewOf([empty], []), changes: [year] })
      expect(after).toMatchObject({ positions: [empty], bounds: [] })
    })
  })

  describe('e-mode', () => {
    test('behavior: is what the adapter says', () => {
      const after = whatIf(
        withLending({
          inEMode: ({ position: facts }, category) => ({
            ...facts,
            collateral: facts.collateral.map((leg) => ({ ...leg, liquidationThreshold: WAD })),
            details: { eModeId: category },
          }),
        }),
        { view, changes: [{ kind: 'e-mode', position: safe.id, category: 1 }] },
      )
      expect(after.positions[0]).toMatchObject({ details: { eModeId: 1 }, weightedCollateral: 20_000n * WAD })
    })

    test('error: NoEModeError', () => {
      expect(() =>
        whatIf(context, { view, changes: [{ kind: 'e-mode', position: safe.id, category: 1 }] }),
      ).toThrowError(expect.objectContaining({ name: 'NoEModeError', market: safe.market.key }))
    })
  })

  test('behavior: verdicts begin where the context says, or the caller', () => {
    const strict = { atRisk: 2n * WAD, watch: 10n * WAD }
    const changes = [{ ...supply(ETH), position: weak.id, asset: weth20.address }]
    const verdictWith = (thresholds: typeof strict | undefined, of: RiskContext) =>
      whatIf(of, { view, changes, ...(thresholds && { thresholds }) }).verdict
    expect(verdictWith(undefined, context)).toBe('ok')
    expect(verdictWith(strict, context)).toBe('at-risk')
    expect(verdictWith(undefined, { ...context, thresholds: strict })).toBe('at-risk')
  })

  test.each<readonly [Change, string, object]>([
    [{ ...supply(1n), position: 'nobody' }, 'UnknownPositionError', { position: 'nobody' }],
    [{ kind: 'e-mode', position: 'nobody', category: 0 }, 'UnknownPositionError', { position: 'nobody' }],
    [{ kind: 'price', market: 'none', asset: weth10.address, price: 1n }, 'UnlistedMarketError', { market: 'none' }],
    [
      { kind: 'parameters', market: safe.market.key, asset: owner },
      'UnlistedAssetError',
      { market: safe.market.key, asset: owner },
    ],
    [{ ...supply(1n), asset: owner }, 'UnlistedAssetError', { asset: owner }],
    [
      { kind: 'parameters', market: safe.market.key, asset: weth10.address, position: 'nobody' },
      'UnknownPositionError',
      { position: 'nobody' },
    ],
    [fallTo(0n), 'InvalidChangeError', { field: 'factor', value: 0n, least: 1n }],
    [fallTo(1_000_001n * WAD), 'InvalidChangeError', { field: 'factor' }],
    [{ kind: 'time', seconds: -1n }, 'InvalidChangeError', { field: 'seconds', value: -1n }],
    [{ kind: 'time', seconds: 315_360_001n }, 'InvalidChangeError', { field: 'seconds', most: 315_360_000n }],
    [supply(0n), 'InvalidChangeError', { field: 'amount' }],
    [
      { kind: 'price', market: safe.market.key, asset: weth10.address, price: 0n },
      'InvalidChangeError',
      { field: 'price' },
    ],
    [
      { kind: 'parameters', market: safe.market.key, asset: weth10.address, liquidationThreshold: WAD + 1n },
      'InvalidChangeError',
      { field: 'liquidationThreshold' },
    ],
    [{ kind: 'e-mode', position: safe.id, category: 0.5 }, 'InvalidChangeError', { field: 'category' }],
    [
      { kind: 'parameters', market: safe.market.key, asset: usdc10.address, liabilityWeight: 2n * WAD },
      'NoLiabilityWeightError',
      { market: safe.market.key },
    ],
    [
      { kind: 'shock', name: 'again and again', prices: Array(8).fill({ assets: [weth10], factor: 1_000_000n * WAD }) },
      'PriceOutOfRangeError',
      { asset: weth10 },
    ],
  ])('error: %o throws %s', (change, name, fields) => {
    expect(() => whatIf(context, { view, changes: [change] })).toThrowError(
      expect.objectContaining({ name, ...fields }),
    )
  })

  test('error: UnknownMarketError without the adapter or the rule', () => {
    for (const adapters of [[], [adapter(20)], [{ ...adapter(10), rules: {} }, adapter(20)]]) {
      expect(() => whatIf({ adapters }, { view, changes: [fallTo(WAD / 2n)] })).toThrowError(
        expect.objectContaining({ name: 'UnknownMarketError', market: safe.market.key }),
      )
    }
    // Whom a shock passes by is not judged again.
    const elsewhere = shockOf({ name: 'WETH', assets: [weth20], factor: WAD / 2n })
    expect(whatIf({ adapters: [adapter(20)] }, { view, changes: [elsewhere] }).positions[0]).toBe(view.positions[0])
  })
})

describe('selectAssets', () => {
  test('default', () => {
    expect(ether).toEqual([weth10, weth20])
  })

  test('behavior: takes a test, and looks at legs and units as well', () => {
    const unit: UnitOfAccount = { symbol: 'ODD', asset: { ...other, symbol: 'ODD', address: owner }, price: WAD }
    const holding = read({ ...safe, unit, collateral: [collateralLeg(other, 1n)] })
    const all = selectAssets(viewOf([holding], []), () => true)
    expect(all.map(({ symbol }) => symbol)).toEqual(['DAI', 'USDC', 'ODD'])
    expect(selectAssets(view, { symbols: [] })).toEqual([])
  })
})
