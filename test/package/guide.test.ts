import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as Guide from '../../scripts/Guide.ts'

const fence = '```'

describe.each([
  ['docs/testing.md', 6],
  ['docs/adapters.md', 1],
])('%s', (path, leastTests) => {
  const page = readFileSync(join(import.meta.dirname, '../..', path), 'utf8')

  // Whether all of it works is what `pnpm check:guide` shows; it needs npm.
  test('default: every block is a file or commands, in an order in which it can be followed', () => {
    const steps = Guide.stepsOf(page)
    const [first] = steps
    expect(first?.kind === 'commands' && first.lines[0]).toBe('npm init -y')
    const files = steps.flatMap((step) => (step.kind === 'file' ? [step.file] : []))
    expect(new Set(files).size).toBe(files.length)
    for (const [index, step] of steps.entries()) {
      if (step.kind === 'commands') continue
      const written = steps.slice(0, index).flatMap((other) => (other.kind === 'file' ? [`./${other.file}`] : []))
      const needed = [...step.text.matchAll(/from '(\.\/[^']+)'/g)].map(([, path]) => path)
      expect(written, step.file).toEqual(expect.arrayContaining(needed))
    }
    const tests = steps.flatMap((step, index) => (step.kind === 'file' && /\.test\.ts$/.test(step.file) ? [index] : []))
    expect(tests.length).toBeGreaterThanOrEqual(leastTests)
    expect(steps.slice(tests.at(-1))).toContainEqual({ kind: 'commands', lines: ['npx vitest run'] })
  })
})

describe('Guide', () => {
  test('behavior: only packages of an installation are replaced, and nothing else', () => {
    const tarballs = new Map([['@unimargin/sdk', '/a.tgz']])
    expect(Guide.withTarballs('npm install @unimargin/sdk viem', tarballs)).toBe('npm install /a.tgz viem')
    expect(Guide.withTarballs('npx @unimargin/sdk', tarballs)).toBe('npx @unimargin/sdk')
  })

  test('error: a block that names neither a file nor commands', () => {
    expect(() => Guide.stepsOf(`# A page\n\n${fence}ts\nconst nameless = 1\n${fence}\n`)).toThrow('line 3')
  })
})
