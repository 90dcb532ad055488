import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const run = (example: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
  promisify(execFile)(
    process.execPath,
    ['--conditions=unimargin-source', '--import=tsx', join(root, `packages/examples/${example}/src/main.ts`), ...args],
    { cwd: root, env: { ...process.env, ...env }, maxBuffer: 16 * 1024 * 1024 },
  )

describe('demo', () => {
  test('default: tells the story in 80 columns, without colour when nobody looks', async () => {
    const { stdout } = await run('demo')
    expect(stdout).toBe(stripVTControlCharacters(stdout))
    expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([])
    for (const word of ['AT-RISK', 'in flight', 'credited', 'verdict OK']) expect(stdout).toContain(word)
  })

  test('behavior: --json is one document that holds together', async () => {
    const story = JSON.parse((await run('demo', ['--json'])).stdout)
    expect(Object.keys(story)).toEqual(['before', 'shocked', 'plan', 'quote', 'move', 'after'])
    const chains = story.before.positions.map((position: { market: { chainId: number } }) => position.market.chainId)
    expect(new Set(chains).size).toBe(3)
    expect(story.before.verdict).toBe('ok')
    expect(['at-risk', 'liquidatable']).toContain(story.shocked.verdict)
    expect(story.after.verdict).toBe('ok')
    expect(story.move.stages.map(({ stage }: { stage: string }) => stage)).toEqual([
      'submitted',
      'sent',
      'verified',
      'delivered',
      'credited',
    ])
    expect(story.move.guid).toMatch(/^0x[0-9a-f]{64}$/)
    expect(story.move.inFlight.inFlight).toMatchObject([{ guid: story.move.guid, amount: story.plan.amount }])
    expect(story.after.inFlight).toEqual([])
    for (const end of ['donor', 'receiver']) {
      const { healthFactor, amount } = story.after.comparedWithPlan[end]
      // Some seconds of interest and the rounding of the pools: below a millionth of the health, a wei or two of the amount.
      expect(Math.abs(Number(healthFactor.difference))).toBeLessThan(1e12)
      expect(Math.abs(Number(amount.difference))).toBeLessThan(1e12)
      expect(BigInt(healthFactor.actual) - BigInt(healthFactor.foreseen)).toBe(BigInt(healthFactor.difference))
    }
  })

  test('error: an unknown option is refused before anything is booted', async () => {
    await expect(run('demo', ['--jsn'])).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--jsn') })
  })
})

describe('quickstart', () => {
  test('default: runs as the README shows it', async () => {
    const { stdout } = await run('quickstart')
    expect(stdout).toContain('verdict ok')
    expect(stdout).toContain('no-debt')
  })
})
