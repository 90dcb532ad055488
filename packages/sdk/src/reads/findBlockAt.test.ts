import fc from 'fast-check'
import { createClient, custom, hexToBigInt, numberToHex } from 'viem'
import { describe, expect, test } from 'vitest'
import { findBlockAt } from './findBlockAt.ts'

/** A node that gives headers of a chain with these block times, and counts. */
function nodeOf(times: readonly bigint[], answer: (number: bigint) => unknown = () => undefined) {
  const asked: bigint[] = []
  const request = async ({ method, params }: { method: string; params: readonly [`0x${string}`, boolean] }) => {
    expect(method).toBe('eth_getBlockByNumber')
    expect(params[1]).toBe(false)
    const number = hexToBigInt(params[0])
    asked.push(number)
    const lie = answer(number)
    if (lie !== undefined) return lie
    const timestamp = times[Number(number)]
    return timestamp === undefined ? null : { number: params[0], timestamp: numberToHex(timestamp) }
  }
  const client = createClient({ transport: custom({ request }, { retryCount: 0 }) })
  const number = BigInt(times.length - 1)
  const head = { chainId: 1, number, timestamp: times.at(-1) ?? 0n }
  const find = (time: bigint) => findBlockAt(client, { head, time, signal: new AbortController().signal })
  return { find, asked }
}

const regular = (count: number, seconds: number, perSecond = 1) =>
  Array.from({ length: count }, (_, index) => 1_000_000n + BigInt(Math.floor((index * seconds) / perSecond)))

/** Times only grow. */
const lastUpTo = (times: readonly bigint[], time: bigint) => times.filter((one) => one <= time).length - 1

describe('findBlockAt', () => {
  test.each([
    ['a block every two seconds', regular(10_000, 2), 1],
    ['a block every twelve seconds', regular(10_000, 12), 1],
    ['four blocks a second, as Nitro makes them', regular(40_000, 1, 4), 6],
  ])('default: %s', async (_, times, most) => {
    const { find, asked } = nodeOf(times)
    const head = times.at(-1) ?? 0n
    await expect(find(head - 1n)).resolves.toEqual({
      status: 'ok',
      value: BigInt(lastUpTo(times, head - 1n)),
    })
    expect(asked.length).toBeLessThanOrEqual(most)
  })

  test('behavior: finds the last block up to any time, or an older one, within 16 headers', async () => {
    const chains = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 300 }).map((steps) => {
      let time = 1_000n
      return steps.map((step) => {
        time += BigInt(step)
        return time
      })
    })
    const cases = chains.chain((times) =>
      fc.record({ times: fc.constant(times), back: fc.bigInt({ min: 1n, max: 2_000n }) }),
    )
    const seen = { found: 0, exact: 0 }
    await fc.assert(
      fc.asyncProperty(cases, async ({ times, back }) => {
        const time = (times.at(-1) ?? 0n) - back
        const { find, asked } = nodeOf(times)
        const found = await find(time)
        expect(asked.length).toBeLessThanOrEqual(16)
        const last = lastUpTo(times, time)
        if (last === -1) {
          expect(found.status).toBe('unavailable')
          return
        }
        if (found.status !== 'ok') throw new TypeError(found.reason)
        expect(times[Number(found.value)]).toBeLessThanOrEqual(time)
        seen.found += 1
        if (found.value === BigInt(last)) seen.exact += 1
      }),
      { numRuns: 500 },
    )
    expect(seen.found).toBeGreaterThan(50)
    expect(seen.exact).toBe(seen.found)
  })

  test.each([
    ['gives no block', () => null, 'does not give block'],
    ['gives another block', () => ({ number: '0x1', timestamp: '0x1' }), 'answered with block 1'],
    ['gives a time that is none', (n: bigint) => ({ number: numberToHex(n), timestamp: '123' }), 'does not give block'],
    [
      'gives a time after the head',
      (n: bigint) => ({ number: numberToHex(n), timestamp: '0xffffffff' }),
      'not in their order',
    ],
    [
      'says that time ran always faster',
      (n: bigint) => ({ number: numberToHex(n), timestamp: numberToHex(1_000_150n) }),
      'begins after',
    ],
  ] as const)('behavior: a node that %s is not believed', async (_, lie, reason) => {
    const found = await nodeOf(regular(100, 2), lie).find(1_000_100n)
    expect(found).toMatchObject({ status: 'unavailable', reason: expect.stringContaining(reason) })
  })
})
