import { describe, expect, test } from 'vitest'
import { costs, factor, offer, WAD, world } from '../../../../test/fixtures/planner.ts'
import { UnknownHealthError } from './PlanErrors.ts'
import { recoverable } from './recoverable.ts'

describe('recoverable', () => {
  const rich = { chain: 1, name: 'rich', collateral: { USDC: 10_000 }, debt: { DAI: 2_000 } }
  const weak = { chain: 2, name: 'weak', collateral: { USDC: 10_000 }, debt: { DAI: 7_900 } }
  const idle = { chain: 3, name: 'idle', collateral: { USDC: 30_000 } }
  const route = offer('USDC', 1, 2)

  function best(positions: Parameters<typeof world>, routes = [route], floors: bigint | undefined = undefined) {
    const { context, view } = world(...positions)
    const health = recoverable(context, { view, routes, costs: costs(), floors })
    return health.status === 'known' ? Number(health.factor) / 1e18 : health.status
  }

  test('default', () => {
    // Both at 16,000 / 9,900.
    expect(best([rich, weak])).toBeCloseTo(16_000 / 9_900, 7)
  })

  test('behavior: what a route takes is taken off', () => {
    // x leaves, 0.9 x arrives: (8,000 − 0.8 x) / 2,000 = (8,000 + 0.72 x) / 7,900.
    const x = (8_000 / 2_000 - 8_000 / 7_900) / (0.8 / 2_000 + 0.72 / 7_900)
    const lossy = offer('USDC', 1, 2, { fee: factor(0.1) })
    expect(best([rich, weak], [lossy])).toBeCloseTo((8_000 - 0.8 * x) / 2_000, 7)
  })

  test('behavior: a floor stops a donor in flight', () => {
    // 2 · 2,000 of weight stays.
    expect(best([rich, weak], [route], 2n * WAD)).toBeCloseTo(12_000 / 7_900, 7)
  })

  test('behavior: a floor is where at-risk begins, unless given', () => {
    const { context, view } = world({ ...rich, debt: { DAI: 7_000 } }, weak)
    const thresholds = { atRisk: factor(1.2), watch: factor(1.25) }
    // 8,000 / 7,000 is below 1.2: it may not give at all.
    const health = recoverable({ ...context, thresholds }, { view, routes: [route], costs: costs() })
    expect(health).toEqual({ status: 'known', factor: (8_000n * WAD) / 7_900n })
    const bold = { view, routes: [route], costs: costs(), floors: WAD }
    expect(recoverable({ ...context, thresholds }, bold)).not.toEqual(health)
  })

  test('behavior: never below what it is now, whatever the debts grow by', () => {
    const growing = { ...weak, borrowRate: WAD }
    expect(best([growing], [])).toBeCloseTo(8_000 / 7_900, 12)
  })

  test('behavior: out of debt', () => {
    expect(best([idle])).toBe('no-debt')
    // What is owed now can be paid, and not the interest until then: next to nothing is owed.
    const repaid = { ...weak, debt: { USDC: 7_900 } }
    expect(best([repaid, idle], [offer('USDC', 3, 2)])).toBeGreaterThan(100)
  })

  test('error: UnknownHealthError', () => {
    const issues = [{ kind: 'unavailable', chainId: 2, path: 'position', reason: 'no answer' }] as const
    const { context, view } = world(rich, { ...weak, changes: { health: { status: 'unknown', issues } } })
    expect(() => recoverable(context, { view, routes: [route], costs: costs() })).toThrow(UnknownHealthError)
  })
})
