import { bench, describe } from 'vitest'
import { asset, flooringRule, linearRule, WAD, world } from '../../../../test/fixtures/planner.ts'
import type { Change } from './Change.ts'
import * as PositionHealth from './PositionHealth.ts'
import { requireRule } from './ruleOf.ts'
import { whatIf } from './whatIf.ts'

describe.each([1, 8, 30, 1_000])('whatIf, %i positions', (count) => {
  const built = world(
    ...Array.from({ length: count }, (_, index) => ({
      chain: 1,
      name: `P${index}`,
      rule: index % 2 === 0 ? linearRule : flooringRule,
      collateral: { WETH: 10 + index, DAI: 5_000 },
      debt: { USDC: 9_000 + index },
    })),
  )
  const positions = built.view.positions.map((position) =>
    position.status === 'read'
      ? { ...position, ...PositionHealth.assess(position, requireRule(built.context, position)) }
      : position,
  )
  const view = { ...built.view, positions }
  const fall = { assets: [asset(1, 'WETH')], factor: (WAD * 8n) / 10n }
  const changes: readonly Change[] = [{ kind: 'shock', name: 'ether −20 %', prices: [fall] }]

  bench('one asset loses a fifth', () => {
    whatIf(built.context, { view, changes })
  })
  bench('likewise, a day later', () => {
    whatIf(built.context, { view, changes: [...changes, { kind: 'time', seconds: 86_400n }] })
  })
})
