import { planMoves } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import * as Random from '../differential/Random.ts'
import { randomWorld } from './worlds.ts'

describe('planMoves, where nothing was found', () => {
  function planned(name: string) {
    const { context, parameters } = randomWorld(Random.create(name))
    return planMoves(context, parameters)
  }

  test('behavior: says that it was shown', () => {
    expect(planned('x/4')).toMatchObject({ status: 'unsavable', isProven: true })
  })

  test('behavior: where a route at its least shares a balance, the other move gives up what floats make too much', () => {
    expect(planned('20261124/property/9716')).toMatchObject({ status: 'plan' })
  })

  test('behavior: says that it was not shown where not every order of steps was tried', () => {
    expect(planned('x/175')).toMatchObject({ status: 'unsavable', isProven: false })
  })
})
