import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  adapter,
  asset,
  collateralLeg,
  debtLeg,
  ETH,
  exactRule,
  owner,
  position,
  WAD,
} from '../../../../test/fixtures/moves.ts'
import type { CollateralLeg, DebtLeg } from '../model/Leg.ts'
import type { Position, ReadPosition } from '../model/Position.ts'
import { unknown } from '../model/Quantity.ts'
import { liquidationLadder } from './liquidationLadder.ts'
import * as PositionHealth from './PositionHealth.ts'
import type { Direction } from './Shock.ts'

const weth = asset(10, 'WETH', 18)
const usdc = asset(10, 'USDC', 6)
const USDC = 10n ** 6n
const issue = { kind: 'reverted', chainId: 10, path: 'price', reason: 'stale' } as const
const context = { adapters: [adapter(10)] }

function read(id: string, collateral: readonly CollateralLeg[], debt: readonly DebtLeg[]): ReadPosition {
  const facts = position(10, { collateral, debt }, { id })
  return { ...facts, ...PositionHealth.assess(facts, exactRule) }
}

const owing = (id: string, amount: bigint) => read(id, [collateralLeg(weth, ETH)], [debtLeg(usdc, amount * USDC)])
const dead: Position = {
  status: 'unread',
  id: 'dead',
  owner,
  market: adapter(10).market,
  health: unknown(issue),
  issues: [issue],
}
const blind = read('blind', [collateralLeg(weth, ETH, { price: unknown(issue) })], [debtLeg(usdc, USDC)])
const rich = read('rich', [collateralLeg(weth, ETH)], [])
const all: readonly Position[] = [
  rich,
  owing('far', 500n),
  owing('late', 1_700n),
  dead,
  owing('near b', 1_600n),
  blind,
  owing('near a', 1_600n),
]

describe('liquidationLadder', () => {
  test('default', () => {
    const ladder = liquidationLadder(context, { views: [{ positions: all }] })
    expect(ladder.map(({ position: id, fall }) => [id, fall.status])).toEqual([
      ['blind', 'unknown'],
      ['dead', 'unknown'],
      ['late', 'already'],
      ['near a', 'known'],
      ['near b', 'known'],
      ['far', 'known'],
      ['rich', 'never'],
    ])
    expect(ladder.find(({ position: id }) => id === 'near a')).toMatchObject({
      owner,
      fall: { status: 'known' },
      weakestPrice: { asset: weth, direction: 'falls' },
      atStake: 2_000n * WAD,
    })
    expect(ladder[0]?.atStake).toEqual(unknown(issue))
    expect(ladder[1]?.atStake).toEqual(unknown(issue))
    expect(ladder.at(-1)?.weakestPrice).toBeUndefined()
  })

  test('behavior: along another direction others die first', () => {
    const long = owing('long', 1_000n)
    const short = read('short', [collateralLeg(usdc, 10_000n * USDC)], [debtLeg(weth, 4n * ETH)])
    const order = (direction?: Direction) =>
      liquidationLadder(context, { views: [{ positions: [long, short] }], direction }).map(({ position: id, fall }) => [
        id,
        fall.status,
      ])
    const ether = (slope: bigint): Direction => ({ name: 'ETH', slopes: [{ assets: [weth], slope }] })
    expect(order()).toEqual([
      ['short', 'known'],
      ['long', 'known'],
    ])
    expect(order(ether(-WAD))).toEqual([
      ['long', 'known'],
      ['short', 'never'],
    ])
    expect(order(ether(WAD))).toEqual([
      ['short', 'known'],
      ['long', 'never'],
    ])
  })

  test('behavior: the order of positions and views does not matter, and no position is twice in it', () => {
    const expected = liquidationLadder(context, { views: [{ positions: all }] })
    fc.assert(
      fc.property(fc.shuffledSubarray([...all], { minLength: all.length }), fc.nat(all.length), (shuffled, cut) => {
        const views = [{ positions: shuffled.slice(0, cut) }, { positions: shuffled.slice(cut) }, { positions: [rich] }]
        expect(liquidationLadder(context, { views })).toEqual(expected)
      }),
      { numRuns: 30 },
    )
  })

  test('behavior: what is idle is left out', () => {
    const market = { ...adapter(10).market, holdsIdle: true } as const
    expect(liquidationLadder(context, { views: [{ positions: [{ ...rich, market }] }] })).toEqual([])
  })

  test('error: UnknownMarketError', () => {
    expect(() => liquidationLadder({ adapters: [] }, { views: [{ positions: all }] })).toThrow(
      expect.objectContaining({ name: 'UnknownMarketError' }),
    )
  })
})
