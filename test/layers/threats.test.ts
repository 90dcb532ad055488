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

const rowsOf = (text: string): readonly string[] => text.split('\n').filter((line) => /^\| B\d+ /.test(line))

describe('docs/threats.md', () => {
  test('default: has every row of the threat model once', () => {
    const rows = rowsOf(threats).map((line) => line.split('|')[1]?.trim())
    expect(rows).toEqual(Array.from({ length: 30 }, (_, index) => `B${index + 1}`))
  })

  test('behavior: every test that it names is there', () => {
    const forge = textOf('contracts/test', '.sol')
    const devnet = textOf('test/devnet', '.test.ts')
    const ofForge = [...threats.matchAll(/`((?:test|invariant)_?\w+)`/g)].flatMap(([, name = '']) => name)
    const ofDevnet = [...threats.matchAll(/"((?:behavior|error): [^"]+)"/g)].flatMap(([, name = '']) => name)
    expect(ofForge.length).toBeGreaterThan(30)
    expect(ofDevnet.length).toBeGreaterThan(10)
    expect(ofForge.filter((name) => !forge.includes(`function ${name}(`))).toEqual([])
    expect(ofDevnet.filter((name) => !devnet.includes(`'${name}'`))).toEqual([])
  })

  test('behavior: a row without a test says why', () => {
    const untested = rowsOf(threats).filter((line) => line.split('|')[4]?.trim() === '')
    expect(untested.map((line) => line.split('|')[1]?.trim())).toEqual(['B27', 'B28'])
    expect(untested.every((line) => line.includes("**not the router's**"))).toBe(true)
  })
})
