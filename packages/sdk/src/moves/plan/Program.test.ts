import { describe, expect, test } from 'vitest'
import { asset, costs, ether, factor, flooringRule, WAD, world } from '../../../../../test/fixtures/planner.ts'
import type { LiquidationRule } from '../../risk/LiquidationRule.ts'
import * as Program from './Program.ts'
import { toDemand, toProblem } from './toProblem.ts'

const rule: LiquidationRule = { ...flooringRule, key: 'test/teeth', thresholdUnit: WAD / 10_000n }

/** 10 ether (82.5 %) and some dollars (77 %) against 12,692 dollars: 1.30003 by the ether alone, and 1.29987 a basis point lower. */
function meetsWithLeft(left: bigint): boolean {
  const leg = (symbol: string, amount: bigint, price: bigint, threshold: number) => ({
    asset: asset(1, symbol),
    amount,
    price,
    value: 0n,
    isCollateral: true,
    liquidationThreshold: factor(threshold),
    loanToValue: factor(threshold),
  })
  const collateral = [leg('WETH', ether(10), 2_000n * WAD, 0.825), leg('DAI', 1_000n * WAD, WAD, 0.77)]
  const giver = {
    chain: 1,
    name: 'giver',
    rule,
    collateral: { WETH: 1 },
    debt: { USDC: 12_692 },
    changes: { collateral },
  }
  const weak = { chain: 1, name: 'weak', collateral: { WETH: 1 }, debt: { DAI: 1_500 } }
  const { context, view } = world(giver, weak)
  const parameters = { view, targets: factor(1.3), floors: WAD, routes: [], costs: costs() }
  const { program } = toProblem(parameters, toDemand(context, parameters))
  const party = program.parties.findIndex(({ position }) => position.market.name === 'giver')
  const given = program.options.map(({ candidate }) =>
    candidate.asset.symbol === 'DAI' && candidate.purpose === 'repay' ? 1_000n * WAD - left : 0n,
  )
  return Program.meetsTarget(program, party, 0, given)
}

describe('Program.meetsTarget', () => {
  test('default', () => {
    expect(meetsWithLeft(0n)).toBe(true)
    expect(meetsWithLeft(500n * WAD)).toBe(true)
  })

  test('behavior: where an average is floored, also if the protocol rounds nothing away', () => {
    // Two units may be rounded away, and then nothing is left of what lowers the average; or they stay, and do.
    expect(meetsWithLeft(2n)).toBe(false)
    expect(meetsWithLeft(10n)).toBe(false)
  })
})
