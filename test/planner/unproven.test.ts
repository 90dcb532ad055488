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

  test('behavior: says that it was not shown where not every order of steps was tried', () => {
    expect(planned('x/175')).toMatchObject({ status: 'unsavable', isProven: false })
  })
})
