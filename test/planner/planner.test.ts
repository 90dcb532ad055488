import { planMoves } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import * as Random from '../differential/Random.ts'
import { byHand, route, units } from './byHand.ts'
import { judge } from './judge.ts'
import { mutants } from './mutants.ts'
import { playProperties, playWorlds, type Round } from './play.ts'
import { properties } from './properties.ts'
import { randomWorld, type World } from './worlds.ts'

// As elsewhere: the same cases every time, unless `pnpm fuzz` looks for new ones.
const seed = process.env.SEED ?? '20261121'
const WORLDS = 100
const PROPERTY_WORLDS = 16

const failures = (rounds: readonly Round[]) =>
  rounds.flatMap(({ name, problems }) =>
    problems.length === 0 ? [] : [`SEED=${seed} ${name}: ${problems.join('; ')}`],
  )
const countOf = (rounds: readonly Round[], kind: RegExp) => rounds.filter((round) => kind.test(round.kind)).length

/** A route that would do for the units that markets may round away if it carried one more. */
const nearlyWideEnough = byHand({ routes: [{ ...route, most: units('2592.592594') }] })

describe('planMoves', () => {
  test('behavior: no plan is wrong, none is dearer than an exhaustive search finds, and none is missed', () => {
    const rounds = [...playWorlds({ seed, from: 0, to: WORLDS, step: 1 }, planMoves)]
    expect(failures(rounds)).toEqual([])
    // Otherwise nothing was shown.
    expect(countOf(rounds, /^plan exact: cost$/)).toBeGreaterThan(WORLDS / 6)
    expect(countOf(rounds, /^unsavable: none$/)).toBeGreaterThan(WORLDS / 10)
    expect(countOf(rounds, /: (open|bounds)$/)).toBeLessThan(WORLDS / 10)
  })

  test('behavior: what lies between two plans', () => {
    const rounds = [...playProperties({ seed, from: 0, to: PROPERTY_WORLDS, step: 1 }, planMoves)]
    expect(failures(rounds)).toEqual([])
    for (const name of Object.keys(properties)) {
      expect(rounds.filter(({ kind }) => kind === `${name}: asked`).length, name).toBeGreaterThan(0)
    }
  })

  test.each(Object.entries(mutants))('behavior: it is noticed when %s', (_, mutant) => {
    const broken = mutant(planMoves)
    const isNoticed = (world: World) => judge(world, broken).problems.some((problem) => !/^it throws/.test(problem))
    const isNoticedIn = (round: number) => isNoticed(randomWorld(Random.create(`mutant/${round}`)))
    expect(isNoticed(nearlyWideEnough) || Array.from({ length: 200 }, (_, round) => round).some(isNoticedIn)).toBe(true)
  })
})
