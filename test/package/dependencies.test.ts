import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

type Manifest = Partial<
  Record<'dependencies' | 'devDependencies' | 'peerDependencies' | 'scripts', Readonly<Record<string, string>>>
>

const manifestIn = (folder: string): Manifest => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
const foldersIn = (folder: string) =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${folder}/${name}`)
const isManifest = (folder: string) => readdirSync(join(root, folder)).includes('package.json')

/** What a settings file lists under a key, as `name: value` lines. */
function listedIn(file: string, key: string): ReadonlyMap<string, string> {
  const lines = readFileSync(join(root, file), 'utf8').split('\n')
  const from = lines.indexOf(`${key}:`) + 1
  if (from === 0) return new Map()
  const rest = lines.slice(from)
  const end = rest.findIndex((line) => !line.startsWith(' '))
  const entries = rest.slice(0, end < 0 ? undefined : end).filter((line) => !line.trim().startsWith('#'))
  return new Map(
    entries.map((line) => {
      const [, name = '', value = ''] = /^ +'?([^']+?)'?: (.+)$/.exec(line) ?? []
      return [name, value] as const
    }),
  )
}

describe('dependencies', () => {
  test('behavior: D1: no package runs a script when it is installed, and two are installed with the sdk', () => {
    const files = ['pnpm-workspace.yaml', ...[...foldersIn('labs'), 'tools'].map((lab) => `${lab}/pnpm-workspace.yaml`)]
    const allowed = files.flatMap((file) => [...listedIn(file, 'allowBuilds')])
    expect(allowed.length).toBeGreaterThan(3)
    expect(allowed.filter(([, isAllowed]) => isAllowed !== 'false')).toEqual([])

    const published = (folder: string) => Object.keys(manifestIn(folder).dependencies ?? {})
    expect(published('packages/sdk')).toEqual(['eventemitter3', 'zod'])
    expect(published('packages/adapters')).toEqual(['@unimargin/sdk'])
    for (const folder of ['packages/sdk', 'packages/adapters']) {
      const scripts = Object.keys(manifestIn(folder).scripts ?? {})
      expect(scripts.filter((name) => /install|prepare|prepack|publish/.test(name))).toEqual([])
    }
    const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
    for (const name of ['eventemitter3', 'zod']) {
      const [, snapshot = 'none'] =
        new RegExp(`\\n  ${name}@[\\d.]+: (.*)\\n`).exec(lockfile.split('\nsnapshots:')[1] ?? '') ?? []
      // Neither brings anything along.
      expect(snapshot).toBe('{}')
    }
  })

  test('behavior: D1: every version is exact, but for what a wallet brings itself', () => {
    const isExact = (version: string) => /^(npm:\w+@)?\d+\.\d+\.\d+$/.test(version)
    const catalog = listedIn('pnpm-workspace.yaml', 'catalog')
    expect(catalog.size).toBeGreaterThan(20)
    expect([...catalog].filter(([, version]) => !isExact(version)).map(([name]) => name)).toEqual([
      'eventemitter3',
      'zod',
    ])
    const folders = [...['.', 'packages', 'packages/examples', 'labs'].flatMap(foldersIn), '.'].filter(isManifest)
    expect(folders.length).toBeGreaterThan(10)
    const loose = folders.flatMap((folder) => {
      const { dependencies, devDependencies } = manifestIn(folder)
      return Object.entries({ ...dependencies, ...devDependencies })
        .filter(([, version]) => !isExact(version) && !/^(catalog:$|workspace:|link:)/.test(version))
        .map(([name]) => `${folder}: ${name}`)
    })
    expect(loose).toEqual([])
  })
})
