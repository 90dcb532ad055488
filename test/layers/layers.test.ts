import { describe, expect, test } from 'vitest'
import { bareErrorsOf, type Import, importsOf, impuritiesOf, sourceFiles, targetOf } from './imports.ts'
import { computedImports, folderImports, packageImports, pureFolders, sdkLayers } from './table.ts'

const isRelative = ({ specifier }: Import) => specifier.startsWith('.')
const allowedOnTop = ({ file }: Import) =>
  Object.entries(folderImports).flatMap(([folder, names]) => (file.startsWith(`${folder}/`) ? names : []))
const matches = (specifier: string, allowed: string) =>
  allowed.endsWith(':') ? specifier.startsWith(allowed) : specifier === allowed || specifier.startsWith(`${allowed}/`)

describe('packages', () => {
  test.each(Object.entries(packageImports))('%s imports only what the table allows', (folder, allowed) => {
    const files = sourceFiles(folder)
    expect(files.length).toBeGreaterThan(0)
    const refused = files
      .flatMap(importsOf)
      .filter(({ file, specifier }) => specifier !== '(computed)' || !(file in computedImports))
      .filter((entry) =>
        isRelative(entry)
          ? !targetOf(entry).startsWith(folder)
          : ![...allowed, ...allowedOnTop(entry)].some((name) => matches(entry.specifier, name)),
      )
    expect(refused).toEqual([])
  })

  test.each(Object.keys(packageImports))('%s has no import cycles', (folder) => {
    const graph = new Map(
      sourceFiles(folder).map((file) => [file, importsOf(file).filter(isRelative).map(targetOf)] as const),
    )
    const state = new Map<string, 'open' | 'done'>()
    const cycles: string[] = []
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done') return
      if (state.get(file) === 'open') return void cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      state.set(file, 'open')
      for (const target of graph.get(file) ?? []) visit(target, [...path, file])
      state.set(file, 'done')
    }
    for (const file of graph.keys()) visit(file, [])
    expect(cycles).toEqual([])
  })
})

describe('errors', () => {
  test.each(Object.keys(packageImports))('%s throws no bare Error', (folder) => {
    expect(sourceFiles(folder).filter((file) => bareErrorsOf(file) > 0)).toEqual([])
  })

  test('behavior: a bare one is seen', () => {
    expect(bareErrorsOf('scripts/check-packages.ts')).toBeGreaterThan(0)
  })
})

describe('sdk', () => {
  test('every folder of the sdk is in the table', () => {
    const folders = sourceFiles('packages/sdk/src').flatMap((file) => file.split('/').slice(3, -1).slice(0, 1))
    expect([...new Set(folders)].sort()).toEqual(sdkLayers.map(({ folder }) => folder).sort())
  })

  test.each(sdkLayers)('$folder looks only at lower layers', ({ folder, may }) => {
    const home = `packages/sdk/src/${folder}`
    const files = sourceFiles(home)
    expect(files.length).toBeGreaterThan(0)
    const refused = files.flatMap(importsOf).filter((entry) => {
      if (!isRelative(entry)) {
        if (entry.specifier.startsWith('node:')) return !allowedOnTop(entry).includes('node:')
        return !may.some((name) => matches(entry.specifier, name))
      }
      const layer = targetOf(entry).split('/')[3] ?? ''
      return layer !== folder && !may.includes(layer)
    })
    expect(refused).toEqual([])
  })

  test.each(pureFolders)('%s knows no clock, no chance and no network', (folder) => {
    expect(sourceFiles(folder).flatMap(impuritiesOf)).toEqual([])
  })
})
