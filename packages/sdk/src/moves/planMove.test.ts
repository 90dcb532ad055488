import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  adapter,
  asset,
  averagingRule,
  collateralLeg,
  DONOR_CHAIN,
  debtLeg,
  ETH,
  exactRule,
  market,
  owner,
  position,
  RECEIVER_CHAIN,
  reserve,
  route,
  router,
  WAD,
  world,
} from '../../../../test/fixtures/moves.ts'
import type { Flag, FlagKind } from '../model/Flag.ts'
import type { KnownHealth } from '../model/Health.ts'
import type { MarketState } from '../model/Market.ts'
import type { Position, ReadPosition } from '../model/Position.ts'
import { unknown } from '../model/Quantity.ts'
import * as Legs from '../risk/Legs.ts'
import type { MovePlan } from './MovePlan.ts'
import { planMove } from './planMove.ts'
import * as WhatIf from './WhatIf.ts'

const UNIT = 10n ** 12n
const goal = { asset: 'WETH', target: (WAD * 15n) / 10n, donorFloor: (WAD * 18n) / 10n }
const donorWeth = asset(DONOR_CHAIN, 'WETH', 18)
const donorUsdc = asset(DONOR_CHAIN, 'USDC', 6)
const weth = asset(RECEIVER_CHAIN, 'WETH', 18)
const usdc = asset(RECEIVER_CHAIN, 'USDC', 6)
const issue = { kind: 'unavailable', chainId: RECEIVER_CHAIN, path: 'price', reason: 'no answer' } as const
const price = unknown(issue)

function plan(changes: Parameters<typeof world>[0] = {}, more: Partial<Parameters<typeof planMove>[1]> = {}) {
  const { context, ...rest } = world(changes)
  return planMove(context, { ...rest, ...goal, ...more })
}

function expectPlan(result: ReturnType<typeof planMove>): MovePlan {
  if (result.status !== 'plan')
    throw new TypeError(
      `expected a plan, got ${JSON.stringify(result, (_, v) => (typeof v === 'bigint' ? `${v}` : v))}`,
    )
  return result
}

const factor = (health: KnownHealth) => (health.status === 'known' ? health.factor : undefined)

