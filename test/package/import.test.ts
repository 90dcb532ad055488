import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const fixture = join(import.meta.dirname, 'import.fixture.mjs')
/** zod keeps its registry on `globalThis`, so that two copies of it share one. Ours adds nothing. */
const zodGlobals = ['__zod_globalConfig', '__zod_globalRegistry']

const importTrapped = (specifier: string): unknown =>
  JSON.parse(
    execFileSync(process.execPath, ['--conditions=unimargin-source', '--import=tsx', fixture, specifier], {
      encoding: 'utf8',
    }),
  )

describe('importing', () => {
  test.each(['@unimargin/sdk', '@unimargin/adapters/aave-v3'])(
    '%s does no I/O, adds no global of its own and keeps nothing alive',
    (specifier) => {
      expect(importTrapped(specifier)).toEqual({ touched: [], added: zodGlobals, handles: [] })
    },
  )

  test('behavior: the trap sees what it should see', () => {
    const culprit = `data:text/javascript,globalThis.leaked = 1; globalThis.fetch; setTimeout(() => {}, 50)`
    expect(importTrapped(culprit)).toEqual({ touched: ['fetch'], added: ['leaked'], handles: ['Timeout'] })
  })
})
