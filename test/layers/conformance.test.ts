import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importsOf, sourceFiles } from './imports.ts'

const root = resolve(import.meta.dirname, '../..')
const adapters = 'packages/adapters/src'

/** Folders whose entry point gives an adapter: what it exports is typed as one. */
function adapterFolders(): readonly string[] {
  return readdirSync(join(root, adapters), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, adapters, entry.name, 'index.ts')))
    .map(({ name }) => name)
    .filter((name) => makesAdapters(name))
}

function makesAdapters(folder: string): boolean {
  const types = /\b(Protocol|Lending)Adapter\b/
  return (
    folder !== 'conformance' &&
    sourceFiles(`${adapters}/${folder}`).some(
      (file) => !file.includes('/testing/') && types.test(readFileSync(join(root, file), 'utf8')),
    )
  )
}

/** Tests that hold something of a folder against the conformance checks. */
function conformanceTestsOf(folder: string): readonly string[] {
  const places = ['test/mocked', `${adapters}/${folder}`]
  return places
    .flatMap((place) =>
      readdirSync(join(root, place), { recursive: true, encoding: 'utf8' }).map((path) => join(place, path)),
    )
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => /^\s*describeAdapter\(/m.test(readFileSync(join(root, path), 'utf8')))
    .filter(
      (path) =>
        path.startsWith(adapters) ||
        importsOf(path).some(({ specifier }) => specifier.startsWith(`@unimargin/adapters/${folder}`)),
    )
}

describe('conformance', () => {
  test('default: every adapter is held against the conformance checks', () => {
    const folders = adapterFolders()
    expect(folders).toEqual(expect.arrayContaining(['aave-v3', 'wallet']))
    expect(folders.filter((folder) => conformanceTestsOf(folder).length === 0)).toEqual([])
  })

  test('behavior: an adapter that is held against nothing is noticed', () => {
    expect(conformanceTestsOf('shared')).toEqual([])
  })
})
