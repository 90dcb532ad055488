import { describe, expect, test } from 'vitest'
import { asset, costs, factor, idOf, marketOf, offer, usdc, WAD, world } from '../../../../../test/fixtures/planner.ts'
import { planMoves } from '../planMoves.ts'
import type { UnsavablePlan } from './MarginPlan.ts'
import type { PlanMovesParameters } from './PlanMovesParameters.ts'

describe('unsavable', () => {
  const rich = { chain: 1, name: 'rich', collateral: { USDC: 10_000 }, debt: { DAI: 2_000 } }
  const weak = { chain: 2, name: 'weak', collateral: { USDC: 10_000 }, debt: { DAI: 7_900 } }
  const route = offer('USDC', 1, 2)

  function unsaved(
    { context, view }: ReturnType<typeof world>,
    changes: Partial<PlanMovesParameters> = {},
  ): UnsavablePlan {
    const parameters = { view, targets: factor(1.5), routes: [route], costs: costs(), ...changes }
    const result = planMoves(context, parameters)
    if (result.status !== 'unsavable') throw new TypeError(result.status)
    return result
  }

  test('default', () => {
    const result = unsaved(world(rich, weak), { routes: [{ ...route, most: usdc(1_000) }] })
    expect(result.binding).toEqual([{ kind: 'route-most', route: 'USDC route', source: 1, destination: 2 }])
    const [shortfall] = result.shortfalls
    expect(result.shortfalls).toHaveLength(1)
    expect(shortfall).toMatchObject({ position: idOf(weak), scenario: 'now', target: factor(1.5) })
    for (const health of [shortfall?.best, result.recoverable]) {
      expect(health?.status === 'known' && Number(health.factor) / 1e18).toBeCloseTo(8_800 / 7_900, 7)
    }
    expect(result.partial).toBeUndefined()
  })

  test('behavior: each limit by its name, worst first', () => {
    const { key } = marketOf(1, 'rich')
    const dry = { ...rich, reserves: { USDC: { availableLiquidity: usdc(700) } } }
    expect(unsaved(world(dry, weak)).binding).toEqual([{ kind: 'liquidity', market: key, asset: asset(1, 'USDC') }])
    const full = { ...weak, reserves: { USDC: { supplyRoom: usdc(700) } } }
    expect(unsaved(world(rich, full)).binding).toEqual([
      { kind: 'supply-cap', market: marketOf(2, 'weak').key, asset: asset(2, 'USDC') },
    ])
    const wallet = { chain: 2, name: 'wallet', isWallet: true, collateral: { USDC: 700 } }
    expect(unsaved(world(wallet, weak)).binding).toEqual([
      { kind: 'balance', position: idOf(wallet), asset: asset(2, 'USDC') },
    ])
    // 1,000 by the route would do more than 700 of the wallet's: doubled they bring as much again.
    const both = unsaved(world(rich, wallet, weak), { routes: [{ ...route, most: usdc(1_000) }] })
    expect(both.binding.map(({ kind }) => kind)).toEqual(['route-most', 'balance'])
    const held = unsaved(world(rich, weak), { floors: factor(3.5) })
    expect(held.binding).toEqual([{ kind: 'floor', position: idOf(rich) }])
  })

  test('behavior: each could be saved alone, and not all together', () => {
    const other = { ...weak, chain: 3, name: 'other' }
    const result = unsaved(world(rich, weak, other), { routes: [route, offer('USDC', 1, 3)] })
    expect(result.shortfalls).toEqual([])
    // In flight the donor keeps its floor, which is its target.
    expect(result.binding).toHaveLength(1)
    expect(['floor', 'target']).toContain(result.binding[0]?.kind)
    expect(result.binding[0]).toMatchObject({ position: idOf(rich) })
  })

  test('behavior: minima that do not go together', () => {
    const other = { ...weak, chain: 3, name: 'other' }
    const least = usdc(1_500)
    // Each lacks 1,000 and the donor can spare 2,500.
    const result = unsaved(world(rich, weak, other), {
      targets: { [idOf(weak)]: factor(8_800 / 7_900), [idOf(other)]: factor(8_800 / 7_900) },
      floors: 3n * WAD,
      routes: [
        { ...route, least },
        { ...offer('USDC', 1, 3), least },
      ],
    })
    expect(result.shortfalls).toEqual([])
    expect(result.binding).toEqual([
      { kind: 'route-least', route: 'USDC route', source: 1, destination: 2 },
      { kind: 'route-least', route: 'USDC route', source: 1, destination: 3 },
    ])
  })

  test('behavior: nothing binds where nothing reaches who is short', () => {
    const { binding, rejected } = unsaved(world(rich, weak), { routes: [{ ...route, most: 0n }] })
    expect(binding).toEqual([])
    expect(rejected.map(({ reason }) => reason.kind)).toEqual(['route-closed'])
  })

  test('behavior: the cheapest moves to the best, if asked', () => {
    const wallet = { chain: 2, name: 'wallet', isWallet: true, collateral: { USDC: 700 } }
    const twin = offer('USDC', 1, 2, { key: 'dear', messaging: 5n * WAD })
    const routes = [twin, { ...route, most: usdc(1_000), messaging: WAD }]
    const { partial, recoverable } = unsaved(world(rich, wallet, weak), {
      routes: routes.slice(1),
      partial: true,
      targets: factor(1.5),
    })
    // All that there is, to the nine digits that are sought.
    expect(partial?.steps.map(({ candidate, amount }) => [candidate.route, Math.round(Number(amount) / 1e4)])).toEqual([
      [undefined, 70_000],
      ['USDC route', 100_000],
    ])
    expect(partial?.cost).toBe(WAD)
    expect(partial?.health.after[idOf(weak)]).toEqual(recoverable)
    const cheaper = unsaved(world(rich, weak), {
      routes: [
        { ...twin, most: usdc(1_000) },
        { ...route, most: usdc(1_000) },
        { ...route, key: 'closed', most: 0n },
      ],
      partial: true,
      targets: factor(2),
      floors: factor(3.6),
    })
    // 1,000 are all that the donor can spare: the cheap way carries them.
    expect(cheaper.partial?.steps.map(({ candidate }) => candidate.route)).toEqual(['USDC route'])
  })
})
