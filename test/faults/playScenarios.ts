import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Outcome, play } from './play.ts'
import { CANARY, type Stage } from './Stage.ts'
import { caseOf, type Scenario } from './scenarios.ts'

/** A quorum asks two of three in random order: so often a scenario is played until the broken one was asked. */
const TRIES = 25

/** A part of a scenario is waiting; more of them at once would only wait for each other. */
const AT_ONCE = 6

const PRINTERS = ['debug', 'dir', 'error', 'info', 'log', 'table', 'trace', 'warn'] as const

/**
 * Plays scenarios, a test for each kind of fault, and watches the process meanwhile: where requests go, what is printed, what
 * is rejected and never handled.
 *
 * `hosts` says which hosts the nodes have that were opened so far.
 */
export function playScenarios(chosen: readonly Scenario[], stage: Stage, hosts: () => ReadonlySet<string>): void {
  const outcomes: Outcome[] = []
  const asked = new Set<string>()
  const printed: string[] = []
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => {
    unhandled.push(reason)
  }

  beforeAll(() => {
    const { fetch } = globalThis
    vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
      asked.add(new URL(input instanceof Request ? input.url : input).host)
      return fetch(input, init)
    })
    for (const printer of PRINTERS) {
      vi.spyOn(console, printer).mockImplementation((...words: readonly unknown[]) => {
        printed.push(words.map((word) => (typeof word === 'string' ? word : inspect(word, { depth: 12 }))).join(' '))
      })
    }
    process.on('unhandledRejection', note)
  })
  afterAll(() => {
    process.off('unhandledRejection', note)
    vi.restoreAllMocks()
  })

  describe(`on ${stage.name}`, () => {
    test.concurrent.each([...new Set(chosen.map(({ entry }) => entry))])('behavior: $kind', async (entry) => {
      const own = chosen.filter((scenario) => scenario.entry === entry)
      const played = await Promise.all(own.map((scenario) => inTurn(() => untilStruck(stage, scenario))))
      outcomes.push(...played)
      expect(played.filter(({ problems }) => problems.length > 0)).toEqual([])
      expect(played.filter(({ strikes }) => strikes === 0).map(({ name }) => name)).toEqual([])
    })

    test('behavior: all of them were played, and each fault struck', () => {
      expect(outcomes.map(({ name }) => name).sort()).toEqual(chosen.map(({ name }) => name).sort())
      expect(outcomes.every(({ strikes }) => strikes > 0)).toBe(true)
    })

    test('behavior: no request left the configured hosts', () => {
      expect([...asked].filter((host) => !hosts().has(host))).toEqual([])
      expect(asked.size).toBeGreaterThan(0)
    })

    test('behavior: nothing was printed, and no secret anywhere', () => {
      expect(printed).toEqual([])
      expect(printed.some((line) => line.includes(CANARY))).toBe(false)
    })

    test('behavior: no rejection was left unhandled', () => {
      expect(unhandled).toEqual([])
    })
  })
}

let free = AT_ONCE
const waiting: (() => void)[] = []

/** Runs something when fewer than {@link AT_ONCE} others run. */
async function inTurn<value>(run: () => Promise<value>): Promise<value> {
  if (free > 0) free -= 1
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await run()
  } finally {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
}

async function untilStruck(stage: Stage, scenario: Scenario): Promise<Outcome> {
  let outcome = await play(stage, caseOf(scenario))
  for (let tries = 1; tries < TRIES && outcome.strikes === 0 && outcome.problems.length === 0; tries++) {
    outcome = await play(stage, caseOf(scenario))
  }
  return outcome
}
