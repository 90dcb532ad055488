import { bench, describe } from 'vitest'
import { asset, flooringRule, linearRule, WAD, world } from '../../../../test/fixtures/planner.ts'
import { accountLeverage } from './accountLeverage.ts'
import { deleverage } from './deleverage.ts'
import { findLoops } from './findLoops.ts'
import { headroom } from './headroom.ts'
import { leverageOf } from './leverageOf.ts'
import * as PositionHealth from './PositionHealth.ts'
import { requireRule } from './ruleOf.ts'

const dear = { collateral: { WETH: 10, DAI: 5_000 }, debt: { USDC: 9_000, WETH: 1 } }
const built = world(...Array.from({ length: 30 }, (_, index) => ({ chain: 1, name: `P${index}`, ...dear })))
const positions = built.view.positions.map((position) =>
  position.status === 'read'
    ? { ...position, ...PositionHealth.assess(position, requireRule(built.context, position)) }
    : position,
)
const [first] = positions
const weth = asset(1, 'WETH').address
const debt = asset(1, 'USDC').address
const target = (WAD * 3n) / 2n

describe('leverage', () => {
  bench('leverageOf, one position', () => {
    if (first !== undefined) leverageOf(first)
  })
  bench('accountLeverage, 30 positions', () => {
    accountLeverage(positions)
  })
  bench('findLoops, 30 positions', () => {
    findLoops(positions)
  })
})

describe.each([
  ['a linear rule', linearRule],
  ['a floored average', { ...flooringRule, thresholdUnit: WAD / 10_000n, rounding: () => 10n }],
] as const)('headroom by %s', (_, rule) => {
  const one = world({ chain: 1, name: 'A', rule, ...dear })
  const where = { view: one.view, position: one.ids[0] ?? '' }
  bench('headroom of one asset', () => {
    headroom(one.context, { ...where, asset: weth, target })
  })
  bench('deleverage to a health', () => {
    deleverage(one.context, { ...where, collateral: weth, debt, target: { health: 2n * target } })
  })
})
