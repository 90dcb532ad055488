import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const contracts = join(import.meta.dirname, '../../contracts')
const rows = readFileSync(join(contracts, 'README.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, id, , by] = line.match(/^\| (I\d+) \| (.+) \| (.+) \|$/) ?? []
    const names = [...(by ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? '')
    return id === undefined ? [] : [{ number: Number(id.slice(1)), names }]
  })
const files = readdirSync(join(contracts, 'test'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.t.sol'),
)
const sources = files.map((file) => readFileSync(join(contracts, 'test', file), 'utf8'))

/** Test functions by name, with what they do. */
const bodies = new Map(
  sources.flatMap((source) =>
    source.split(/(?=\n {4}function )/).flatMap((part) => {
      const name = part.match(/^\n {4}function (\w+)\(/)?.[1]
      return name === undefined ? [] : [[name, part] as const]
    }),
  ),
)

describe('contracts/README.md', () => {
  test('behavior: the ids are numbered through, and there are at least 20', () => {
    expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1))
    expect(rows.length).toBeGreaterThanOrEqual(20)
  })

  test.each(rows)('behavior: I$number is asserted by what it names', ({ number, names }) => {
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) {
      expect(bodies.get(name), name).toMatch(
        /\b(_?assert\w*|expectRevert|_expect\w*|_refused)\(|expectCall|expectPartialRevert/,
      )
      const ids = [...(name.match(/^invariant_((?:I\d+_)+)/)?.[1] ?? '').matchAll(/I(\d+)/g)].map(([, id]) =>
        Number(id),
      )
      if (ids.length > 0) expect(ids, name).toContain(number)
    }
  })

  test('behavior: every id of an invariant is in the list, with the invariant', () => {
    const invariants = [...bodies.keys()].filter((name) => name.startsWith('invariant_'))
    expect(invariants.length).toBeGreaterThan(0)
    for (const name of invariants) {
      const ids = [...(name.match(/^invariant_((?:I\d+_)+)/)?.[1] ?? '').matchAll(/I(\d+)/g)].map(([, id]) =>
        Number(id),
      )
      expect(ids.length, name).toBeGreaterThan(0)
      for (const id of ids) expect(rows.find(({ number }) => number === id)?.names, name).toContain(name)
    }
  })

  test('behavior: every threat to the contracts has an incident', () => {
    // B27 and B28 are the routes' and the tracker's; B2 to B5 share a file.
    const numbers = files
      .filter((file) => file.startsWith('incidents'))
      .flatMap((file) => [...file.matchAll(/B(\d\d)_/g)].map(([, number]) => Number(number)))
    const missing = Array.from({ length: 30 }, (_, index) => index + 1).filter((row) => !numbers.includes(row))
    expect(missing).toEqual([27, 28])
  })
})
