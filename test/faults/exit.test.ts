import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Fault, Faults } from '@unimargin/sdk/testing'
import { afterEach, describe, expect, test } from 'vitest'
import type { ExitCase } from './exit.fixture.ts'
import type { Scene, SceneChain } from './Stage.ts'
import { socketStage } from './socketStage.ts'

const FIXTURE = fileURLToPath(new URL('./exit.fixture.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Milliseconds: enough for several rounds of a watch, and for faults to strike. */
const AFTER = 700

/** What a process says that nothing kept alive. */
const IN_TIME = 'exit 0\n'

// Few, since a process costs seconds; those that are never over, those that are over at once, those that look like answers.
const groups: readonly (readonly [string, readonly Fault[]])[] = [
  ['nothing is broken', [{ kind: 'none' }]],
  [
    'nodes are silent or slow',
    [
      ...[Faults.stallBeforeHeaders(), Faults.stallInBody(), Faults.drip({ bytes: 3 })],
      ...[Faults.latency({ ms: 300 }), Faults.latency({ ms: 60_000 }), Faults.hugeBody()],
    ],
  ],
  [
    'nodes refuse or connections break',
    [
      ...[Faults.rateLimit({ retryAfter: 3_600 }), Faults.httpStatus({ status: 503 }), Faults.flapping()],
      ...[Faults.resetBeforeHeaders(), Faults.resetInBody(), Faults.shortBody()],
    ],
  ],
  [
    'answers are malformed or lie',
    [
      ...[Faults.wrongId(), Faults.deepJson(), Faults.redirect()],
      ...[Faults.lyingValue({ how: 'double' }), Faults.futureHead(), Faults.otherFork()],
    ],
  ],
]

const scenes: Scene[] = []
afterEach(async () => {
  await Promise.all(scenes.splice(0).map((scene) => scene.close()))
})

type Exit = { readonly said: { readonly out: string; readonly err: string }; readonly asks: readonly number[] }

/** A process of its own, with clients that are closed while all of these faults strike. */
async function exitAmid(faults: readonly Fault[]): Promise<Exit> {
  const opened = await Promise.all(faults.flatMap((fault) => [broken(fault, false), broken(fault, true)]))
  const [first] = opened
  const pools = (first?.scene.adapters ?? []).map(({ market }) => market.id)
  const [source = '0x', destination = '0x'] = pools
  const asked: ExitCase = {
    clients: opened.map(({ urls }) => urls),
    pools: [source, destination],
    owner: first?.scene.account.address ?? '0x',
    after: AFTER,
  }
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=unimargin-source', FIXTURE], {
    cwd: ROOT,
    env: { ...process.env, CASE: JSON.stringify(asked) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text
  })
  await once(child, 'close')
  const asks = opened.map(({ scene }) => scene.source.nodes.reduce((sum, { requests }) => sum + requests.length, 0))
  return { said, asks }
}

/** A scene whose source is broken: its first node, or the first two of three. */
async function broken(
  fault: Fault,
  isQuorum: boolean,
): Promise<{ readonly scene: Scene; readonly urls: ExitCase['clients'][0] }> {
  const scene = await socketStage().stage.open()
  scenes.push(scene)
  const nodesOf = ({ nodes }: SceneChain) => (isQuorum ? nodes : nodes.slice(0, 1))
  const urlsOf = (chain: SceneChain) => nodesOf(chain).map(chain.urlOf)
  for (const node of nodesOf(scene.source).slice(0, 2)) node.break(fault)
  return { scene, urls: { source: urlsOf(scene.source), destination: urlsOf(scene.destination) } }
}

describe('close', () => {
  test.each(groups)('behavior: the process exits by itself within 100 ms when %s', async (_, faults) => {
    const exits: Exit[] = []
    // Another process may hold the processor: the quickest of three says what the sdk needs.
    while (exits.length < 3 && !exits.some(({ said }) => said.out === IN_TIME)) exits.push(await exitAmid(faults))
    for (const { said, asks } of exits) {
      // If it was late, it was that alone.
      expect(said).toEqual({ out: expect.stringMatching(/^(exit 0|still alive: .*\nexit 1)\n$/), err: '' })
      // They were really asked.
      expect(asks.every((count) => count > 0)).toBe(true)
    }
    expect(exits.at(-1)?.said).toEqual({ out: IN_TIME, err: '' })
  })
})
