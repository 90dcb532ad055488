import fc from 'fast-check'
import { type Address, createClient, type Hex, numberToHex, parseAbi } from 'viem'
import { arbitrum } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { MUTATION_KINDS, type Mutation, mutateJson } from '../../../test/mutateJson.ts'
import { silence, type Tamper, testNode } from '../../../test/testNodes.ts'
import { isUnimarginError } from '../../errors/BaseError.ts'
import type { MockChain } from '../../testing/chain/MockChain.ts'
import { mockContract } from '../../testing/chain/mockContract.ts'
import { mockChain } from '../../testing/mockChain.ts'
import { getSnapshot } from '../getSnapshot.ts'
import * as Read from '../Read.ts'
import * as AgreedHead from './AgreedHead.ts'
import { quorum } from './quorum.ts'

const ORACLE: Address = `0x${'0a'.repeat(20)}`
const OWNER: Address = `0x${'0b'.repeat(20)}`
const abi = parseAbi(['function at() view returns (uint256)'])
const names = ['one', 'two', 'three']

function chainOf(): { readonly chain: MockChain; readonly sent: Hex } {
  const oracle = mockContract(abi, { at: (_args, _call, at) => at.number * 7n })
  const chain = mockChain({ chain: arbitrum, contracts: { [ORACLE]: oracle }, balances: { [OWNER]: 5n } })
  chain.mine(2)
  const sent = chain.include({ from: OWNER, to: OWNER, data: '0x', value: 1n })
  chain.mine(4)
  return { chain, sent }
}

const mutations = fc.array(fc.record({ place: fc.nat(400), kind: fc.nat(MUTATION_KINDS - 1), digit: fc.nat(4_000) }), {
  minLength: 1,
  maxLength: 3,
})

/** Changes any field of every reply: of results, of errors, and of which of the two it is. */
function liarOf(list: readonly Mutation[]): Tamper {
  return async (answer, { method }) => {
    const [first] = list
    if (first !== undefined && first.place % 50 === 0) return silence()
    if (first !== undefined && first.place % 50 === 1)
      return { status: 'error', code: 3, message: 'reverted', data: '0x' }
    if (answer.status === 'error') return answer
    let { result } = answer
    // Fields that matter are few among the many of a block.
    for (const mutation of list) {
      const isHead = method.startsWith('eth_getBlockBy') && mutation.digit % 2 === 0
      const field = ['number', 'hash', 'timestamp'][mutation.place % 3] ?? 'number'
      result =
        isHead && typeof result === 'object' && result !== null
          ? { ...result, [field]: mutateJson(Reflect.get(result, field), mutation) }
          : mutateJson(result, mutation)
    }
    return { status: 'result', result }
  }
}

function setUp(chain: MockChain, lags: readonly number[], place: number, list: readonly Mutation[]) {
  const head = chain.block.number
  const nodes = lags.map((lag, index) =>
    testNode(chain, {
      operator: names[index] ?? '',
      head: () => head - BigInt(lag),
      tamper: index === place ? liarOf(list) : undefined,
    }),
  )
  const transports = nodes.map(({ transport }) => transport)
  const client = createClient({
    chain: arbitrum,
    transport: quorum(transports, { agree: 2, hedgeAfter: 2 }),
    ccipRead: false,
  })
  const honest = lags.filter((_, index) => index !== place).map((lag) => head - BigInt(lag))
  const [lowest = head, highest = head] = honest.sort((one, other) => (one < other ? -1 : 1))
  return { client, lowest, highest }
}

const lagsOf = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3))

