import { describe, expect, test } from 'vitest'
import { costs, factor, offer, usdc, WAD, world } from '../../../../test/fixtures/planner.ts'
import { deserialize, serialize } from '../model/serialize.ts'
import { withRecovery } from './withRecovery.ts'

const issues = [{ kind: 'unavailable', chainId: 2, path: 'position', reason: 'no answer' }] as const

describe('withRecovery', () => {
  const rich = { chain: 1, name: 'rich', collateral: { USDC: 10_000 }, debt: { DAI: 2_000 }, health: 4 }
  const weak = { chain: 2, name: 'weak', collateral: { USDC: 10_000 }, debt: { DAI: 7_900 }, health: 8_000 / 7_900 }
  const route = offer('USDC', 1, 2)

  /** As a view would have them: judged. */
  function judged(...positions: readonly (Parameters<typeof world>[number] & { readonly health: number })[]) {
    return world(
      ...positions.map(({ health, ...of }) => ({
        ...of,
        changes: { health: { status: 'known', factor: factor(health) } as const, ...of.changes },
      })),
    )
  }

  function recovered({ context, view }: ReturnType<typeof world>, changes = {}) {
    return withRecovery(context, { view, routes: [route], costs: costs(), ...changes })
  }

  test('default', () => {
    const { view } = judged(rich, weak)
    const result = recovered(judged(rich, weak))
    const { recoverable, verdict, ...rest } = result
    expect(verdict).toBe('at-risk')
    expect(recoverable?.status === 'known' && Number(recoverable.factor) / 1e18).toBeCloseTo(16_000 / 9_900, 7)
    const { verdict: _, ...before } = view
    expect(rest).toEqual(before)
    expect(deserialize(serialize(result))).toEqual(result)
  })

  test('behavior: unsavable where nothing can be brought to where at-risk begins', () => {
    for (const change of [
      { routes: [] },
      { routes: [{ ...route, most: usdc(500) }] },
      { routes: [{ ...route, seconds: 1_801n }] },
      { donors: [] },
      { floors: 4n * WAD },
    ]) {
      const { recoverable, verdict } = recovered(judged(rich, weak), change)
      expect(verdict).toBe('unsavable')
      expect(recoverable?.status === 'known' && recoverable.factor < factor(1.1)).toBe(true)
    }
    // 1.1 · 7,900 − 8,000 = 690 of weight, 862.50 of collateral, and units for rounding.
    expect(recovered(judged(rich, weak), { routes: [{ ...route, most: usdc(862.51) }] }).verdict).toBe('at-risk')
    expect(recovered(judged(rich, weak), { routes: [{ ...route, most: usdc(862.49) }] }).verdict).toBe('unsavable')
  })

  test('behavior: asked again it forgets what it said', () => {
    const { context, view } = judged(rich, weak)
    const lost = withRecovery(context, { view, routes: [], costs: costs() })
    expect(lost.verdict).toBe('unsavable')
    expect(withRecovery(context, { view: lost, routes: [route], costs: costs() }).verdict).toBe('at-risk')
  })

  test('behavior: worse verdicts stay', () => {
    const dead = { ...weak, debt: { DAI: 8_100 }, health: 8_000 / 8_100 }
    expect(recovered(judged(rich, dead), { routes: [] }).verdict).toBe('liquidatable')
    const unread = { ...weak, changes: { health: { status: 'unknown', issues } as const } }
    expect(recovered(judged(rich, unread))).toMatchObject({
      verdict: 'unknown',
      recoverable: { status: 'unknown', issues },
    })
  })

  test('behavior: better verdicts stay', () => {
    expect(recovered(judged(rich)).verdict).toBe('ok')
    const watched = { ...weak, debt: { DAI: 7_000 }, health: 8_000 / 7_000 }
    expect(recovered(judged(rich, watched), { routes: [] }).verdict).toBe('watch')
  })

  test('behavior: what is too doubtful to plan with is unknown, unless accepted', () => {
    const { context, view } = judged(rich, weak)
    const doubtful = {
      ...view,
      flags: [{ kind: 'stale-head', chainId: 2, path: 'chain', reason: 'an hour old' }] as const,
    }
    const parameters = { view: doubtful, routes: [], costs: costs() }
    expect(withRecovery(context, parameters)).toMatchObject({
      verdict: 'at-risk',
      recoverable: { status: 'unknown', issues: [{ chainId: 2, path: 'chain' }] },
    })
    expect(withRecovery(context, { ...parameters, acceptFlags: ['stale-head'] }).verdict).toBe('unsavable')
  })
})
