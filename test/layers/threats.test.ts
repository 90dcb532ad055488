import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const security = readFileSync(join(root, 'SECURITY.md'), 'utf8')

/** The rows that there have to be, by letter. */
const ROWS = { A: 25, B: 30, C: 10, D: 3 } as const
type Letter = keyof typeof ROWS
const letters = Object.keys(ROWS) as readonly Letter[]

/** The text of all files below a folder, without those of installed packages, which are many and have tests of their own. */
const textOf = (folder: string, ending: string): string =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return textOf(path, ending)
      return path.endsWith(ending) ? readFileSync(join(root, path), 'utf8') : ''
    })
    .join('\n')

const rowsOf = (letter: Letter): readonly string[] =>
  security.split('\n').filter((line) => new RegExp(`^\\| ${letter}\\d+ `).test(line))

const cell = (row: string, index: number): string => row.split('|')[index]?.trim() ?? ''

/** In backticks forge's, in quotation marks vitest's; and what is neither. */
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

describe('SECURITY.md', () => {
  test('default: says how to report, and has every row of the threat model once', () => {
    expect(security).toContain('\n## Report a vulnerability\n')
    for (const letter of letters) {
      const numbered = Array.from({ length: ROWS[letter] }, (_, index) => `${letter}${index + 1}`)
      expect(rowsOf(letter).map((row) => cell(row, 1))).toEqual(numbered)
    }
  })

  test('behavior: every test that it names is there', () => {
    const forge = textOf('contracts/test', '.sol')
    const onChain = [textOf('test/devnet', '.test.ts'), textOf('labs/stargate/src', '.test.ts')].join('\n')
    // Scenarios are generated: the tests of all their suites are in one file.
    const anywhere = [
      textOf('packages/sdk/src', '.test.ts'),
      textOf('packages/adapters/src', '.test.ts'),
      textOf('test', '.test.ts'),
      readFileSync(join(root, 'test/faults/playScenarios.ts'), 'utf8'),
    ].join('\n')
    for (const letter of letters) {
      const tests = testsIn(rowsOf(letter))
      // What concerns the contracts is shown on chains.
      const isThere = isTestIn(letter === 'B' ? onChain : anywhere)
      expect(tests.forge.filter((name) => !forge.includes(`function ${name}(`))).toEqual([])
      expect(tests.vitest.filter((name) => !isThere(name))).toEqual([])
      expect(tests.words).toBe('')
    }
    expect(testsIn(rowsOf('A')).vitest.length).toBeGreaterThan(50)
    expect(testsIn(rowsOf('B')).forge.length).toBeGreaterThan(30)
    expect(testsIn(rowsOf('B')).vitest.length).toBeGreaterThan(10)
    expect(testsIn(rowsOf('C')).vitest.length).toBeGreaterThan(20)
  })

  test('behavior: a row has a test, or says that it is open or whose it is', () => {
    const untested = letters.flatMap(rowsOf).filter((row) => cell(row, 4) === '')
    expect(untested.filter((row) => !/\*\*(?:Open:|later|not the router's)\*\*/.test(cell(row, 3)))).toEqual([])
    // All rows have one by now: who adds a row without says so here.
    expect(untested.map((row) => cell(row, 1))).toEqual([])
  })

  test('behavior: links lead somewhere', () => {
    const links = [...security.matchAll(/\]\((docs\/[^)#]+)(?:#([^)]+))?\)/g)]
    expect(links.length).toBeGreaterThan(1)
    for (const [, file = '', anchor] of links) {
      const headings = [...readFileSync(join(root, file), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(' ', '-')
          .replace(/[^\w-]/g, ''),
      )
      if (anchor !== undefined) expect(headings).toContain(anchor)
    }
  })
})
