import { Faults } from '@unimargin/sdk/testing'
import { describe, expect, test } from 'vitest'
import type { Case, Phase } from './Case.ts'
import { fetchFrom } from './fetchFrom.ts'
import { mockedStage } from './mockedStage.ts'
import { play } from './play.ts'

const stage = mockedStage('mocked chains', async (nodes) => ({
  urlOf: ({ url }) => url,
  fetch: fetchFrom(nodes),
  close: async () => {},
}))

/** One node alone, of which everything is expected that three would give. */
const caseOf = (fault: Faults.FaultEntry, phase: Phase, method: string): Case => ({
  name: `${fault.kind} ${phase}`,
  phase,
  method,
  isQuorum: false,
  at: 'source',
  breaks: [{ node: 0, fault: fault.make(3), scope: { methods: [method] } }],
  isEarly: fault.kind === 'frozen-head',
  isMoving: true,
  deadline: 5_000,
  guarantee: { isTrue: true, isCurrent: true, isWhole: true },
  seed: 3,
})

// The same oracles as in all scenarios: that none of them complains there means something only if they complain here.
describe('the oracles', () => {
  test('default: have nothing against a node that is well', async () => {
    const well: Case = { ...caseOf(entryOf('lying-zero'), 'refresh', 'eth_call'), breaks: [] }
    expect(await play(stage, well)).toEqual({ name: 'lying-zero refresh', problems: [], strikes: 0 })
  })

  test.each([
    ['lying-zero', 'refresh', 'eth_call'],
    ['lying-increment', 'refresh', 'eth_call'],
    ['lying-double', 'metadata', 'eth_call'],
    ['lying-max', 'refresh', 'eth_call'],
    ['swapped-results', 'refresh', 'eth_call'],
    ['inner-revert', 'refresh', 'eth_call'],
    ['stale-head', 'refresh', 'eth_call'],
    ['stale-head', 'status', 'eth_call'],
    ['frozen-head', 'watch', 'eth_call'],
    ['future-head', 'refresh', 'eth_call'],
    ['other-block', 'refresh', 'eth_call'],
    ['missing-arb-sys', 'refresh', 'eth_call'],
    ['absurd-fees', 'quote', 'eth_gasPrice'],
    ['lying-double', 'quote', 'eth_call'],
    ['zeroed-answer', 'prepare', 'eth_call'],
    ['lost-transaction', 'send', 'eth_sendRawTransaction'],
    ['missing-receipt', 'receipt', 'eth_getTransactionReceipt'],
    ['lying-receipt', 'receipt', 'eth_getTransactionReceipt'],
    ['empty-logs', 'request', 'eth_getLogs'],
    ['lying-increment', 'request', 'eth_getBalance'],
    ['http-503', 'refresh', 'eth_call'],
    ['fake-revert', 'watch', 'eth_call'],
  ] as const)('behavior: see what %s does in the phase %s by %s', async (kind, phase, method) => {
    const { problems, strikes } = await play(stage, caseOf(entryOf(kind), phase, method))
    expect(strikes).toBeGreaterThan(0)
    expect(problems).not.toEqual([])
  })
})

function entryOf(kind: string): Faults.FaultEntry {
  const entry = Faults.catalogue.find((one) => one.kind === kind)
  if (entry === undefined) throw new TypeError(`there is no ${kind}`)
  return entry
}