describe('planMove', () => {
  test('default', () => {
    const result = expectPlan(plan())
    expect(result).toMatchObject({
      owner,
      route: 'WETH OFT',
      source: { chainId: DONOR_CHAIN, eid: 30_010, router, market: market(DONOR_CHAIN).id, nativePrice: 2_000n * WAD },
      destination: { chainId: RECEIVER_CHAIN, eid: 30_020, market: market(RECEIVER_CHAIN).id },
      dust: 0n,
      price: 2_000n * WAD,
      target: goal.target,
      donorFloor: goal.donorFloor,
      slack: { seconds: 1_800n },
      gas: { supply: 400_000n },
    })
    // 7,500 · 1.5 = 11,250 of weighted collateral wanted, 8,250 there, 1,650 per WETH: 1.818… and some interest.
    expect(result.amount).toBeGreaterThan(1_818_181_000_000_000_000n)
    expect(result.amount).toBeLessThan(1_818_300_000_000_000_000n)
    expect(result.amount % UNIT).toBe(0n)
    expect(result.received).toBe(result.amount)
    expect(result.authorization).toEqual({
      kind: 'erc20',
      token: reserve(donorWeth).collateralToken,
      amount: result.amount + 2n,
      permit: { name: 'Test WETH', version: '1' },
    })
    expect(factor(result.receiver.health.before)).toBe(1_099_999_999_999_999_999n)
    expect(result.receiver.health.inFlight).toEqual(result.receiver.health.before)
    expect(result.donor.health.inFlight).toEqual(result.donor.health.after)
    expect(factor(result.receiver.health.after)).toBeGreaterThan(goal.target)
    expect(factor(result.receiver.health.atArrival)).toBeGreaterThanOrEqual(goal.target)
    expect(factor(result.donor.health.atArrival)).toBeGreaterThanOrEqual(goal.donorFloor)
  })

  test('behavior: finds the asset by its address, and the amount in the decimals of each end', () => {
    const coarse = { ...weth, decimals: 8 }
    const result = expectPlan(
      plan(
        {
          receiver: position(RECEIVER_CHAIN, {
            collateral: [collateralLeg(coarse, 5n * 10n ** 8n)],
            debt: [debtLeg(usdc, 7_500n * 10n ** 6n)],
          }),
          receiverReserves: [reserve(coarse), reserve(usdc)],
        },
        { asset: weth.address.toUpperCase().replace('0X', '0x') },
      ),
    )
    expect(result.received).toBe(result.amount / 10n ** 10n)
    expect(factor(result.receiver.health.atArrival)).toBeGreaterThanOrEqual(goal.target)
  })

  test('behavior: says when the receiver needs no help', () => {
    expect(plan({}, { target: WAD })).toEqual({
      status: 'already-safe',
      receiver: world().receiver,
      health: { status: 'known', factor: 1_099_999_999_999_999_999n },
      target: WAD,
    })
    const debtless = position(RECEIVER_CHAIN, { collateral: [collateralLeg(weth, ETH)], debt: [] })
    expect(plan({ receiver: debtless })).toMatchObject({ status: 'already-safe', health: { status: 'no-debt' } })
  })

  test('behavior: a receiver without the asset gets it by the parameters of the market', () => {
    const receiver = position(RECEIVER_CHAIN, {
      collateral: [collateralLeg(usdc, 1_000n * 10n ** 6n)],
      debt: [debtLeg(usdc, 1_000n * 10n ** 6n)],
    })
    const result = expectPlan(plan({ receiver }))
    expect(factor(result.receiver.health.after)).toBeGreaterThan(goal.target)
  })

  test.each([
    ['frozen', { supplyBlockedBy: ['frozen'] }, { kind: 'supply-blocked', by: ['frozen'] }],
    ['at its cap', { supplyRoom: ETH }, { kind: 'supply-cap' }],
  ] as const)('behavior: unsavable when the reserve of the receiver is %s', (_, change, reason) => {
    const result = plan({ receiverReserves: [reserve(weth, change), reserve(usdc)] })
    expect(result).toMatchObject({ status: 'unsavable', reason })
  })

  test.each([
    ['no-threshold', { liquidationThreshold: 0n }],
    ['no-loan-to-value', { loanToValue: 0n }],
  ] as const)('behavior: unsavable by %s', (by, change) => {
    const receiver = position(RECEIVER_CHAIN, {
      collateral: [collateralLeg(usdc, 1_000n * 10n ** 6n)],
      debt: [debtLeg(usdc, 1_000n * 10n ** 6n)],
    })
    const result = plan({ receiver, receiverReserves: [reserve(weth, change), reserve(usdc)] })
    expect(result).toMatchObject({ status: 'unsavable', reason: { kind: 'not-collateral', by }, mostAmount: 0n })
  })

  test('behavior: unsavable when the supply would back nothing', () => {
    const legs = (isCollateral: boolean) => ({
      collateral: [collateralLeg(usdc, 8_000n * 10n ** 6n), collateralLeg(weth, ETH, { isCollateral })],
      debt: [debtLeg(usdc, 6_000n * 10n ** 6n)],
    })
    expect(plan({ receiver: position(RECEIVER_CHAIN, legs(false)) })).toMatchObject({
      status: 'unsavable',
      reason: { kind: 'not-collateral', by: 'switched-off' },
      bestReachable: { status: 'known' },
    })
    const isolated = position(
      RECEIVER_CHAIN,
      { collateral: [collateralLeg(usdc, 8_000n * 10n ** 6n)], debt: [debtLeg(usdc, 6_000n * 10n ** 6n)] },
      { details: { isolated: true } },
    )
    expect(plan({ receiver: isolated })).toMatchObject({ reason: { kind: 'not-collateral', by: 'isolated' } })
    const isolating = { ...isolated, details: {}, firstSupplies: [collateralLeg(weth, 0n, { isCollateral: false })] }
    expect(plan({ receiver: isolating })).toMatchObject({ reason: { kind: 'not-collateral', by: 'isolated' } })
  })

  test("behavior: a first supply counts by the owner's own parameters, not by those of the market", () => {
    const legs = {
      collateral: [collateralLeg(usdc, 1_000n * 10n ** 6n)],
      debt: [debtLeg(usdc, 1_000n * 10n ** 6n)],
    }
    const first = collateralLeg(weth, 0n, { price: 1_900n * WAD, liquidationThreshold: (WAD * 93n) / 100n })
    const result = expectPlan(plan({ receiver: position(RECEIVER_CHAIN, legs, { firstSupplies: [first] }) }))
    const held = { ...first, amount: result.received, price: 1_900n * WAD, value: 0n }
    const known = WhatIf.knownLegs(position(RECEIVER_CHAIN, legs))
    const after = exactRule.assess({ ...known, collateral: [...known.collateral, held] }).health
    expect(result.receiver.health.after).toEqual(after)
    // 1,500 wanted, 825 there: 675 at 1,900 · 0.93 each.
    expect(result.amount).toBeGreaterThan(382_003_000_000_000_000n)
    expect(result.amount).toBeLessThan(382_100_000_000_000_000n)
    const unpriced = position(RECEIVER_CHAIN, legs, { firstSupplies: [{ ...first, price: unknown(issue) }] })
    expect(() => plan({ receiver: unpriced })).toThrowError(expect.objectContaining({ name: 'UnknownHealthError' }))
  })

  test.each([
    ['paused', { withdrawBlockedBy: ['paused'] }, { kind: 'withdraw-blocked', by: ['paused'] }],
    ['out of cash', { availableLiquidity: ETH }, { kind: 'donor-liquidity' }],
  ] as const)('behavior: unsavable when the reserve of the donor is %s', (_, change, reason) => {
    const result = plan({ donorReserves: [reserve(donorWeth, change), reserve(donorUsdc)] })
    expect(result).toMatchObject({ status: 'unsavable', reason })
  })

  test('behavior: unsavable when something that backs the donor without a loan-to-value has to leave first', () => {
    const zero = {
      ...collateralLeg(donorUsdc, 10n ** 9n),
      loanToValue: 0n,
      isCollateral: true,
      liquidationThreshold: WAD / 2n,
    }
    const changes = {
      donor: position(DONOR_CHAIN, {
        collateral: [collateralLeg(donorWeth, 10n * ETH), zero],
        debt: [debtLeg(donorUsdc, 10n ** 9n)],
      }),
    }
    expect(plan(changes).status).toBe('plan')
    const { context, ...rest } = world(changes)
    const adapters = context.adapters.map((adapter) => ({
      ...adapter,
      rules: Object.fromEntries(
        Object.entries(adapter.rules).map(([key, rule]) => [
          key,
          { ...rule, withdrawal: 'zero-loan-to-value-first' } as const,
        ]),
      ),
    }))
    expect(planMove({ ...context, adapters }, { ...rest, ...goal })).toMatchObject({
      status: 'unsavable',
      reason: { kind: 'withdraw-blocked', by: ['loan-to-value'] },
    })
  })

  test('behavior: unsavable when the donor has too little, with the best that is reachable', () => {
    const poor = position(DONOR_CHAIN, { collateral: [collateralLeg(donorWeth, ETH)], debt: [] })
    const result = plan({ donor: poor })
    expect(result).toMatchObject({ status: 'unsavable', reason: { kind: 'donor-balance' }, mostAmount: ETH })
    if (result.status !== 'unsavable') return
    expect(factor(result.bestReachable)).toBeGreaterThan((WAD * 131n) / 100n)
    expect(factor(result.bestReachable)).toBeLessThan((WAD * 133n) / 100n)
    expect(plan({}, { donorFloor: 3n * WAD })).toMatchObject({ status: 'unsavable', reason: { kind: 'donor-floor' } })
    expect(plan({}, { donorFloor: 9n * WAD })).toMatchObject({ reason: { kind: 'donor-floor' }, mostAmount: 0n })
  })

  test('behavior: an asked amount is planned without its dust', () => {
    const result = expectPlan(plan({}, { target: undefined, amount: ETH + 5n }))
    expect(result).toMatchObject({ amount: ETH, dust: 5n, target: undefined })
    expect(factor(result.receiver.health.after)).toBe(1_319_999_999_999_999_999n)
    expect(plan({}, { amount: ETH })).toMatchObject({
      status: 'unsavable',
      reason: { kind: 'amount' },
      mostAmount: ETH,
    })
    expect(plan({}, { amount: 2n * ETH })).toMatchObject({ status: 'plan', amount: 2n * ETH })
    expect(plan({}, { amount: 9n * ETH })).toMatchObject({ status: 'unsavable', reason: { kind: 'donor-floor' } })
  })

  test('behavior: more is sent where the route keeps a share, and no more than that takes', () => {
    const plain = expectPlan(plan())
    expect(plain.minAmount).toBe(plain.amount)
    fc.assert(
      fc.property(fc.bigInt(1n, WAD / 4n), (transferFee) => {
        const result = expectPlan(plan({}, { transferFee, donorFloor: WAD }))
        const arriving = (amount: bigint) => (((amount / UNIT) * (WAD - transferFee)) / WAD) * UNIT
        expect(result.minAmount).toBe(arriving(result.amount))
        expect(result.minAmount).toBeGreaterThanOrEqual(plain.amount)
        expect(arriving(result.amount - UNIT)).toBeLessThan(plain.amount)
        expect(result.received).toBe(result.minAmount)
        expect(WhatIf.isAtLeast(result.receiver.health.atArrival, goal.target)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  test('behavior: a cap holds all that is sent, since the route may keep less than it is allowed', () => {
    const fee = { transferFee: WAD / 100n, target: undefined, donorFloor: WAD }
    const capped = (amount: bigint) =>
      plan({ receiverReserves: [reserve(weth, { supplyRoom: ETH }), reserve(usdc)] }, { ...fee, amount })
    expect(expectPlan(capped(ETH)).minAmount).toBe((ETH * 99n) / 100n)
    expect(capped(ETH + UNIT)).toMatchObject({ status: 'unsavable', reason: { kind: 'supply-cap' }, mostAmount: ETH })
  })

  test('behavior: of an asked amount only what the route leaves counts for the target', () => {
    const { amount } = expectPlan(plan())
    const fee = { transferFee: WAD / 1_000n }
    expect(plan({}, { amount, ...fee })).toMatchObject({ status: 'unsavable', reason: { kind: 'amount' } })
    const asked = expectPlan(plan({}, { amount: 2n * ETH, ...fee }))
    expect(asked).toMatchObject({ amount: 2n * ETH, minAmount: (ETH * 1_998n) / 1_000n, dust: 0n })
    expect(asked.received).toBe(asked.minAmount)
    // Of one unit nothing would be left.
    expect(() => plan({}, { amount: UNIT, target: undefined, ...fee })).toThrowError(
      expect.objectContaining({ name: 'InvalidAmountError' }),
    )
    expect(plan({}, { amount: 2n * UNIT, target: undefined, ...fee })).toMatchObject({ minAmount: UNIT })
  })

  test.each([-1n, WAD])('error: InvalidParameterError for a transfer fee of %s', (transferFee) => {
    expect(() => plan({}, { transferFee })).toThrowError(expect.objectContaining({ name: 'InvalidParameterError' }))
  })

  describe('a repayment', () => {
    const owing = (eth: bigint, dollars = 3_000n * 10n ** 6n, collateral = 6n * ETH) =>
      position(RECEIVER_CHAIN, {
        collateral: [collateralLeg(weth, collateral)],
        debt: [debtLeg(weth, eth), ...(dollars > 0n ? [debtLeg(usdc, dollars)] : [])],
      })
    const repay = (
      receiver: ReadPosition,
      more: Parameters<typeof plan>[1] = {},
      changes: Parameters<typeof world>[0] = {},
    ) => plan({ receiver, ...changes }, { purpose: 'repay', ...more })

    test('default', () => {
      // 6 · 1,650 = 9,900 against 3,000 + 3 · 2,000: 1.1. At 1.5 it may owe 6,600: 1.2 less.
      const result = expectPlan(repay(owing(3n * ETH)))
      expect(result).toMatchObject({ purpose: 'repay', excess: 0n, dust: 0n })
      expect(result.amount).toBeGreaterThan(1_200_000_000_000_000_000n)
      expect(result.amount).toBeLessThan(1_200_200_000_000_000_000n)
      expect(factor(result.receiver.health.before)).toBe(1_099_999_999_999_999_999n)
      expect(result.receiver.health.inFlight).toEqual(result.receiver.health.before)
      expect(factor(result.receiver.health.after)).toBeGreaterThan(goal.target)
      expect(factor(result.receiver.health.atArrival)).toBeGreaterThanOrEqual(goal.target)
      expect(expectPlan(plan({ receiver: owing(3n * ETH) })).amount).toBeGreaterThan(result.amount)
    })

    test('behavior: the amount is least', () => {
      fc.assert(
        fc.property(
          fc.bigInt({ min: 1n, max: 4n * ETH }),
          fc.bigInt({ min: 1n, max: 6_000n * 10n ** 6n }),
          fc.bigInt({ min: WAD, max: 2n * WAD }),
          (eth, dollars, target) => {
            const receiver = owing(eth, dollars)
            const result = repay(receiver, { target, donorFloor: WAD })
            const later = WhatIf.accrued(
              receiver.id,
              WhatIf.knownLegs(receiver),
              [reserve(weth), reserve(usdc)],
              1_800n,
            )
            const healthWith = (amount: bigint) =>
              exactRule.assess(Legs.repaid(later, weth.address, amount > 2n ? amount - 2n : 0n)).health
            if (result.status !== 'plan') {
              expect(result.status === 'already-safe' ? healthWith(0n) : healthWith(9n * ETH)).toSatisfy(
                (health: KnownHealth) => WhatIf.isAtLeast(health, target) === (result.status === 'already-safe'),
              )
              return
            }
            expect(WhatIf.isAtLeast(healthWith(result.amount), target)).toBe(true)
            expect(WhatIf.isAtLeast(healthWith(result.amount - UNIT), target)).toBe(false)
          },
        ),
        { numRuns: 300 },
      )
    })

    test('behavior: never wants more than is owed, and says so where that is too little', () => {
      const result = repay(owing(ETH / 10n, 8_000n * 10n ** 6n))
      expect(result).toMatchObject({ status: 'unsavable', reason: { kind: 'debt' } })
      if (result.status !== 'unsavable') return
      // The whole debt, with its interest until then.
      expect(result.mostAmount).toBeGreaterThan(ETH / 10n)
      expect(result.mostAmount).toBeLessThan(ETH / 10n + ETH / 10_000n)
      expect(result.bestReachable).toEqual({ status: 'known', factor: expect.any(BigInt) })
      const last = repay(owing(4n * ETH, 0n, ETH))
      expect(last).toMatchObject({ status: 'plan', receiver: { health: { atArrival: { status: 'known' } } } })
      const all = expectPlan(repay(owing(4n * ETH, 0n, ETH), { target: 9n * 10n ** 9n * WAD }))
      expect(all.receiver.health.atArrival).toEqual({ status: 'no-debt' })
    })

    test('behavior: the whole debt is paid also where the route keeps a share of what is sent for it', () => {
      // No other debt: any factor is reached once this one is paid, with the interest until it arrives.
      const more = { target: 10n ** 30n, donorFloor: WAD } as const
      const plain = expectPlan(repay(owing(2n * ETH, 0n), more))
      const result = expectPlan(repay(owing(2n * ETH, 0n), { ...more, transferFee: WAD / 100n }))
      expect(result.received).toBe(plain.received)
      expect(result.excess).toBe(plain.received - 2n * ETH)
      expect(result.amount).toBeGreaterThanOrEqual((plain.amount * 100n) / 99n)
    })

    test('behavior: an asked amount may be more than the debt: the rest is paid out', () => {
      const result = expectPlan(repay(owing(ETH), { target: undefined, amount: 2n * ETH }))
      expect(result).toMatchObject({ amount: 2n * ETH, received: 2n * ETH, excess: ETH })
      expect(factor(result.receiver.health.after)).toBe((9_900n * WAD * 10n ** 18n) / (3_000n * WAD + 1n))
    })

    test('behavior: caps and thresholds do not hinder it; a frozen reserve takes it, a paused one does not', () => {
      const with_ = (change: Parameters<typeof reserve>[1]) =>
        repay(owing(3n * ETH), {}, { receiverReserves: [reserve(weth, change), reserve(usdc)] })
      expect(with_({ supplyRoom: 0n, liquidationThreshold: 0n, loanToValue: 0n }).status).toBe('plan')
      expect(with_({ supplyBlockedBy: ['frozen', 'cap'] }).status).toBe('plan')
      // A market that stops the two apart from each other says so.
      expect(with_({ supplyBlockedBy: ['paused'], repayBlockedBy: [] }).status).toBe('plan')
      expect(with_({ repayBlockedBy: ['unread'] })).toMatchObject({ reason: { kind: 'repay-blocked', by: ['unread'] } })
      for (const by of ['paused', 'inactive']) {
        expect(with_({ supplyBlockedBy: ['frozen', by] })).toMatchObject({
          status: 'unsavable',
          reason: { kind: 'repay-blocked', by: [by] },
        })
      }
    })

    test('behavior: the donor keeps its floor', () => {
      expect(repay(owing(3n * ETH), { donorFloor: 3n * WAD })).toMatchObject({ reason: { kind: 'donor-floor' } })
    })

    test('error: NothingToRepayError', () => {
      expect(() => plan({}, { purpose: 'repay' })).toThrowErrorMatchingInlineSnapshot(`
        [NothingToRepayError: The receiver owes no WETH.
        Receiver: test:20:pool:0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a
        Choose an asset that the receiver has borrowed, or supply it: \`purpose: 'supply'\`.]
      `)
    })
  })

  test("behavior: names the owner's moves that are under way to the receiver's chain", () => {
    const { context, view, ...ids } = world()
    const flying = {
      guid: '0x01',
      owner: owner.toLowerCase() as typeof owner,
      asset: donorWeth,
      sourceChainId: 30,
      destinationChainId: RECEIVER_CHAIN,
      amount: ETH,
      value: 2_000n * WAD,
      sentAt: 1n,
      confirmed: true,
    } as const
    const others = [
      { ...flying, guid: '0x02', destinationChainId: 30 },
      { ...flying, guid: '0x03', owner: router },
    ] as const
    const result = planMove(context, { view: { ...view, inFlight: [flying, ...others] }, ...ids, ...goal })
    expect(expectPlan(result).underWay).toEqual(['0x01'])
  })

  test('behavior: a plan is pure', () => {
    const frozen = <value>(value: value): value => {
      if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
      return value
    }
    const { context, ...rest } = world()
    const parameters = frozen({ ...rest, ...goal })
    expect(planMove(context, parameters)).toEqual(planMove(context, parameters))
  })

  const amounts = fc.record({
    donorWeth: fc.bigInt({ min: 1n, max: 1_000n * ETH }),
    donorDebt: fc.bigInt({ min: 0n, max: 5n * 10n ** 11n }),
    receiverWeth: fc.bigInt({ min: 0n, max: 100n * ETH }),
    receiverUsdc: fc.bigInt({ min: 0n, max: 10n ** 11n }),
    receiverDebt: fc.bigInt({ min: 1n, max: 10n ** 12n }),
    target: fc.bigInt({ min: WAD, max: 2n * WAD }),
    donorFloor: fc.bigInt({ min: WAD, max: 2n * WAD }),
    rule: fc.constantFrom('test/exact', 'test/averaging'),
    threshold: fc.bigInt({ min: 1n, max: 9_500n }).map((bps) => (bps * WAD) / 10_000n),
  })

  test('behavior: the amount is least, the target is met, the donor keeps its floor', () => {
    const seen = { plan: 0, 'already-safe': 0, unsavable: 0 }
    fc.assert(
      fc.property(amounts, (a) => {
        const legs = (chainId: number, eth: bigint, dollars: bigint, debt: bigint) => ({
          collateral: [
            ...(eth > 0n
              ? [collateralLeg(asset(chainId, 'WETH', 18), eth, { liquidationThreshold: a.threshold })]
              : []),
            ...(dollars > 0n ? [collateralLeg(asset(chainId, 'USDC', 6), dollars)] : []),
          ],
          debt: debt > 0n ? [debtLeg(asset(chainId, 'USDC', 6), debt)] : [],
        })
        const donor = position(DONOR_CHAIN, legs(DONOR_CHAIN, a.donorWeth, 0n, a.donorDebt), { rule: a.rule })
        const receiver = position(
          RECEIVER_CHAIN,
          legs(RECEIVER_CHAIN, a.receiverWeth, a.receiverUsdc, a.receiverDebt),
          {
            rule: a.rule,
          },
        )
        const receiverReserves = [reserve(weth, { liquidationThreshold: a.threshold }), reserve(usdc)]
        const result = plan({ donor, receiver, receiverReserves }, { target: a.target, donorFloor: a.donorFloor })
        seen[result.status]++
        const rule = a.rule === 'test/exact' ? exactRule : averagingRule
        const later = (of: ReadPosition, chainId: number) =>
          WhatIf.accrued(of.id, WhatIf.knownLegs(of), [reserve(asset(chainId, 'USDC', 6))], 1_800n)
        const receiverWith = (amount: bigint) =>
          rule.assess(
            WhatIf.supplied(
              later(receiver, RECEIVER_CHAIN),
              { ...reserve(weth, { liquidationThreshold: a.threshold }), price: 2_000n * WAD },
              amount - 2n,
            ),
          ).health
        if (result.status === 'plan') {
          expect(WhatIf.isAtLeast(receiverWith(result.amount), a.target)).toBe(true)
          expect(WhatIf.isAtLeast(receiverWith(result.amount - UNIT), a.target)).toBe(false)
          const left = WhatIf.withdrawn(later(donor, DONOR_CHAIN), reserve(donorWeth), result.amount + 2n)
          expect(WhatIf.isAtLeast(rule.assess(left).health, a.donorFloor)).toBe(true)
          expect(result.amount).toBeLessThanOrEqual(a.donorWeth)
          expect(result.receiver.health.atArrival).toEqual(receiverWith(result.amount))
        } else if (result.status === 'already-safe') {
          expect(WhatIf.isAtLeast(receiverWith(0n), a.target)).toBe(true)
        } else {
          expect(WhatIf.isAtLeast(result.bestReachable, a.target)).toBe(false)
          expect(result.bestReachable).toEqual(receiverWith(result.mostAmount))
        }
      }),
      { numRuns: 500 },
    )
    expect(Object.values(seen).filter((count) => count < 20)).toEqual([])
  })

  test('behavior: the donor keeps its floor also where less can keep less of it', () => {
    // One of a leg with a low threshold pulls the floored average down by a basis point; without the leg it is whole again.
    const donor = position(
      DONOR_CHAIN,
      {
        collateral: [
          collateralLeg(donorWeth, 3n * UNIT, { price: WAD, liquidationThreshold: WAD / 2n }),
          collateralLeg(donorUsdc, 10_000n * 10n ** 6n, { liquidationThreshold: (WAD * 8n) / 10n }),
        ],
        debt: [debtLeg(donorUsdc, 5_000n * 10n ** 6n, { price: WAD })],
      },
      { rule: 'test/averaging' },
    )
    const donorReserves = [reserve(donorWeth, { price: WAD }), reserve(donorUsdc, { borrowRate: 0n })]
    const ask = (units: bigint) =>
      plan({ donor, donorReserves }, { target: undefined, amount: units * UNIT, donorFloor, arrivalSeconds: 0n })
    const healthWithout = (units: bigint) => {
      const left = WhatIf.withdrawn(WhatIf.knownLegs(donor), reserve(donorWeth), units * UNIT + 2n)
      return factor(averagingRule.assess(left).health) ?? 0n
    }
    // A little less, because a debt never grows by nothing.
    const donorFloor = healthWithout(3n) - 10n ** 12n
    expect(healthWithout(1n)).toBeLessThan(donorFloor)
    expect(ask(3n)).toMatchObject({ status: 'plan', amount: 3n * UNIT })
    for (const units of [1n, 2n]) {
      expect(ask(units)).toMatchObject({ status: 'unsavable', reason: { kind: 'donor-floor' }, mostAmount: 0n })
    }
  })

  test('behavior: a higher target never needs less', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: (WAD * 12n) / 10n, max: 2n * WAD }),
        fc.bigInt({ min: 0n, max: WAD }),
        (target, more) => {
          const amountFor = (wanted: bigint) => {
            const result = plan({}, { target: wanted, donorFloor: WAD })
            return result.status === 'plan' ? result.amount : undefined
          }
          const [low, high] = [amountFor(target), amountFor(target + more)]
          if (high === undefined) return
          expect(low).toBeDefined()
          expect(low ?? 0n).toBeLessThanOrEqual(high)
        },
      ),
    )
  })

  describe('units of account', () => {
    const { context, view, ...ids } = world()
    const [donorState, receiverState] = view.markets
    if (donorState === undefined || receiverState === undefined) throw new TypeError('two markets are needed')
    const wbtc = { symbol: 'WBTC', price: 60_000n * WAD }
    /** A market like Morpho Blue's: anybody makes one, with any oracle. */
    const other = (unit: typeof wbtc | { readonly symbol: string; readonly price: typeof price }): MarketState => ({
      market: { ...market(DONOR_CHAIN), key: 'other' },
      reserves: [reserve(donorWeth, { price: WAD })],
      unit,
    })
    const planned = (markets: readonly MarketState[]) =>
      planMove(context, { ...ids, ...goal, view: { ...view, markets } })

    test('behavior: the native coin has its price of a market that counts in dollars, whatever stands before it', () => {
      expect(expectPlan(planned([other(wbtc), donorState, receiverState])).source.nativePrice).toBe(2_000n * WAD)
    })

    test('behavior: else of one that counts in another unit, in dollars, and unknown where that is', () => {
      const wrapped = { ...context, routers: context.routers.map((one) => ({ ...one, wrappedNative: usdc.address })) }
      const asked = (unit: Parameters<typeof other>[0]) => {
        const listed = {
          ...other(unit),
          reserves: [reserve({ ...usdc, chainId: DONOR_CHAIN }, { price: WAD / 30_000n })],
        }
        return planMove(wrapped, { ...ids, ...goal, view: { ...view, markets: [listed, donorState, receiverState] } })
      }
      expect(expectPlan(asked(wbtc)).source.nativePrice).toBe((WAD / 30_000n) * 60_000n)
      expect(expectPlan(asked({ symbol: 'WBTC', price })).source.nativePrice).toEqual(price)
    })

    test('behavior: costs are in dollars, whatever the donor counts in', () => {
      const inWbtc = (unit: Parameters<typeof other>[0]) => [{ ...donorState, unit }, receiverState]
      expect(expectPlan(planned(inWbtc(wbtc))).price).toBe(2_000n * 60_000n * WAD)
      expect(() => planned(inWbtc({ symbol: 'WBTC', price }))).toThrowError(
        expect.objectContaining({ name: 'UnknownHealthError' }),
      )
    })
  })

  const { context, view, donor, receiver } = world()
  const good = { view, donor, receiver, ...goal }

  test.each([
    ['UnknownPositionError', context, { ...good, donor: 'nobody' }],
    ['UnknownPositionError', context, { ...good, receiver: 'nobody' }],
    ['SamePositionError', context, { ...good, donor: receiver }],
    ['InvalidHealthFactorError', context, { ...good, target: WAD - 1n }],
    ['InvalidHealthFactorError', context, { ...good, donorFloor: WAD - 1n }],
    ['InvalidHealthFactorError', context, { ...good, target: 2n ** 256n }],
    ['InvalidHealthFactorError', context, { ...good, donorFloor: 2n ** 256n }],
    ['InvalidAmountError', context, { ...good, amount: 0n }],
    ['InvalidAmountError', context, { ...good, amount: -1n }],
    ['InvalidAmountError', context, { ...good, amount: UNIT - 1n }],
    ['AmountAbovePositionError', context, { ...good, amount: 10n * ETH + 1n }],
    ['NoGoalError', context, { ...good, target: undefined }],
    ['InvalidArrivalTimeError', context, { ...good, arrivalSeconds: -1n }],
    ['UnknownAssetError', context, { ...good, asset: 'DOGE' }],
    ['UnknownRouteError', context, { ...good, asset: 'USDC' }],
    ['UnknownRouteError', { ...context, routes: [{ ...route, ends: route.ends.slice(1) }] }, good],
    ['UnknownRouterError', { ...context, routers: [] }, good],
    ['UnknownMarketError', { ...context, adapters: [adapter(DONOR_CHAIN)] }, good],
    ['UnknownMarketError', context, { ...good, view: { ...view, markets: view.markets.slice(0, 1) } }],
    ...([DONOR_CHAIN, RECEIVER_CHAIN] as const).map(
      (chainId) =>
        [
          'UnroutedMarketError',
          {
            ...context,
            adapters: context.adapters.map((one) =>
              one.market.chainId === chainId ? { ...one, routed: undefined } : one,
            ),
          },
          good,
        ] as const,
    ),
  ] as const)('error: %s (%#)', (name, of, parameters) => {
    expect(() => planMove(of, parameters)).toThrowError(expect.objectContaining({ name }))
  })

  test.each([
    ['UnknownMarketError', { receiver: { ...position(RECEIVER_CHAIN, { collateral: [], debt: [] }), rule: 'other' } }],
    ['AmbiguousAssetError', { receiverReserves: [reserve(weth), reserve(weth)] }],
    ['NothingToMoveError', { donor: position(DONOR_CHAIN, { collateral: [], debt: [] }) }],
    ['NothingToMoveError', { donorReserves: [reserve(donorUsdc)] }],
    [
      'OwnersDifferError',
      { receiver: position(RECEIVER_CHAIN, { collateral: [], debt: [] }, { id: 'other', owner: router }) },
    ],
    ['SameChainError', { receiver: position(DONOR_CHAIN, { collateral: [], debt: [] }, { id: 'other' }) }],
    [
      'UnknownHealthError',
      {
        receiver: position(
          RECEIVER_CHAIN,
          { collateral: [], debt: [] },
          { health: { status: 'unknown', issues: [issue] } },
        ),
      },
    ],
    ['UnknownHealthError', { receiverReserves: [reserve(weth, { price }), reserve(usdc)] }],
    ['UnknownHealthError', { receiverReserves: [reserve(weth)] }],
    ['UnknownHealthError', { receiverReserves: [reserve(weth, { supplyRoom: price }), reserve(usdc)] }],
    ['UnknownHealthError', { donorReserves: [reserve(donorWeth, { availableLiquidity: price }), reserve(donorUsdc)] }],
    [
      'UnknownHealthError',
      {
        donor: position(DONOR_CHAIN, {
          collateral: [collateralLeg(donorWeth, 1n, { amount: price, isCollateral: false })],
          debt: [],
        }),
      },
    ],
    [
      'UnknownHealthError',
      { receiver: position(RECEIVER_CHAIN, { collateral: [], debt: [debtLeg(usdc, 1n, { price })] }) },
    ],
    [
      'UnknownHealthError',
      { receiver: position(RECEIVER_CHAIN, { collateral: [collateralLeg(weth, 1n, { price })], debt: [] }) },
    ],
  ] as const)('error: %s from the view (%#)', (name, changes) => {
    expect(() => plan(changes)).toThrowError(expect.objectContaining({ name }))
  })

  test('error: UnknownPositionError says what is there', () => {
    expect(() => planMove(context, { ...good, donor: 'nobody' })).toThrowErrorMatchingInlineSnapshot(`
      [UnknownPositionError: No position "nobody" is in the view.
      Positions: test:10:pool:0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a, test:20:pool:0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a
      Pass the \`id\` of one of the positions of the margin view.]
    `)
  })

  const blocking = [
    'single-source',
    'stale-head',
    'head-went-back',
    'sequencer-down',
    'sequencer-grace',
    'sequencer-unknown',
    'stale-oracle',
  ] as const
  const flagged = (...flags: readonly Flag[]) => ({ ...good, view: { ...good.view, flags } })
  const chainFlag = (kind: FlagKind, chainId: number): Flag => ({ kind, chainId, path: 'chain', reason: 'a test' })

  test.each(blocking.flatMap((kind) => [[kind, DONOR_CHAIN] as const, [kind, RECEIVER_CHAIN] as const]))(
    'error: DoubtfulViewError for %s of chain %i, unless it is accepted by name',
    (kind, chainId) => {
      const parameters = flagged(chainFlag(kind, chainId))
      expect(() => planMove(context, parameters)).toThrowError(
        expect.objectContaining({ name: 'DoubtfulViewError', kinds: [kind] }),
      )
      const others = blocking.filter((other) => other !== kind)
      expect(() => planMove(context, { ...parameters, acceptFlags: others })).toThrowError()
      expect(planMove(context, { ...parameters, acceptFlags: [kind] })).toEqual({
        ...planMove(context, good),
        acceptedFlags: [kind],
      })
    },
  )

  test.each([
    ['of another chain', chainFlag('stale-head', 30)],
    ['that one node alone speaks of another chain', chainFlag('single-source', 30)],
    ['that a feed does not say its age', chainFlag('oracle-age-unknown', DONOR_CHAIN)],
    [
      'about an asset that the position has nothing to do with',
      { ...chainFlag('stale-oracle', DONOR_CHAIN), market: market(DONOR_CHAIN).key, asset: router },
    ],
    [
      'about the same asset in another market',
      { ...chainFlag('stale-oracle', DONOR_CHAIN), market: 'another', asset: donorWeth.address },
    ],
  ] as const)('behavior: a doubt %s hinders nothing', (_, flag) => {
    expect(planMove(context, flagged(flag))).toEqual(planMove(context, good))
  })

  test('error: DoubtfulViewError says what is doubtful and the way out', () => {
    const stale = { market: market(DONOR_CHAIN).key, asset: donorUsdc.address, path: 'reserves.USDC.price' }
    const parameters = flagged(chainFlag('sequencer-down', RECEIVER_CHAIN), {
      ...chainFlag('stale-oracle', DONOR_CHAIN),
      ...stale,
    })
    expect(() => planMove(context, parameters)).toThrowErrorMatchingInlineSnapshot(`
      [DoubtfulViewError: The view is too doubtful to build a move on.
      Doubt 1: sequencer-down (chain 20, chain): a test
      Doubt 2: stale-oracle (chain 10, reserves.USDC.price): a test
      Read the view again, through another node if need be, or accept the risk by name: \`acceptFlags: ['sequencer-down', 'stale-oracle']\`.]
    `)
  })

  test('error: DoubtfulViewError names both ways out of what one node alone says', () => {
    expect(() =>
      planMove(context, flagged(chainFlag('single-source', DONOR_CHAIN))),
    ).toThrowErrorMatchingInlineSnapshot(`
      [DoubtfulViewError: The view is too doubtful to build a move on.
      Doubt 1: single-source (chain 10, chain): a test
      Read the view again, through nodes of several operators that agree (\`quorum\`), or accept the risk by name: \`acceptFlags: ['single-source']\`.]
    `)
  })

  test('error: UnknownHealthError for a position of which only the last known state is there', () => {
    const view = good.view
    const positions = view.positions.map((one): Position => {
      if (one.id !== good.donor || one.status !== 'read') return one
      const { id, owner: of, market: where } = one
      const health = { status: 'unknown', issues: [issue] } as const
      const lastKnown = { position: one, readAt: 1n }
      return { id, owner: of, market: where, status: 'unread', health, issues: [issue], lastKnown }
    })
    expect(() => planMove(context, { ...good, view: { ...view, positions } })).toThrowError(
      expect.objectContaining({ name: 'UnknownHealthError' }),
    )
  })
})
