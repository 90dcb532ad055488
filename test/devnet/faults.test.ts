import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { devnetStage } from '../faults/devnetStage.ts'
import { playScenarios } from '../faults/playScenarios.ts'
import type { Stage } from '../faults/Stage.ts'
import { type Scenario, scenarios } from '../faults/scenarios.ts'

// The scenarios of test/faults, and the very same oracles, with real contracts behind the nodes: each kind of fault once.

/**
 * Sending would change what the others see. Local chains have no ArbSys that could be missing, and both are of one time, so
 * that a cut looks for no other block; no balance changes, and a node that simulates a quote is asked for no estimate.
 */
const isPlayable = ({ phase, method, entry }: Scenario) =>
  phase !== 'send' &&
  entry.kind !== 'missing-arb-sys' &&
  (phase !== 'cut' || method === 'eth_call') &&
  (phase !== 'quote' || method !== 'eth_estimateGas') &&
  (method !== 'eth_getBalance' || !['stale-head', 'frozen-head', 'other-block', 'replayed-answer'].includes(entry.kind))

const kinds = [...new Set(scenarios.filter(isPlayable).map(({ entry }) => entry))]
const chosen = kinds.map((entry, index) => {
  const own = scenarios.filter((one) => one.entry === entry && isPlayable(one))
  // One liar among three where there is a choice: of more nothing is promised but that they are named.
  const best = entry.nature === 'lie' ? own.filter(({ place }) => place === '1of3') : own
  const from = best.length > 0 ? best : own
  return from[index % from.length]
})

const hosts = new Set<string>()
let devnet: Awaited<ReturnType<typeof devnetStage>>
const stage: Stage = { name: 'the devnet behind a proxy with faults', open: () => devnet.stage.open() }

beforeAll(async () => {
  devnet = await devnetStage(hosts)
})
afterAll(() => devnet?.close())

playScenarios(
  chosen.filter((one) => one !== undefined),
  stage,
  () => hosts,
)

describe('the share that the devnet plays', () => {
  test('default: at least 60 scenarios, and each kind but those that need a transaction of their own', () => {
    expect(chosen.length).toBeGreaterThanOrEqual(60)
    expect(new Set(chosen.map((one) => one?.phase)).size).toBeGreaterThanOrEqual(9)
  })
})
