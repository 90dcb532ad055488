import { Faults } from '@unimargin/sdk/testing'
import { describe, expect, test } from 'vitest'
import { meetingsOf, PHASES, PLACES, scenarios } from './scenarios.ts'
import { suites } from './suites.ts'

describe('scenarios', () => {
  test('default: at least 600 of at least 40 kinds, each with a name of its own', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(600)
    expect(new Set(scenarios.map(({ entry }) => entry.kind)).size).toBeGreaterThanOrEqual(40)
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length)
  })

  test('behavior: each kind is played by one suite, unless it needs batches, which are never sent', () => {
    const played = Object.values(suites).flat()
    expect(new Set(played).size).toBe(played.length)
    const left = Faults.catalogue.filter((entry) => !played.includes(entry))
    expect(left.map(({ kind }) => kind)).toEqual(['permuted-batch', 'crossed-batch'])
    expect(left.every(({ batchesOnly }) => batchesOnly)).toBe(true)
    expect(new Set(scenarios.map(({ entry }) => entry))).toEqual(new Set(played))
  })

  test('behavior: each kind in each place, and together every phase and method', () => {
    for (const { entry } of scenarios) {
      const places = new Set(scenarios.filter((one) => one.entry === entry).map(({ place }) => place))
      const possible = PLACES.filter((place) => meetingsOf(entry, place).length > 0)
      expect([entry.kind, ...places]).toEqual([entry.kind, ...possible])
    }
    const meetings = (list: readonly { readonly phase: string; readonly method: string }[]) =>
      [...new Set(list.map(({ phase, method }) => `${phase} ${method}`))].sort()
    const possible = Faults.catalogue.flatMap((entry) => PLACES.flatMap((place) => meetingsOf(entry, place)))
    expect(meetings(scenarios)).toEqual(meetings(possible))
    expect(new Set(scenarios.map(({ phase }) => phase))).toEqual(new Set(PHASES))
  })
})
