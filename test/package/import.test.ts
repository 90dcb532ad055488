import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const fixture = join(import.meta.dirname, 'import.fixture.mjs')
/** zod keeps its registry on `globalThis`, so that two copies of it share one. Ours adds nothing. */
const zodGlobals = ['__zod_globalConfig', '__zod_globalRegistry']

type Trapped = {
  readonly touched: readonly string[]
  readonly added: readonly string[]
  readonly handles: readonly string[]
}

const importTrapped = (specifier: string): Trapped =>
  JSON.parse(
    execFileSync(process.execPath, ['--conditions=unimargin-source', '--import=tsx', fixture, specifier], {
      encoding: 'utf8',
    }),
  )

describe('importing', () => {
  test.each(['@unimargin/sdk', '@unimargin/sdk/node', '@unimargin/adapters/aave-v3'])(
    '%s does no I/O, adds no global of its own and keeps nothing alive',
    (specifier) => {
      expect(importTrapped(specifier)).toEqual({ touched: [], added: zodGlobals, handles: [] })
    },
  )

  test('@unimargin/sdk/testing/node does not even load msw', () => {
    expect(importTrapped('@unimargin/sdk/testing/node')).toEqual({ touched: [], added: [], handles: [] })
  })

  // msw looks for the browser's store of cookies, and its interceptors name a dispatcher.
  test.each([
    ['@unimargin/sdk/testing', []],
    ['@unimargin/adapters/aave-v3/testing', zodGlobals],
  ])('%s does nothing but what msw does', (specifier, ours) => {
    const { touched, added, handles } = importTrapped('msw')
    expect(importTrapped(specifier)).toEqual({ touched, added: [...ours, ...added], handles })
    expect(handles).toEqual([])
  })

  test('behavior: the trap sees what it should see', () => {
    const culprit = `data:text/javascript,globalThis.leaked = 1; globalThis.fetch; setTimeout(() => {}, 50)`
    expect(importTrapped(culprit)).toEqual({ touched: ['fetch'], added: ['leaked'], handles: ['Timeout'] })
  })
})