describe('quorum', () => {
  test('property: whatever one of three says, a snapshot is the truth at a head between those of the honest', async () => {
    const { chain } = chainOf()
    const reads = [Read.call({ to: ORACLE, abi, functionName: 'at' })] as const
    await fc.assert(
      fc.asyncProperty(lagsOf, fc.nat(2), mutations, async (lags, place, list) => {
        const { client, lowest, highest } = setUp(chain, lags, place, list)
        const snapshot = await getSnapshot(client, { chainId: arbitrum.id, reads, timeout: 20_000 })
        // Two are honest and there: the third can neither block, nor freeze, nor advance.
        expect(snapshot.status, JSON.stringify('reason' in snapshot ? snapshot : {})).toBe('read')
        if (snapshot.status !== 'read') return
        const { number, timestamp, hash } = snapshot.block
        expect(number >= lowest && number <= highest).toBe(true)
        expect(snapshot.results).toEqual([{ status: 'ok', value: number * 7n }])
        const truth = await chain.backend({ method: 'eth_getBlockByNumber', params: [numberToHex(number), false] })
        expect(truth).toMatchObject({ result: { hash, timestamp: numberToHex(timestamp) } })
      }),
      { numRuns: 1_000 },
    )
  })

  test('property: whatever one of three says, every other method gives the truth or a typed error', async () => {
    const { chain, sent } = chainOf()
    const block = numberToHex(chain.block.number - 3n)
    const asked: readonly { readonly method: string; readonly params: readonly unknown[] }[] = [
      { method: 'eth_chainId', params: [] },
      { method: 'eth_getBlockByNumber', params: [block, false] },
      { method: 'eth_getBalance', params: [OWNER, block] },
      { method: 'eth_getCode', params: [OWNER, block] },
      { method: 'eth_getTransactionReceipt', params: [sent] },
      { method: 'eth_getTransactionByHash', params: [sent] },
      { method: 'eth_getLogs', params: [{ fromBlock: block, toBlock: block }] },
    ]
    const truths = await Promise.all(
      asked.map((request) => setUp(chain, [0, 0, 0], -1, []).client.request(request as never)),
    )
    await fc.assert(
      fc.asyncProperty(fc.nat(asked.length - 1), fc.nat(2), mutations, async (which, place, list) => {
        const { client } = setUp(chain, [0, 0, 0], place, list)
        const answer = await client.request(asked[which] as never)
        expect(answer).toEqual(truths[which])
      }),
      { numRuns: 1_000 },
    )
  })

  test('property: with one honest node only, a liar brings nothing about', async () => {
    const { chain } = chainOf()
    const reads = [Read.call({ to: ORACLE, abi, functionName: 'at' })] as const
    await fc.assert(
      fc.asyncProperty(fc.nat(3), mutations, async (lag, list) => {
        const head = chain.block.number
        const down: Tamper = () => ({ status: 'error', code: -32_005, message: 'limit exceeded' })
        const tampers = [undefined, liarOf(list), down]
        const transports = tampers.map(
          (tamper, index) =>
            testNode(chain, { operator: names[index] ?? '', tamper, head: () => head - BigInt(index === 0 ? lag : 0) })
              .transport,
        )
        const transport = quorum(transports, { agree: 2, hedgeAfter: 2, timeout: 30 })
        const client = createClient({ chain: arbitrum, transport, ccipRead: false })
        const snapshot = await getSnapshot(client, { chainId: arbitrum.id, reads, timeout: 30 })
        // The liar may tell the truth by chance.
        if (snapshot.status === 'read') {
          expect(snapshot.results).toEqual([{ status: 'ok', value: snapshot.block.number * 7n }])
        } else expect(['disputed', 'unavailable']).toContain(snapshot.status)
        const block = await client.request({ method: 'eth_blockNumber' }).catch((error: unknown) => error)
        if (typeof block === 'string') expect(BigInt(block) <= head).toBe(true)
        else expect(isUnimarginError(block)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})

describe('AgreedHead.candidates', () => {
  test('property: fewer than `agree` liars neither advance nor freeze the head, whatever they claim', () => {
    const hashOf = (number: bigint): Hex => numberToHex(number, { size: 32 })
    const headAt = (number: bigint) => {
      const parentHash = number === 0n ? undefined : hashOf(number - 1n)
      return { number, hash: hashOf(number), parentHash, timestamp: 0n }
    }
    const claim = fc.record({ number: fc.bigInt(0n, 2n ** 64n - 1n), isFake: fc.boolean() })
    fc.assert(
      fc.property(
        fc.array(fc.bigInt(1_000n, 1_010n), { minLength: 2, maxLength: 6 }),
        fc.array(fc.oneof(claim, fc.record({ number: fc.bigInt(995n, 1_015n), isFake: fc.boolean() })), {
          maxLength: 3,
        }),
        (honest, liars) => {
          const agree = Math.min(honest.length, liars.length + 1)
          fc.pre(agree > liars.length)
          const reports = [
            ...honest.map((number, index) => ({ operator: `h${index}`, ...headAt(number) })),
            ...liars.map(({ number, isFake }, index) => {
              const fake: Hex = `0x${'f'.repeat(64)}`
              const head = isFake ? { ...headAt(number), hash: fake, parentHash: fake } : headAt(number)
              return { operator: `l${index}`, ...head }
            }),
          ]
          const found = AgreedHead.candidates(reports, agree)
          const sorted = [...honest].sort((one, other) => (one > other ? -1 : 1))
          const [highest = 0n] = sorted
          const kth = sorted[agree - 1] ?? 0n
          const [first] = found
          expect(first !== undefined && first.number >= kth && first.number <= highest).toBe(true)
          // What `agree` honest operators have is always among them, and no liar's hash is believed.
          expect(found.some(({ number }) => number === kth)).toBe(true)
          expect(found.every(({ number, hash }) => hash === undefined || hash === hashOf(number))).toBe(true)
          // Everybody who says that they have a block is asked for it first.
          for (const { number, holders } of found) {
            const able = reports.filter((report) => report.number > number).map(({ operator }) => operator)
            expect(able.every((operator) => holders.includes(operator))).toBe(true)
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
