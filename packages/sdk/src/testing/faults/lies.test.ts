import fc from 'fast-check'
import { decodeFunctionResult, encodeFunctionData, encodeFunctionResult, multicall3Abi } from 'viem'
import { describe, expect, test } from 'vitest'
import type { Hex } from '../../model/Hex.ts'
import type { RpcAnswer, RpcBackend, RpcRequest } from '../rpc/RpcBackend.ts'
import { HEAD_SELECTORS } from './Aggregate3.ts'
import type { Fault } from './Fault.ts'
import * as Faults from './Faults.ts'

const target = '0x1111111111111111111111111111111111111111'
const backend: RpcBackend = async () => ({ status: 'error', code: -32_000, message: 'not asked' })

/** A question with the proof of chain and block before its values, and what an honest node says. */
function exchange(values: readonly Hex[]): { readonly request: RpcRequest; readonly answer: RpcAnswer } {
  const { getChainId, getBlockNumber } = HEAD_SELECTORS
  const selectors = [getChainId, getBlockNumber, ...values.map((): Hex => '0x70a08231')]
  const args = [selectors.map((callData) => ({ target, allowFailure: true, callData }) as const)] as const
  const data = encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args })
  const results = [word(8_453n), word(100n), ...values].map((returnData) => ({ success: true, returnData }))
  return {
    request: { method: 'eth_call', params: [{ to: target, data }, 'latest'] },
    answer: {
      status: 'result',
      result: encodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', result: results }),
    },
  }
}

/** What each inner call returns after a fault struck. */
async function told(fault: Fault, values: readonly Hex[]): Promise<readonly Hex[]> {
  const { request, answer } = exchange(values)
  const given = await fault.answer?.(answer, { request, backend, struck: 0 })
  if (given?.status !== 'result') return []
  const data = given.result as Hex
  const results = decodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', data })
  return results.map(({ returnData }) => returnData)
}

const word = (value: bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`
const head = [word(8_453n), word(100n)]
const results = fc.array(
  fc
    .array(fc.bigInt({ min: 2n, max: 2n ** 255n - 1n }), { minLength: 1, maxLength: 3 })
    .map((words): Hex => `0x${words.map((value) => word(value).slice(2)).join('')}`),
  { minLength: 1, maxLength: 6 },
)

/** How many words of two lists of results differ. */
function differing(one: readonly Hex[], other: readonly Hex[]): number {
  const words = (list: readonly Hex[]) => list.join('').replaceAll('0x', '').match(/.{64}/g) ?? []
  const [left, right] = [words(one), words(other)]
  expect(left.length).toBe(right.length)
  return left.filter((entry, index) => entry !== right[index]).length
}

describe('lyingValue', () => {
  test('property: changes one word, and never the proof of chain and block', async () => {
    const how = fc.constantFrom('zero' as const, 'increment' as const, 'double' as const, 'max' as const)
    await fc.assert(
      fc.asyncProperty(results, fc.integer(), how, async (values, seed, lie) => {
        const given = await told(Faults.lyingValue({ seed, how: lie }), values)
        expect(given.slice(0, 2)).toEqual(head)
        expect(differing(given.slice(2), values)).toBe(1)
      }),
    )
  })

  test('behavior: every word is chosen by some seed', async () => {
    const values = [word(5n), word(6n), word(7n)]
    const chosen = new Set<number>()
    for (let seed = 0; seed < 40; seed++) {
      const given = await told(Faults.lyingValue({ seed, how: 'zero' }), values)
      chosen.add(given.slice(2).indexOf(word(0n)))
    }
    expect([...chosen].sort()).toEqual([0, 1, 2])
  })

  test('behavior: a lie that would be the truth is told of the next word', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const given = await told(Faults.lyingValue({ seed, how: 'zero' }), [word(0n), word(9n), word(0n)])
      expect(given.slice(2)).toEqual([word(0n), word(0n), word(0n)])
    }
  })
})

describe('zeroedAnswer', () => {
  test('property: all values are zero, of the same length, and the proof stays', async () => {
    await fc.assert(
      fc.asyncProperty(results, async (values) => {
        const zeros = values.map(({ length }) => `0x${'0'.repeat(length - 2)}`)
        expect(await told(Faults.zeroedAnswer(), values)).toEqual([...head, ...zeros])
      }),
    )
  })
})

describe('swappedResults', () => {
  test('default: two values of the same length have changed places', async () => {
    const [a, b] = [word(1n), word(2n)]
    expect(await told(Faults.swappedResults(), [a, b])).toEqual([...head, b, a])
  })

  test('behavior: without two of them, nothing changes', async () => {
    expect(await told(Faults.swappedResults(), [word(1n)])).toEqual([...head, word(1n)])
  })
})

describe('innerRevert', () => {
  test('property: hides one value, and never the proof', async () => {
    await fc.assert(
      fc.asyncProperty(results, fc.integer(), async (values, seed) => {
        const given = await told(Faults.innerRevert({ seed }), values)
        expect(given.slice(0, 2)).toEqual(head)
        expect(given.filter((hex) => hex === '0x')).toHaveLength(1)
      }),
    )
  })
})

describe('replayedAnswer', () => {
  test('default: gives what it said before', async () => {
    const fault = Faults.replayedAnswer()
    const say = (result: string) =>
      fault.answer?.({ status: 'result', result }, { request: { method: 'eth_call', params: [] }, backend, struck: 0 })
    expect(await say('first')).toEqual({ status: 'result', result: 'first' })
    expect(await say('second')).toEqual({ status: 'result', result: 'first' })
    expect(await say('third')).toEqual({ status: 'result', result: 'second' })
  })
})
