import { describe, expect, test } from 'vitest'
import * as Agenda from './Agenda.ts'
import * as Node from './Node.ts'

const root = Node.root({ options: 1, parties: 1, rows: 1 }, [])
const nodes = [3, 1, 2, 1].map((bound) => ({ ...root, bound }))

describe('Agenda', () => {
  test('default: cheapest first, and the elder of equals', () => {
    const agenda = Agenda.create(false)
    for (const node of nodes) Agenda.add(agenda, node)
    expect(nodes.map(() => nodes.indexOf(Agenda.next(agenda) ?? root))).toEqual([1, 3, 2, 0])
    expect(Agenda.next(agenda)).toBeUndefined()
  })

  test('behavior: where any answer will do every other is the latest', () => {
    const agenda = Agenda.create(true)
    for (const node of nodes) Agenda.add(agenda, node)
    expect(Agenda.next(agenda)).toBe(nodes[1])
    const latest = { ...root, bound: 9 }
    Agenda.add(agenda, latest)
    expect(Agenda.next(agenda)).toBe(latest)
    expect([1, 2, 3, 4].map(() => Agenda.next(agenda)?.bound)).toEqual([1, 2, 3, undefined])
  })
})
