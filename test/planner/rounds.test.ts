import { planMoves } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import * as Random from '../differential/Random.ts'
import { factor } from '../fixtures/planner.ts'
import { halved } from './halved.ts'
import { twice } from './twice.ts'
import { randomWorld } from './worlds.ts'

// Rounds of long runs in which the planner once fell short of what an exhaustive search found.
describe('planMoves, in single rounds', () => {
  function planned(name: string) {
    const { context, parameters } = randomWorld(Random.create(name))
    return planMoves(context, parameters)
  }

  test('behavior: of the amounts that a floored average lets through the least', () => {
    const result = planned('20261125/12661')
    // A little more than this is too little again, and half a dollar more would do as well.
    expect(result).toMatchObject({ status: 'plan', optimality: { status: 'exact' } })
    if (result.status === 'plan') expect(result.cost).toBeLessThanOrEqual(9_473_736_013_580_361_568n)
  })

  test('behavior: who gives gets a little more where the teeth of its floor take it', () => {
    const result = planned('20261122/11365')
    expect(result).toMatchObject({ status: 'plan', optimality: { status: 'exact' } })
    if (result.status === 'plan') expect(result.cost).toBeLessThanOrEqual(28_152_027_870_331_160_000n)
  })

  test('behavior: what a floor with teeth takes from others is mended at the floor first', () => {
    const result = planned('20261201/598')
    // Ten dollars supplied to who gives; a repayment of seven would do as well, and costs 2.84 more.
    expect(result).toMatchObject({ status: 'plan', optimality: { status: 'exact' } })
    if (result.status === 'plan') expect(result.cost).toBeLessThanOrEqual(6_779_625_435_836_474_400n)
  })

  test('behavior: what is recoverable where two pay for each other by turns, and a coarse route needs all of it', () => {
    const result = planned('20261126/property/301')
    if (result.status !== 'unsavable' || result.recoverable.status !== 'known') throw new TypeError(result.status)
    // Nobody can conceive of more than 1.29227.
    expect(result.recoverable.factor).toBeGreaterThan(factor(1.291))
    expect(result.recoverable.factor).toBeLessThan(factor(1.293))
  })

  test('behavior: what only whole units of a coarse route allow', () => {
    // Of six and three units five and two arrive, which is just enough; no straight line tells that.
    const result = planned('20261123/property/3340')
    expect(result).toMatchObject({ status: 'plan', optimality: { status: 'exact' } })
    if (result.status === 'plan') expect(result.cost).toBeLessThanOrEqual(15_278_232_343_966_075_051n)
  })

  test('behavior: three that pay for each other in a circle, each of whose steps needs its turn', () => {
    const result = planned('20261128/259')
    expect(result).toMatchObject({ status: 'plan', cost: 22_630_000_000_000_000_000n, optimality: { status: 'exact' } })
  })

  test('behavior: twice the account can do what the account cannot, where half of its units are none', () => {
    const { context, parameters } = randomWorld(Random.create('20261123/property/5922'))
    const two = planMoves(context, twice(parameters))
    // Fifteen units over a route that carries fifteen; of half as much it carries seven, and one of them is kept as a fee.
    expect(two).toMatchObject({ status: 'plan', steps: [{ amount: 150_000n, arrives: 140_000n }] })
    if (two.status !== 'plan') return
    expect(halved(context, parameters, two)).toBeUndefined()
    expect(planMoves(context, parameters)).toMatchObject({ status: 'plan', cost: 3_440_000_000_000_000_000n })
    // A route that carries eight lets half of it through.
    const routes = parameters.routes.map((route) => (route.most === 78_033n ? { ...route, most: 80_000n } : route))
    expect(halved(context, { ...parameters, routes }, two)).toBeDefined()
  })
})
