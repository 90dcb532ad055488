import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  asset,
  ether,
  flooringRule,
  linearRule,
  type PositionOf,
  WAD,
  world,
} from '../../../../test/fixtures/planner.ts'
import type { Asset } from '../model/Asset.ts'
import type { Reserve } from '../model/Market.ts'
import type { Position, ReadPosition } from '../model/Position.ts'
import { type Quantity, unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import { type Headroom, headroom } from './headroom.ts'
import { shockOf } from './shockOf.ts'

const wad = Wad.fromDecimal
const issue = { kind: 'unavailable', chainId: 1, path: 'reserves.WETH.price', reason: 'no answer' } as const
const weth = asset(1, 'WETH')
/** 10 WETH (20,000) at a threshold of 80 %, against 8,000: a health of 2. */
const giver: PositionOf = { chain: 1, name: 'A', collateral: { WETH: 10 }, debt: { USDC: 8_000 } }

type Given = Partial<Parameters<typeof headroom>[1]>

function roomOf(of: PositionOf, given: Given = {}, others: readonly PositionOf[] = []): Headroom {
  const { context, view, ids } = world(of, ...others)
  return headroom(context, { view, position: ids[0] ?? '', asset: weth.address, target: wad('1.5'), ...given })
}

function marketAndPosition(of: PositionOf) {
  const { context, view } = world(of)
  const [position, state, adapter] = [view.positions[0], view.markets[0], context.adapters[0]]
  if (position?.status !== 'read' || state === undefined || adapter === undefined) throw new TypeError('a position')
  return { position, state, adapter }
}

function numberOf(quantity: Quantity): bigint {
  if (typeof quantity !== 'bigint') throw new TypeError('no number')
  return quantity
}

const withWeth = (changes: Partial<Reserve>): PositionOf => ({ ...giver, reserves: { WETH: changes } })

describe('headroom', () => {
  test('default: what leaves a health of the target, and what limits it', () => {
    // 8,000 · 1.5 / 0.8 = 15,000 have to stay.
    expect(roomOf(giver)).toEqual({
      status: 'known',
      amount: ether(2.5),
      by: ['health'],
      limits: [
        { where: 'market', by: ['balance'], amount: ether(10) },
        { where: 'health', by: ['health'], amount: ether(2.5) },
      ],
    })
  })

  test('behavior: the market limits it by its own names', () => {
    expect(roomOf(withWeth({ availableLiquidity: ether(1) }))).toMatchObject({ amount: ether(1), by: ['liquidity'] })
    expect(roomOf(withWeth({ availableLiquidity: ether(2.5) }))).toMatchObject({ by: ['liquidity', 'health'] })
    expect(roomOf(withWeth({ withdrawBlockedBy: ['paused', 'inactive'] }))).toMatchObject({
      amount: 0n,
      by: ['paused', 'inactive'],
    })
    expect(roomOf({ ...giver, collateral: { DAI: 20_000 } })).toMatchObject({ amount: 0n, by: ['balance'] })
  })

  test('behavior: what backs nothing, and who owes nothing, is not limited by a health', () => {
    const idle = { ...giver, collateral: { DAI: 100 }, idle: { WETH: 3 } }
    expect(roomOf(idle)).toMatchObject({ amount: ether(3), by: ['balance'] })
    expect(roomOf({ ...giver, debt: {} })).toMatchObject({ amount: ether(10), by: ['balance'] })
    const wallet = { ...giver, debt: {}, isWallet: true }
    expect(roomOf(wallet)).toMatchObject({ amount: ether(10), by: ['balance'] })
  })

  test('behavior: without lending, loan-to-values limit it where the protocol asks for them', () => {
    const lending = { ...linearRule, withdrawal: 'loan-to-value' } as const
    const weighed = { ...giver, rule: lending, loanToValue: 0.5 }
    // 8,000 / 0.5 = 16,000 have to stay, though 10,000 would do for a health of 1.
    expect(roomOf(weighed, { target: WAD })).toMatchObject({ amount: ether(2), by: ['loan-to-value'] })
    expect(roomOf({ ...weighed, rule: linearRule }, { target: WAD })).toMatchObject({ amount: ether(5) })
    expect(roomOf({ ...weighed, loanToValue: 0.3 }, { target: WAD })).toMatchObject({
      amount: 0n,
      by: ['loan-to-value'],
    })
    expect(roomOf({ ...weighed, debt: {} })).toMatchObject({ amount: ether(10), by: ['balance'] })
  })

  test('behavior: nothing leaves while something without a loan-to-value backs the debt, where that is asked', () => {
    const rule = { ...linearRule, withdrawal: 'zero-loan-to-value-first' } as const
    const { position, state, adapter } = marketAndPosition({ ...giver, rule, collateral: { WETH: 10, DAI: 100 } })
    const [wethLeg, daiLeg] = position.collateral
    if (wethLeg === undefined || daiLeg === undefined) throw new TypeError('two legs')
    const stuck = { ...position, collateral: [wethLeg, { ...daiLeg, loanToValue: 0n }] }
    const of = (one: ReadPosition, what: Asset) =>
      headroom(
        { adapters: [adapter] },
        { view: { positions: [one], markets: [state] }, position: one.id, asset: what.address, target: WAD },
      )
    expect(of(stuck, weth)).toMatchObject({ amount: 0n, by: ['loan-to-value'] })
    expect(of(stuck, asset(1, 'DAI'))).toMatchObject({ amount: ether(100), by: ['balance'] })
    expect(of(position, weth)).toMatchObject({ by: ['health'] })
  })

  test('behavior: shocks limit it as well, each by its name and with a target of its own', () => {
    const crash = shockOf({ name: 'ETH −20 %', assets: [weth], factor: wad('0.8') })
    const room = roomOf(giver, { scenarios: [crash, { ...crash, name: 'soft', target: wad('1.2') }] })
    expect(room).toMatchObject({
      amount: ether(0.625),
      by: ['health'],
      limits: [
        { where: 'market' },
        { where: 'health', amount: ether(2.5) },
        { where: 'health', amount: ether(0.625), scenario: 'ETH −20 %' },
        { where: 'health', amount: ether(2.5), scenario: 'soft' },
      ],
    })
    const worse = { ...crash, name: 'ETH −50 %', prices: [{ assets: [weth], factor: wad('0.5') }] }
    expect(roomOf(giver, { scenarios: [worse] })).toMatchObject({ status: 'known', amount: 0n, by: ['health'] })
    expect(roomOf(giver, { scenarios: [{ ...worse, prices: [] }] })).toMatchObject({ amount: ether(2.5) })
  })

  test('behavior: a route limits it by what it carries, at most and at least', () => {
    expect(roomOf(giver, { route: { most: ether(1) } })).toMatchObject({ amount: ether(1), by: ['route'] })
    expect(roomOf(giver, { route: { most: 0n } })).toMatchObject({ amount: 0n, by: ['route'] })
    expect(roomOf(giver, { route: { least: ether(2.5) } })).toMatchObject({ amount: ether(2.5), by: ['health'] })
    expect(roomOf(giver, { route: { least: ether(2.5) + 1n } })).toMatchObject({
      amount: 0n,
      by: ['health', 'route-minimum'],
    })
    expect(roomOf(withWeth({ withdrawBlockedBy: ['paused'] }), { route: { least: ether(1) } })).toMatchObject({
      by: ['paused'],
    })
  })

  test('behavior: what receives it limits it by its cap, by what closes it, and by what it would back', () => {
    const receiver = (changes: Partial<PositionOf> = {}): PositionOf => ({
      chain: 2,
      name: 'B',
      collateral: { WETH: 1 },
      debt: { USDC: 1_000 },
      ...changes,
    })
    const to = (of: Partial<PositionOf>, purpose?: 'supply' | 'repay', of2 = asset(2, 'WETH').address) => {
      const { context, view, ids } = world(giver, receiver(of))
      return headroom(context, {
        view,
        position: ids[0] ?? '',
        asset: weth.address,
        target: wad('1.5'),
        to: { position: ids[1] ?? '', asset: of2, purpose },
      })
    }
    const reserve = (changes: Partial<Reserve>) => ({ reserves: { WETH: changes } })
    expect(to({})).toMatchObject({ amount: ether(2.5), by: ['health'] })
    expect(to(reserve({ supplyRoom: ether(2) }))).toMatchObject({ amount: ether(2), by: ['cap'] })
    expect(to(reserve({ supplyBlockedBy: ['frozen'] }))).toMatchObject({ amount: 0n, by: ['frozen'] })
    expect(to(reserve({ supplyBlockedBy: ['unread'] })).status).toBe('unknown')
    expect(to({ collateral: {}, idle: { WETH: 1 } })).toMatchObject({ amount: 0n, by: ['not-collateral'] })
    expect(to({ collateral: {}, ...reserve({ liquidationThreshold: 0n }) })).toMatchObject({ by: ['not-collateral'] })
    expect(to({ debt: { WETH: 2 } }, 'repay')).toMatchObject({ amount: ether(2), by: ['balance'] })
    expect(to({}, 'repay')).toMatchObject({ amount: 0n, by: ['balance'] })
    // 6 decimals there, 18 here.
    expect(to(reserve({}), 'repay', asset(2, 'USDC').address)).toMatchObject({
      limits: [{}, {}, { where: 'destination', amount: 1_000n * WAD }],
    })
  })

  test('behavior: unknown where a number that it depends on is, unless nothing can leave anyway', () => {
    const blurred = (changes: Partial<ReadPosition['collateral'][number]>, symbol = 'WETH'): PositionOf => {
      const { view } = world({ ...giver, collateral: { WETH: 10, DAI: 5 } })
      const [position] = view.positions
      if (position?.status !== 'read') throw new TypeError('no position')
      const collateral = position.collateral.map((leg) => (leg.asset.symbol === symbol ? { ...leg, ...changes } : leg))
      return { ...giver, changes: { collateral } }
    }
    const lost = unknown(issue)
    for (const of of [blurred({ amount: lost }), blurred({ price: lost }), blurred({ price: lost }, 'DAI')]) {
      expect(roomOf(of)).toMatchObject({ status: 'unknown', issues: [issue] })
      expect(roomOf({ ...of, reserves: { WETH: { withdrawBlockedBy: ['paused'] } } })).toMatchObject({
        status: 'known',
        amount: 0n,
        by: ['paused'],
      })
      expect(roomOf(of, { route: { most: 0n } })).toMatchObject({ status: 'known', amount: 0n, by: ['route'] })
    }
    // A price that no health needs is not asked for.
    const free = blurred({ price: lost })
    expect(roomOf({ ...free, changes: { ...free.changes, debt: [] } })).toMatchObject({ amount: ether(10) })
    expect(roomOf(withWeth({ availableLiquidity: lost })).status).toBe('unknown')
    expect(roomOf(withWeth({ withdrawBlockedBy: ['unread'] }))).toMatchObject({
      status: 'unknown',
      issues: [{ path: 'reserves.WETH.withdrawBlockedBy' }],
    })
  })

  test('behavior: nothing is known of what was not read', () => {
    const { context, view, ids } = world(giver)
    const [position] = view.positions
    if (position === undefined) throw new TypeError('no position')
    const { id, owner, market } = position
    const unread: Position = { id, owner, market, status: 'unread', health: unknown(issue), issues: [issue] }
    const given = { view: { ...view, positions: [unread] }, position: ids[0] ?? '', asset: weth.address }
    expect(headroom(context, { ...given, target: WAD })).toMatchObject({ status: 'unknown', issues: [issue] })
    expect(headroom(context, { ...given, target: WAD, route: { most: 0n } })).toMatchObject({ amount: 0n })
  })

  test('behavior: an adapter with limits is asked in place of the reserve', () => {
    const { context, view, ids } = world(giver)
    const limit = { amount: ether(2), by: ['loan-to-value'] }
    const lending = {
      limits: { supply: () => limit, withdraw: () => limit, borrow: () => limit, repay: () => limit },
      after: (_: unknown, { amount }: { readonly amount: bigint }) => {
        const [position] = view.positions
        if (position?.status !== 'read') throw new TypeError('no position')
        // Twice what was asked for leaves the position.
        const collateral = position.collateral.map((leg) => ({ ...leg, amount: ether(10) - 2n * amount }))
        return { ...position, collateral }
      },
    }
    const adapters = context.adapters.map((adapter) => ({ ...adapter, lending }))
    const room = headroom({ adapters }, { view, position: ids[0] ?? '', asset: weth.address, target: wad('1.5') })
    expect(room).toMatchObject({
      amount: ether(1.25),
      by: ['health'],
      limits: [{ where: 'market', ...limit }, { amount: ether(1.25) }],
    })
  })

  test('behavior: so much keeps the target by the rule, and one unit more does not, also where a floored average has teeth', () => {
    const amount = fc.integer({ min: 1, max: 1_000_000 })
    const percent = fc.integer({ min: 1, max: 99 })
    fc.assert(
      fc.property(
        amount,
        amount,
        amount,
        percent,
        percent,
        fc.boolean(),
        percent,
        (weth10, dai, owed, t, s, isFlooring, extra) => {
          const rule = isFlooring ? flooringRule : linearRule
          const target = WAD + (BigInt(extra) * WAD) / 100n
          const of: PositionOf = {
            chain: 1,
            name: 'A',
            rule,
            collateral: { WETH: weth10 / 1_000, DAI: dai },
            debt: { USDC: owed },
          }
          const built = world(of)
          const [position] = built.view.positions
          if (position?.status !== 'read') throw new TypeError('no position')
          const [first, second] = position.collateral
          if (first === undefined || second === undefined) throw new TypeError('no legs')
          const known = (leg: typeof first, percentage: number, left: bigint) => ({
            ...leg,
            amount: left,
            price: numberOf(leg.price),
            value: 0n,
            liquidationThreshold: (BigInt(percentage) * WAD) / 100n,
          })
          const at = (left: bigint) => ({
            collateral: [known(first, t, left), known(second, s, numberOf(second.amount))],
            debt: position.debt.map((leg) => ({
              ...leg,
              amount: numberOf(leg.amount),
              price: numberOf(leg.price),
              value: 0n,
            })),
          })
          const supplied = numberOf(first.amount)
          const keeps = (taken: bigint) => {
            const { health } = rule.assess(at(supplied - taken))
            return health.status === 'no-debt' || health.factor >= target
          }
          const view = { ...built.view, positions: [{ ...position, ...at(supplied) }] }
          const room = headroom(built.context, { view, position: position.id, asset: weth.address, target })
          if (room.status !== 'known') throw new TypeError(room.status)
          if (room.amount > 0n || keeps(0n)) expect(keeps(room.amount)).toBe(true)
          if (room.by.includes('health')) expect(keeps(room.amount + 1n)).toBe(false)
          else expect(room).toMatchObject({ amount: supplied, by: ['balance'] })
        },
      ),
      { numRuns: 300 },
    )
  })

  test('behavior: a higher target, a deeper shock and a smaller route never leave more', () => {
    const percent = fc.integer({ min: 0, max: 90 })
    const amountOf = (room: Headroom) => (room.status === 'unknown' ? -1n : room.amount)
    fc.assert(
      fc.property(percent, percent, percent, percent, (a, b, c, d) => {
        const at = (extra: number, fall: number) =>
          amountOf(
            roomOf(giver, {
              target: WAD + (BigInt(extra) * WAD) / 100n,
              scenarios: [shockOf({ name: 'fall', assets: [weth], factor: WAD - (BigInt(fall) * WAD) / 100n })],
            }),
          )
        expect(at(a + b, Math.min(c + d, 90))).toBeLessThanOrEqual(at(a, c))
      }),
    )
  })

  test('error: UnknownPositionError, UnlistedAssetError, InvalidParameterError, InvalidChangeError', () => {
    expect(() => roomOf(giver, { position: 'nobody' })).toThrow(
      expect.objectContaining({ name: 'UnknownPositionError' }),
    )
    expect(() => roomOf(giver, { asset: '0x99' })).toThrow(expect.objectContaining({ name: 'UnlistedAssetError' }))
    expect(() => roomOf(giver, { to: { position: 'nobody', asset: weth.address } })).toThrow(
      expect.objectContaining({ name: 'UnknownPositionError' }),
    )
    expect(() => roomOf(giver, { target: WAD - 1n })).toThrow(
      expect.objectContaining({ name: 'InvalidParameterError', parameter: 'target' }),
    )
    const nothing = shockOf({ name: 'nothing', assets: [weth], factor: 0n })
    expect(() => roomOf(giver, { scenarios: [nothing] })).toThrow(
      expect.objectContaining({ name: 'InvalidChangeError', field: 'factor' }),
    )
    expect(() => roomOf(giver, { route: { most: -1n } })).toThrow(
      expect.objectContaining({ name: 'InvalidParameterError', parameter: 'route.most' }),
    )
    const { view, ids } = world(giver)
    const where = { view, position: ids[0] ?? '', asset: weth.address, target: WAD }
    expect(() => headroom({ adapters: [] }, where)).toThrow(expect.objectContaining({ name: 'UnknownMarketError' }))
    expect(() => headroom({ adapters: [] }, { ...where, view: { ...view, markets: [] } })).toThrow(
      expect.objectContaining({ name: 'UnlistedMarketError' }),
    )
  })
})
