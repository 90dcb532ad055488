import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const run = (example: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
  promisify(execFile)(
    process.execPath,
    ['--conditions=unimargin-source', '--import=tsx', join(root, `packages/examples/${example}.ts`), ...args],
    { cwd: root, env: { ...process.env, ...env }, maxBuffer: 16 * 1024 * 1024 },
  )

type StoryView = {
  readonly positions: readonly {
    readonly market: { readonly chainId: number; readonly protocol: string }
    readonly health: { readonly status: string; readonly factor: string }
    readonly unit?: { readonly symbol: string; readonly price: string }
  }[]
}

const costless = (text: string) => text.replaceAll(/ *\$\d+\.\d\d/g, ' $')

type Step = {
  readonly candidate: { readonly asset: { readonly chainId: number }; readonly received: { readonly chainId: number } }
}
type Binding = { readonly constraint: { readonly kind: string } }

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
    const { stdout } = await run('demo/src/main')
    expect(stdout).toBe(stripVTControlCharacters(stdout))
    expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([])
    for (const word of ['AT-RISK', 'in flight', 'credited', 'verdict OK', 'planned again: already-safe']) {
      expect(stdout).toContain(word)
    }
    // Who dies first, and what it would cost, against what the plan costs.
    expect(stdout).toMatch(/ {2}Aave V3 Base +6\.75 % +WETH ≤ \$1,818\.18\n/)
    expect(stdout).toMatch(/ {2}Morpho wstETH\/WETH Base +never +wstETH ≤ 0\.\d{4} WETH\n/)
    expect(stdout).toMatch(/Aave V3 Base loses \$150\.00\n/)
    expect(stdout).toMatch(/costs {5}\$\d+\.\d\d in all, and no plan is cheaper; a liquidation: \$150\.00\n/)
    expect(stdout).toMatch(/ {2}in short: weakest 1\.072 → 1\.352 for \$\d+\.\d\d; a liquidation costs \$150\.00\n/)
    // Why these moves.
    expect(stdout).toMatch(/Aave V3 Arbitrum One alone: 1\.233 of 1\.30, cap Arbitrum One → Base\n/)
    expect(stdout).toMatch(/Aave V3 OP Mainnet alone: 1\.131 of 1\.15 after “ETH −15 %”, its floor\n/)
    expect(stdout).toMatch(/cap of 0\.60 Arbitrum One → Base: 0\.445 WETH more would save \$\d+\.\d\d\n/)
    expect(stdout).toMatch(/not done {2}repay or supply USDC from Aave V3 OP Mainnet: route closed\n/)
    for (const market of ['Aave V3 Base', 'Morpho WETH/USDC OP Mainnet', 'Morpho wstETH/WETH Base']) {
      // Health stands in the last column, whatever the names are like.
      const lines = stdout.split('\n').filter((line) => line.startsWith(`  ${market} `) && /\$.*\d\.\d{3}$/.test(line))
      expect(lines.map((line) => line.length)).toEqual([80, 80])
    }
    expect(stdout).toContain('Morpho wstETH/WETH Base counts in WETH and stays at ')
    // The README shows this very output; what gas costs is another each time.
    const sample = (await readFile(join(root, 'README.md'), 'utf8')).match(
      /```text\n([^`]*who dies first[^`]*)```/,
    )?.[1]
    const told = costless(stdout)
    const lines = costless(sample ?? '')
      .split('\n')
      .filter((line) => line !== '')
    expect(lines.length).toBeGreaterThan(20)
    expect(lines.filter((line) => !told.includes(line))).toEqual([])
  })

  test('behavior: --json is one document that holds together', async () => {
    const story = JSON.parse((await run('demo/src/main', ['--json'])).stdout)
    expect(Object.keys(story)).toEqual(['before', 'shocked', 'danger', 'choice', 'moves', 'inFlight', 'after'])
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

    const { plan, explanation, alone } = story.choice
    const chains = plan.steps.map(({ candidate }: Step) => [candidate.asset.chainId, candidate.received.chainId])
    expect(chains).toEqual([
      [42161, 8453],
      [10, 8453],
    ])
    expect(plan.optimality).toEqual({ status: 'exact' })
    // The cap of the obvious donor is used up, and costs a second message.
    expect(plan.steps[0].amount).toBe('600000000000000000')
    const cap = explanation.binding.find((one: Binding) => one.constraint.kind === 'route-most')
    expect(cap).toMatchObject({ constraint: { source: 42161, destination: 8453 }, more: plan.steps[1].amount })
    expect(Number(cap.saves) / Number(plan.cost)).toBeCloseTo(0.5, 2)
    expect(alone.map(({ result }: { result: { status: string } }) => result.status)).toEqual(['unsavable', 'unsavable'])
    const reasons = new Set(explanation.rejected.map(({ reason }: { reason: { kind: string } }) => reason.kind))
    expect([...reasons].sort()).toEqual(['dearer', 'donor-floor', 'not-collateral', 'route-closed'])
    expect(story.danger.liquidation).toMatchObject({ status: 'liquidated', cost: '150000000000000000000' })
    expect(BigInt(plan.cost)).toBeLessThan(BigInt(story.danger.liquidation.cost))

    for (const [index, { quote, guid, states }] of story.moves.entries()) {
      expect(states.map(({ state }: { state: string }) => state)).toEqual([
        'submitted',
        'sent',
        'verified',
        'delivered',
        'compose-queued',
        'credited',
      ])
      expect(guid).toMatch(/^0x[0-9a-f]{64}$/)
      expect(quote.amountSent).toBe(plan.steps[index].amount)
    }
    const sent = story.moves.map(({ guid }: { guid: string }, index: number) => [guid, plan.steps[index].amount])
    const flying = story.inFlight.inFlight.map(({ guid, amount }: { guid: string; amount: string }) => [guid, amount])
    expect(flying.sort()).toEqual(sent.sort())
    expect(story.after.inFlight).toEqual([])
    expect(story.after.comparedWithPlan.map(({ name }: { name: string }) => name)).toEqual([
      'Aave V3 Arbitrum One',
      'Aave V3 Base',
      'Aave V3 OP Mainnet',
    ])
    for (const { foreseen, actual, difference } of story.after.comparedWithPlan) {
      // The interest that the plan foresaw and that nobody owes yet: never less than planned, below a millionth more.
      expect(BigInt(difference)).toBeGreaterThanOrEqual(0n)
      expect(BigInt(difference)).toBeLessThan(10n ** 12n)
      expect(BigInt(actual) - BigInt(foreseen)).toBe(BigInt(difference))
    }
    expect(story.after.plannedAgain).toMatchObject({ status: 'already-safe', needsPending: false })
  })

  test('error: an unknown option is refused before anything is booted', async () => {
    await expect(run('demo/src/main', ['--jsn'])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--jsn'),
    })
  })
})

describe('quickstart', () => {
  test('default: runs as the README shows it', async () => {
    const { stdout } = await run('quickstart/src/main')
    expect(stdout).toContain('verdict ok')
    expect(stdout).toContain('no-debt')
  })
})

describe('guardian', () => {
  test('default: says who dies first, and the one move that saves it', async () => {
    const { stdout } = await run('quickstart/src/guardian')
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^Aave V3 Base dies after a fall of 0\.067\d$/),
      expect.stringMatching(/^Aave V3 Arbitrum One dies after a fall of 0\.627\d$/),
      'Aave V3 OP Mainnet never',
      '1 moves, 1.20 dollars',
      expect.stringMatching(/^supply 8484\d{14}n WETH from Aave V3 Arbitrum One to Aave V3 Base$/),
    ])
  })
})
