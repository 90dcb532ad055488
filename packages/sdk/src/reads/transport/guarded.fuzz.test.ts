import fc from 'fast-check'
import { type Address, createClient, custom, type Hex, http } from 'viem'
import { arbitrum } from 'viem/chains'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { MUTATION_KINDS, mutateJson } from '../../../test/mutateJson.ts'
import { isUnimarginError } from '../../errors/BaseError.ts'
import { mockChain } from '../../testing/mockChain.ts'
import { guarded } from './guarded.ts'

const OWNER: Address = `0x${'0b'.repeat(20)}`

afterEach(() => {
  vi.useRealTimers()
})

/** Names of what the guard may throw: errors of ours, and viem's for what a node refuses in a well-formed answer. */
function isTyped(error: unknown): boolean {
  if (isUnimarginError(error)) return true
  return error instanceof Error && 'code' in error && typeof error.code === 'number'
}

function setUp() {
  const chain = mockChain({ chain: arbitrum, balances: { [OWNER]: 5n } })
  chain.mine(2)
  const sent: Hex = chain.include({ from: OWNER, to: OWNER, data: '0x', value: 1n })
  const block = `0x${chain.block.number.toString(16)}`
  const asked: readonly { readonly method: string; readonly params: readonly unknown[] }[] = [
    { method: 'eth_chainId', params: [] },
    { method: 'eth_blockNumber', params: [] },
    { method: 'eth_gasPrice', params: [] },
    { method: 'eth_getBalance', params: [OWNER, 'latest'] },
    { method: 'eth_getTransactionCount', params: [OWNER, 'latest'] },
    { method: 'eth_getCode', params: [OWNER, 'latest'] },
    { method: 'eth_call', params: [{ to: OWNER, data: '0x' }, 'latest'] },
    { method: 'eth_getBlockByNumber', params: [block, true] },
    { method: 'eth_getBlockByNumber', params: ['latest', false] },
    { method: 'eth_getTransactionReceipt', params: [sent] },
    { method: 'eth_getTransactionByHash', params: [sent] },
    { method: 'eth_getLogs', params: [{ fromBlock: block, toBlock: block }] },
    { method: 'eth_feeHistory', params: ['0x4', 'latest', [50]] },
    { method: 'web3_clientVersion', params: [] },
  ]
  return { chain, asked }
}

/** A number that is none anywhere in a result that the guard let through. */
function hasBadQuantity(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, entry]) =>
    ['number', 'timestamp', 'blockNumber', 'gasUsed', 'value', 'baseFeePerGas'].includes(name) &&
    typeof entry === 'string'
      ? !/^0x[\da-f]{1,64}$/i.test(entry)
      : hasBadQuantity(entry),
  )
}

const mutation = fc.record({ place: fc.nat(400), kind: fc.nat(MUTATION_KINDS - 1), digit: fc.nat(4_000) })

