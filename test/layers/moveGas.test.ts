import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const contracts = join(import.meta.dirname, '../../contracts')
const readme = readFileSync(join(contracts, 'README.md'), 'utf8')
const snapshot: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(contracts, 'snapshots/Move.json'), 'utf8'),
)

const number = (text: string) => Number(text.replaceAll(',', ''))
/** The rows of a table, by the name in its first heading. */
function rowsOf(heading: string): readonly (readonly [name: string, alone: number, move: number, last: number])[] {
  const table = readme.split(`| ${heading} |`)[1]?.split('\n\n')[0] ?? ''
  return [...table.matchAll(/^\| ([^|]+, (?:source|destination)) \| ([\d,]+) \| ([\d,]+) \| ([\d,.]+) \|$/gm)].map(
    ([, name = '', alone = '', move = '', last = '']) => [name, number(alone), number(move), number(last)],
  )
}

describe('gas of a move, in contracts/README.md', () => {
  test('behavior: mocks: is what was measured, for every protocol', () => {
    const rows = rowsOf('mocks')
    expect(rows).toHaveLength(8)
    for (const [name, alone, move, more] of rows) {
      const key = name.replace(',', ':')
      expect([alone, move], name).toEqual([Number(snapshot[`${key}, alone`]), Number(snapshot[`${key}, move`])])
      expect(more, name).toBe(move - alone)
    }
    expect(Object.keys(snapshot)).toHaveLength(2 * rows.length)
  })

  test('behavior: real contracts: has the ratio of its figures', () => {
    const rows = rowsOf('real contracts')
    expect(rows).toHaveLength(4)
    for (const [name, alone, move, ratio] of rows) expect(ratio, name).toBe(Number((move / alone).toFixed(2)))
  })
})
