import { describe, expect, test } from 'vitest'
import { asset, type PositionOf, WAD, world } from '../../../../test/fixtures/planner.ts'
import type { Position, ReadPosition } from '../model/Position.ts'
import { unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import { findLoops } from './findLoops.ts'
import * as PositionHealth from './PositionHealth.ts'
import { requireRule } from './ruleOf.ts'

const wad = Wad.fromDecimal
const issue = { kind: 'unavailable', chainId: 1, path: 'reserves.WETH.price', reason: 'no answer' } as const

function judgedOf(...positions: readonly PositionOf[]): readonly ReadPosition[] {
  const { context, view } = world(...positions)
  return view.positions.flatMap((position) =>
    position.status === 'read'
      ? [{ ...position, ...PositionHealth.assess(position, requireRule(context, position)) }]
      : [],
  )
}

const loop = { chain: 1, name: 'A', collateral: { WETH: 3, DAI: 100 }, debt: { WETH: 2 } }
const long = { chain: 2, name: 'B', collateral: { WETH: 5 }, debt: { USDC: 1_000 } }
const short = { chain: 3, name: 'C', collateral: { USDC: 9_000 }, debt: { WETH: 4 } }
const ether = [asset(1, 'WETH'), asset(2, 'WETH'), asset(3, 'WETH')]

describe('findLoops', () => {
  test('default: an asset on both sides of a position', () => {
    const [position] = judgedOf(loop)
    expect(findLoops(judgedOf(loop, long, short))).toEqual({
      missing: [],
      loops: [
        {
          assets: [asset(1, 'WETH')],
          positions: [position?.id],
          kind: 'within',
          supplied: wad('6000'),
          owed: wad('4000'),
          looped: wad('4000'),
          loopedWithin: wad('4000'),
          share: 666_666_666_666_666_667n,
          netExposure: wad('2000'),
        },
      ],
    })
  })

  test('behavior: across positions, where chains are declared to have one asset', () => {
    const positions = judgedOf(long, short)
    expect(findLoops(positions).loops).toEqual([])
    expect(findLoops(positions, { correlated: [ether] }).loops).toEqual([
      {
        assets: [asset(2, 'WETH'), asset(3, 'WETH')],
        positions: positions.map(({ id }) => id),
        kind: 'across',
        supplied: wad('10000'),
        owed: wad('8000'),
        looped: wad('8000'),
        loopedWithin: 0n,
        share: wad('0.8'),
        netExposure: wad('2000'),
      },
    ])
  })

  test('behavior: within and across at once, and what is short beyond it', () => {
    const correlated = [ether, [2, 3].map((chain) => asset(chain, 'USDC'))]
    expect(findLoops(judgedOf(loop, short, long), { correlated }).loops).toMatchObject([
      { kind: 'within', supplied: wad('16000'), owed: wad('12000'), looped: wad('12000'), loopedWithin: wad('4000') },
      { kind: 'across', supplied: wad('9000'), owed: wad('1000'), looped: wad('1000'), loopedWithin: 0n },
    ])
    expect(findLoops(judgedOf({ ...loop, debt: { WETH: 5 } })).loops).toMatchObject([
      { looped: wad('6000'), share: WAD, netExposure: -wad('4000') },
    ])
  })

  test('behavior: correlated assets within one position', () => {
    const stable = { chain: 1, name: 'S', collateral: { DAI: 1_000 }, debt: { USDC: 900 } }
    expect(findLoops(judgedOf(stable)).loops).toEqual([])
    const dollars = [asset(1, 'USDC'), asset(1, 'DAI')]
    expect(findLoops(judgedOf(stable), { correlated: [dollars] }).loops).toMatchObject([
      { assets: [asset(1, 'DAI'), asset(1, 'USDC')], kind: 'within', looped: wad('900'), share: wad('0.9') },
    ])
  })

  test('behavior: what is idle in a wallet is no side of a loop', () => {
    const wallet = { chain: 3, name: 'W', isWallet: true, collateral: { WETH: 1 } }
    expect(findLoops(judgedOf(short, wallet)).loops).toEqual([])
  })

  test('behavior: an unknown side is a side, and an unread position is named', () => {
    const [first, second] = judgedOf(loop, long)
    if (first === undefined || second === undefined) throw new TypeError('no positions')
    const facts = { ...first, collateral: first.collateral.map((leg) => ({ ...leg, amount: unknown(issue) })) }
    const blurred = { ...facts, ...PositionHealth.assess(facts, requireRule(world(loop).context, facts)) }
    const unread: Position = {
      id: second.id,
      owner: second.owner,
      market: second.market,
      status: 'unread',
      health: unknown(issue),
      issues: [issue],
    }
    expect(findLoops([blurred, unread])).toMatchObject({
      missing: [second.id],
      loops: [
        { kind: 'within', owed: wad('4000'), supplied: unknown(issue), looped: unknown(issue), share: unknown(issue) },
      ],
    })
  })

  test('error: OverlappingGroupsError', () => {
    expect(() => findLoops([], { correlated: [ether, [asset(2, 'WETH')]] })).toThrow(
      expect.objectContaining({ name: 'OverlappingGroupsError' }),
    )
  })
})
