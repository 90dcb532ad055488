import { planMoves } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import * as Random from '../differential/Random.ts'
import { factor } from '../fixtures/planner.ts'
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

  test('behavior: what is recoverable where two pay for each other by turns, and a coarse route needs all of it', () => {
    const result = planned('20261126/property/301')
    if (result.status !== 'unsavable' || result.recoverable.status !== 'known') throw new TypeError(result.status)
    // Nobody can conceive of more than 1.29227.
    expect(result.recoverable.factor).toBeGreaterThan(factor(1.291))
    expect(result.recoverable.factor).toBeLessThan(factor(1.293))
  })
})
