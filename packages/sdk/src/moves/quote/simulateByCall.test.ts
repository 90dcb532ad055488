import { concatHex, type Hex, toHex } from 'viem'
import { describe, expect, test } from 'vitest'
import * as Ask from '../ask.ts'
import { understudyCode } from '../generated/understudyCode.ts'
import type { SimulatedCall } from './SimulatedCalls.ts'
import { type CallingNode, simulateByCall } from './simulateByCall.ts'

const owner = `0x${'a1'.repeat(20)}` as const
const shadowOfOwner = `0x${'5e'.repeat(20)}` as const
const executor = `0x${'00'.repeat(19)}01` as const
const token = `0x${'c3'.repeat(20)}` as const
const director = '0x77aa565dcde240fbaa90900a5ca272445c8c8330'

const outcome = (ok: boolean, gas: bigint, returned: Hex = '0x') => {
  const told = concatHex([ok ? '0x01' : '0x00', toHex(gas, { size: 8 }), returned])
  return concatHex([toHex(told.length / 2 - 1, { size: 4 }), told])
}

/** A node: the code of its accounts, and its answer to `eth_call`. */
function nodeOf(answer: unknown, codes: Readonly<Record<Hex, Hex>> = {}) {
  const asked: unknown[] = []
  const node: CallingNode = {
    codeOf: async (account) => codes[account] ?? '0x',
    isContract: Ask.isContract,
    call: async (params) => {
      asked.push(...params)
      return answer
    },
  }
  return { asked, node }
}

const plenty = 2n ** 96n
const call: SimulatedCall = { from: owner, to: token, data: '0x00ff' }

describe('simulateByCall', () => {
  test('default: each call as its sender, and what became of it', async () => {
    const returned = '0x1234'
    const { asked, node } = nodeOf(concatHex([outcome(true, 5n, returned), outcome(false, 7n)]))
    const calls = [
      { ...call, value: 3n, gas: 21_020n + 100n },
      { ...call, from: executor },
    ]
    expect(await simulateByCall(node, { calls, rich: owner, plenty })).toEqual([
      { isReverted: false, data: returned, gasUsed: 21_025n },
      { isReverted: true, data: '0x', gasUsed: 21_027n },
    ])
    const cues = [
      concatHex([owner, token, toHex(3n, { size: 32 }), toHex(100n, { size: 8 }), '0x00ff']),
      concatHex([executor, token, toHex(0n, { size: 32 }), toHex(0n, { size: 8 }), '0x00ff']),
    ]
    expect(asked).toEqual([
      { from: owner, to: director, data: concatHex(cues.flatMap((cue) => ['0x00000052', cue] as const)) },
      'latest',
      {
        [director]: { code: understudyCode },
        [owner]: { code: concatHex(['0xef0100', director]), balance: toHex(plenty) },
        [executor]: { code: understudyCode },
      },
    ])
  })

  test('behavior: whoever has code keeps it, and looks like what it is', async () => {
    const delegated: Hex = `0xef0100${'d4'.repeat(20)}`
    for (const [code, standIn] of [
      ['0x6000', understudyCode],
      [delegated, concatHex(['0xef0100', director])],
    ] as const) {
      const { asked, node } = nodeOf(outcome(true, 5n), { [owner]: code })
      const asCode = { ...call, dataWithCode: '0x99' } as const
      expect(await simulateByCall(node, { calls: [asCode], rich: owner, plenty })).toHaveLength(1)
      expect(asked[2]).toMatchObject({ [owner]: { code: standIn }, [shadowOfOwner]: { code } })
      expect(asked[0]).toMatchObject({ data: expect.stringMatching(/00ff$/) })
    }
    const { asked, node } = nodeOf(outcome(true, 5n))
    await simulateByCall(node, { calls: [{ ...call, dataWithCode: '0x99' }], rich: owner, plenty })
    expect(asked[0]).toMatchObject({ data: expect.stringMatching(/99$/) })
  })

  test('behavior: what a contract hands on to its own code does not lack the gas for that', async () => {
    const { asked, node } = nodeOf(concatHex([outcome(true, 5n), outcome(true, 5n)]), { [token]: '0x6000' })
    const calls = [
      { ...call, gas: 21_020n + 630_000n },
      { ...call, from: token },
    ]
    await simulateByCall(node, { calls, plenty })
    expect(asked[0]).toMatchObject({ data: expect.stringContaining(toHex(641_000n, { size: 8 }).slice(2)) })
  })

  test('behavior: gas that is not enough to begin with is not all there is', async () => {
    const { asked, node } = nodeOf(outcome(false, 5n))
    await simulateByCall(node, { calls: [{ ...call, gas: 20_000n }], plenty })
    expect(asked[0]).toMatchObject({
      data: expect.stringContaining(concatHex([toHex(1n, { size: 8 }), call.data]).slice(2)),
    })
  })

  test('behavior: what cannot be such an answer is none', async () => {
    const good = outcome(true, 5n, '0x1234')
    for (const answer of ['0x', null, 7, [], '0x1', `${good}00`, good.slice(0, -2), `0x${'00'.repeat(13)}`]) {
      expect(await simulateByCall(nodeOf(answer).node, { calls: [call], plenty })).toBeUndefined()
    }
  })
})
