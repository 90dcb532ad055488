import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const threats = readFileSync(join(root, 'docs/threats.md'), 'utf8')

const textOf = (folder: string, ending: string): string =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'))
    .join('\n')

const rowsOf = (letter: 'A' | 'B' | 'C'): readonly string[] =>
  threats.split('\n').filter((line) => new RegExp(`^\\| ${letter}\\d+ `).test(line))

const cell = (row: string, index: number): string => row.split('|')[index]?.trim() ?? ''

/** In backticks forge's, in quotation marks vitest's. */
const testsIn = (rows: readonly string[]) => {
  const held = rows.map((row) => cell(row, 4)).join('\n')
  return {
    forge: [...held.matchAll(/(?<=^|, )`(\w+)`/gm)].flatMap(([, name = '']) => name),
    vitest: [...held.matchAll(/(?<=^|, )"([^"]+)"/gm)].flatMap(([, name = '']) => name),
    words: held.replace(/(?:^|, )(?:`\w+`|"[^"]+")/gm, '').trim(),
  }
}

const isTestIn = (source: string) => (name: string) =>
  [`'${name}'`, `"${name}"`, `\`${name}\``].some((quoted) => source.includes(quoted))

describe('docs/threats.md', () => {
  test('default: has every row of the threat model once', () => {
    const numbered = (letter: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)
    expect(rowsOf('A').map((row) => cell(row, 1))).toEqual(numbered('A', 25))
    expect(rowsOf('B').map((row) => cell(row, 1))).toEqual(numbered('B', 30))
  })

  test('behavior: every test that it names is there', () => {
    const forge = textOf('contracts/test', '.sol')
    const devnet = [textOf('test/devnet', '.test.ts'), textOf('labs/stargate/src', '.test.ts')].join('\n')
    const contracts = testsIn(rowsOf('B'))
    expect(contracts.forge.length).toBeGreaterThan(30)
    expect(contracts.vitest.length).toBeGreaterThan(10)
    expect(contracts.forge.filter((name) => !forge.includes(`function ${name}(`))).toEqual([])
    expect(contracts.vitest.filter((name) => !isTestIn(devnet)(name))).toEqual([])
    expect(contracts.words).toBe('')

    // Scenarios are generated: the tests of all their suites are in one file.
    const all = [
      textOf('packages/sdk/src', '.test.ts'),
      textOf('packages/adapters/src', '.test.ts'),
      textOf('test', '.test.ts'),
      readFileSync(join(root, 'test/faults/playScenarios.ts'), 'utf8'),
    ].join('\n')
    const reads = testsIn(rowsOf('A'))
    expect(reads.vitest.length).toBeGreaterThan(50)
    expect(reads.vitest.filter((name) => !isTestIn(all)(name))).toEqual([])
    expect([reads.forge, reads.words]).toEqual([[], ''])
    const journal = testsIn(rowsOf('C'))
    expect(journal.vitest.length).toBeGreaterThan(10)
    expect(journal.vitest.filter((name) => !isTestIn(all)(name))).toEqual([])
    expect([journal.forge, journal.words]).toEqual([[], ''])
  })

  test('behavior: a row without a test says why', () => {
    const untested = [...rowsOf('A'), ...rowsOf('B'), ...rowsOf('C')].filter((row) => cell(row, 4) === '')
    expect(untested.map((row) => cell(row, 1))).toEqual(['A23'])
    expect(untested.every((row) => /\*\*(?:later|not the router's)\*\*/.test(cell(row, 3)))).toBe(true)
  })
})
