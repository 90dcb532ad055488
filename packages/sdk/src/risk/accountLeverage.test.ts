import { describe, expect, test } from 'vitest'
import { asset, type PositionOf, usdc, WAD, world } from '../../../../test/fixtures/planner.ts'
import type { ReadPosition } from '../model/Position.ts'
import { unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import { accountLeverage } from './accountLeverage.ts'
import * as PositionHealth from './PositionHealth.ts'
import { requireRule } from './ruleOf.ts'
import { totals } from './Totals.ts'
import { whatIf } from './whatIf.ts'

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

describe('accountLeverage', () => {
  /** W 8,000 against D 2,000, and W 8,000 against D 7,900: the accounts of the design. */
  const safe = { chain: 1, name: 'A', collateral: { DAI: 10_000 }, debt: { USDC: 2_000 } }
  const thin = { chain: 2, name: 'B', collateral: { DAI: 10_000 }, debt: { USDC: 7_900 } }

  test('default: the sums of two positions, whose shortages are not made good by what the other has', () => {
    expect(accountLeverage(judgedOf(safe, thin), { target: wad('1.5') })).toEqual({
      collateralValue: wad('20000'),
      debtValue: wad('9900'),
      netValue: wad('10100'),
      grossLeverage: Wad.divUp(20_000n, 10_100n),
      netLeverage: Wad.divUp(20_000n, 10_100n),
      collateralRatio: Wad.divDown(20_000n, 9_900n),
      loanToValue: wad('0.495'),
      initialMargin: wad('4000'),
      maintenanceMargin: wad('4000'),
      freeCollateral: wad('6100'),
      shortage: wad('3850'),
    })
  })

  test('behavior: 5,000 from the first that repay the second leave healths of 2.00 and 2.76 at a threshold of 80 %', () => {
    const { context, view, ids } = world(safe, thin)
    const [from = '', to = ''] = ids
    const after = whatIf(context, {
      view,
      changes: [
        { kind: 'action', position: from, action: 'withdraw', asset: asset(1, 'DAI').address, amount: 5_000n * WAD },
        { kind: 'action', position: to, action: 'repay', asset: asset(2, 'USDC').address, amount: usdc(5_000) },
      ],
    })
    const [first, second] = after.positions.map(({ health }) => (health.status === 'known' ? health.factor : 0n))
    expect(first).toBe(wad('2'))
    expect(Wad.formatDown((second ?? 0n) + wad('0.005'), 2)).toBe('2.76')
    // What is owed in sum is less by as much, and so is what is supplied.
    expect(accountLeverage(after.positions)).toMatchObject({ netValue: wad('10100'), debtValue: wad('4900') })
  })

  test('behavior: what is supplied here and owed there is one exposure where it is declared to be', () => {
    const positions = judgedOf(
      { chain: 1, name: 'A', collateral: { WETH: 4 }, debt: { USDC: 2_000 } },
      { chain: 2, name: 'B', collateral: { USDC: 6_000 }, debt: { WETH: 2 } },
    )
    // Net value: 8,000 − 2,000 + 6,000 − 4,000.
    expect(accountLeverage(positions)).toMatchObject({ netValue: wad('8000'), netLeverage: wad('1.75') })
    const correlated = [[asset(1, 'WETH'), asset(2, 'WETH')]]
    expect(accountLeverage(positions, { correlated }).netLeverage).toBe(wad('1.25'))
    const both = [...correlated, [asset(1, 'USDC'), asset(2, 'USDC')]]
    expect(accountLeverage(positions, { correlated: both }).netLeverage).toBe(WAD)
  })

  test('behavior: it counts in dollars, rounded against the owner, and idle coins in nothing', () => {
    const position = one({ collateral: { WETH: 5 }, debt: { USDC: 6_000 } })
    const inOther = { ...position, unit: { symbol: 'XYZ', price: wad('0.333333333333333333') } }
    const wallet = one({ isWallet: true, name: 'W', collateral: { USDC: 999 } })
    const figures = accountLeverage([inOther, wallet])
    expect(figures.collateralValue).toBe(3_333_333_333_333_333_330_000n)
    expect(figures.debtValue).toBe(1_999_999_999_999_999_998_000n)
    expect(
      accountLeverage([{ ...inOther, unit: { symbol: 'XYZ', price: wad('0.333333333333333333') / 10n ** 17n } }]),
    ).toMatchObject({
      collateralValue: 30_000n,
      debtValue: 18_000n,
    })
  })

  test('behavior: it is what the totals of the view are, and in whatever order', () => {
    const positions = judgedOf(safe, thin, { chain: 3, name: 'C', collateral: { WETH: 1 }, idle: { USDC: 5 } })
    const sums = totals(positions)
    if (sums.status !== 'complete') throw new TypeError('partial')
    const { collateralValue, debtValue, netValue } = sums
    const figures = accountLeverage(positions)
    expect(figures).toMatchObject({ collateralValue, debtValue, netValue })
    expect(accountLeverage([...positions].reverse())).toEqual(figures)
  })

  test('behavior: one unread position makes every sum unknown, and an unread wallet none', () => {
    const [first, second] = judgedOf(safe, thin)
    if (first === undefined || second === undefined) throw new TypeError('no positions')
    const unread = { ...second, status: 'unread', health: unknown(issue), issues: [issue] } as const
    const { debt: _, ...lost } = unread
    const figures = Object.entries(accountLeverage([first, lost]))
    for (const [name, figure] of figures) expect(figure, name).toEqual(unknown(issue))
    const wallet = { ...lost, market: { ...second.market, holdsIdle: true } } as const
    expect(accountLeverage([first, wallet])).toEqual(accountLeverage([first]))
  })

  test('behavior: amounts that are doubled leave every ratio as it is', () => {
    const doubled = judgedOf(
      { ...safe, collateral: { DAI: 20_000 }, debt: { USDC: 4_000 } },
      { ...thin, collateral: { DAI: 20_000 }, debt: { USDC: 15_800 } },
    )
    const ratios = ({
      grossLeverage,
      netLeverage,
      collateralRatio,
      loanToValue,
    }: ReturnType<typeof accountLeverage>) => [grossLeverage, netLeverage, collateralRatio, loanToValue]
    expect(ratios(accountLeverage(doubled))).toEqual(ratios(accountLeverage(judgedOf(safe, thin))))
  })
})
