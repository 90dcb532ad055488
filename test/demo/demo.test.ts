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

type StoryView = {
  readonly positions: readonly {
    readonly market: { readonly chainId: number; readonly protocol: string }
    readonly health: { readonly status: string; readonly factor: string }
    readonly unit?: { readonly symbol: string; readonly price: string }
  }[]
}

/** How many positions there are of each protocol and chain. */
const markets = ({ positions }: StoryView) => {
  const keys = positions.map(({ market }) => `${market.protocol}:${market.chainId}`)
  return Object.fromEntries(keys.map((key) => [key, keys.filter((one) => one === key).length]))
}

/** The position that is counted in ether. */
const inEther = ({ positions }: StoryView) => {
  const found = positions.find(({ unit }) => unit?.symbol === 'WETH')
  if (found?.unit === undefined) throw new RangeError('no position is counted in WETH')
  return { ...found, unit: found.unit }
}

describe('demo', () => {
  test('default: tells the story in 80 columns, without colour when nobody looks', async () => {
    const { stdout } = await run('demo')
    expect(stdout).toBe(stripVTControlCharacters(stdout))
    expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([])
    for (const word of ['AT-RISK', 'in flight', 'credited', 'verdict OK']) expect(stdout).toContain(word)
    for (const market of ['Aave V3 Base', 'Morpho WETH/USDC OP Mainnet', 'Morpho wstETH/WETH Base']) {
      // Health stands in the last column, whatever the names are like.
      const lines = stdout.split('\n').filter((line) => line.startsWith(`  ${market} `) && /\$.*\d\.\d{3}$/.test(line))
      expect(lines.map((line) => line.length)).toEqual([80, 80, 80, 80])
    }
    expect(stdout).toContain('Morpho wstETH/WETH Base counts in WETH and stays at ')
  })

  test('behavior: --json is one document that holds together', async () => {
    const story = JSON.parse((await run('demo', ['--json'])).stdout)
    expect(Object.keys(story)).toEqual(['before', 'shocked', 'plan', 'quote', 'move', 'after'])
    expect(markets(story.before)).toEqual({
      'aave-v3:42161': 1,
      'aave-v3:8453': 1,
      'morpho-blue:8453': 1,
      'aave-v3:10': 1,
      'morpho-blue:10': 1,
    })
    const [before, shocked] = [inEther(story.before), inEther(story.shocked)]
    // Only some seconds of interest: what it holds fell as deep as what it counts in.
    for (const { health } of [before, shocked]) {
      expect(BigInt(health.factor)).toBeLessThanOrEqual(1_486_800_000_000_000_000n)
      expect(BigInt(health.factor)).toBeGreaterThan(1_486_799_000_000_000_000n)
    }
    expect([before.unit.price, shocked.unit.price]).toEqual(['2500000000000000000000', '1950000000000000000000'])
    expect(story.shocked.totals.status).toBe('complete')
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
