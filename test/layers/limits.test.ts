import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { documentedReasons, reasonsOfLimit } from '../fixtures/documentedReasons.ts'

const adapters = resolve(import.meta.dirname, '../../packages/adapters/src')

/** Folders that say how much is possible, and the section of the docs that their tests are held against. */
const sections = readdirSync(adapters)
  .filter((name) => existsSync(join(adapters, name, 'limits.ts')))
  .map((name) => {
    const file = join(adapters, name, 'limits.test.ts')
    const source = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const [, section] = /toEqual\(documentedReasons\('([^']+)'\)\)/.exec(source) ?? []
    return { name, section }
  })

describe('the reasons of limits', () => {
  test.each(sections)('$name holds each reason that its section names against a case', ({ section }) => {
    expect(documentedReasons(section ?? 'none').size).toBeGreaterThan(0)
  })

  test('behavior: the type names what the protocols name, and nothing else', () => {
    expect(sections.length).toBeGreaterThan(3)
    const named = sections.flatMap(({ section }) => [...documentedReasons(section ?? 'none')])
    expect([...new Set(named)].sort()).toEqual([...reasonsOfLimit()].sort())
  })

  test('behavior: a list that is not there is noticed', () => {
    expect(() => documentedReasons('none')).toThrow('nothing is listed')
    expect(() => documentedReasons('Wallet')).toThrow('nothing is listed')
  })
})