describe('guarded', () => {
  test('property: any field of any result mutated gives a possible result or a typed error', async () => {
    const { chain, asked } = setUp()
    const truths = await Promise.all(
      asked.map(async (request) => {
        const answer = await chain.backend(request)
        return answer.status === 'result' ? answer.result : 'mock/1.0'
      }),
    )
    let refused = 0
    await fc.assert(
      fc.asyncProperty(fc.nat(asked.length - 1), mutation, async (which, change) => {
        const transport = guarded(custom({ request: async () => mutateJson(truths[which], change) }, { retryCount: 0 }))
        const answer = createClient({ transport }).request(asked[which] as never)
        const [status, outcome]: readonly [string, unknown] = await answer.then(
          (value: unknown) => ['result', value] as const,
          (error: unknown) => ['error', error] as const,
        )
        if (status === 'result') {
          expect(hasBadQuantity(outcome)).toBe(false)
          return
        }
        refused += 1
        expect(isTyped(outcome), String(outcome)).toBe(true)
        expect(String(outcome)).toMatch(/^[\x20-\x7e\n]*$/)
      }),
      { numRuns: 3_000 },
    )
    expect(refused).toBeGreaterThan(500)
  })

  test('property: any envelope, any bytes and any status give a result or a typed error', async () => {
    const mutated = fc.record({ envelope: fc.constantFrom('result', 'error'), change: mutation })
    const bytes = fc.uint8Array({ maxLength: 200 }).map((list) => Uint8Array.from(list))
    const status = fc.constantFrom(200, 201, 204, 301, 400, 403, 404, 408, 429, 500, 503)
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, fc.string(), fc.json(), bytes), status, async (body, code) => {
        const answer: typeof fetch = async (_url, init) => {
          const { id } = JSON.parse(String(init?.body))
          const envelopeOf = (kind: string) =>
            kind === 'result'
              ? { jsonrpc: '2.0', id, result: '0x7' }
              : { jsonrpc: '2.0', id, error: { code: 3, message: 'execution reverted', data: '0x01' } }
          const isMutated = typeof body === 'object' && 'envelope' in body
          const text = isMutated ? JSON.stringify(mutateJson(envelopeOf(body.envelope), body.change)) : body
          return new Response(code === 204 ? null : text, { status: code })
        }
        const transport = guarded(http('https://node.example/v2/secret-key-1'), { fetch: answer, retryCount: 0 })
        const client = createClient({ transport })
        const outcome = await client.request({ method: 'eth_blockNumber' }).catch((error: unknown) => error)
        if (typeof outcome === 'string') expect(outcome).toMatch(/^0x0*[\da-f]{1,16}$/i)
        else {
          expect(isTyped(outcome), String(outcome)).toBe(true)
          expect(String(outcome)).not.toContain('secret-key-1')
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('property: a request ends by its deadline, whatever the node asks to wait for', async () => {
    vi.useFakeTimers()
    const attempt = fc.oneof(
      fc.record({ status: fc.constantFrom(429, 408, 503, 500), retryAfter: fc.option(fc.nat(10_000).map(String)) }),
      fc.record({
        status: fc.constant(429),
        retryAfter: fc.constantFrom('Wed, 21 Oct 2099 07:28:00 GMT', '-1', 'x', ''),
      }),
      fc.constantFrom('network' as const, 'stall' as const, 'half a body' as const, 'busy' as const),
    )
    const attempts = fc.array(attempt, { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(attempts, fc.integer({ min: 1, max: 30_000 }), fc.nat(6), async (list, timeout, retryCount) => {
        let asked = 0
        const signals: AbortSignal[] = []
        const answer: typeof fetch = async (_url, init) => {
          const next = list[asked % list.length]
          asked += 1
          if (init?.signal) signals.push(init.signal)
          if (next === 'network') throw new TypeError('fetch failed')
          if (next === 'stall') return new Promise(() => {})
          if (next === 'half a body')
            return new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(1)) }))
          if (next === 'busy' || next === undefined) {
            const { id } = JSON.parse(String(init?.body))
            return Response.json({ jsonrpc: '2.0', id, error: { code: -32_005, message: 'limit exceeded' } })
          }
          const { retryAfter, status } = next
          return new Response('', { status, headers: retryAfter === null ? {} : { 'retry-after': retryAfter } })
        }
        const transport = guarded(http('https://node.example'), { fetch: answer, retryCount, timeout })
        const client = createClient({ transport })
        let isOver = false
        const ended = client.request({ method: 'eth_blockNumber' }).then(
          () => {},
          () => {
            isOver = true
          },
        )
        await vi.advanceTimersByTimeAsync(timeout)
        expect(isOver).toBe(true)
        await ended
        expect(asked).toBeLessThanOrEqual(retryCount + 1)
        expect(vi.getTimerCount()).toBe(0)
      }),
      { numRuns: 500 },
    )
  })
})
