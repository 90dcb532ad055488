import fc from 'fast-check'
import { createClient, erc20Abi, type Hex, numberToHex, pad, parseAbi } from 'viem'
import { arbitrum, base } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { type Contract, contract, FakeChain, Revert } from '../../test/FakeChain.ts'
import { AbortedError } from '../errors/AbortedError.ts'
import { InvalidAddressError } from '../errors/InvalidAddressError.ts'
import { InvalidTimeoutError } from '../errors/InvalidTimeoutError.ts'
import { getSnapshot } from './getSnapshot.ts'
import * as Read from './Read.ts'

const TOKEN = '0x00000000000000000000000000000000000000aa'
const OWNER = '0x00000000000000000000000000000000000000b0'
const BROKEN = '0x00000000000000000000000000000000000000cc'
const EMPTY = '0x00000000000000000000000000000000000000ee'
const HASH: Hex = `0x${'ab'.repeat(32)}`

const supplyOf = (to: Hex) => Read.call({ to, abi: erc20Abi, functionName: 'totalSupply' })
const balance = Read.call({ to: TOKEN, abi: erc20Abi, functionName: 'balanceOf', args: [OWNER] })
const twice = Read.andThen(supplyOf(TOKEN), (first) => Read.map(balance, (second) => [first, second]))

function setUp(chainId: number = base.id) {
  const chain = new FakeChain({ chainId })
  chain.set(TOKEN, contract(erc20Abi, { totalSupply: () => 100n, balanceOf: () => 7n, decimals: () => 6 }))
  chain.set(BROKEN, () => {
    throw new Revert('0xdeadbeef')
  })
  return { chain, client: createClient({ transport: chain.transport, ccipRead: false }) }
}

/** Lets a chain answer once as if it were another. */
function answerAt(
  chain: FakeChain,
  change: Partial<Pick<FakeChain, 'chainId' | 'number' | 'timestamp'>>,
  answer: () => unknown,
): unknown {
  const { chainId, number, timestamp } = chain
  Object.assign(chain, change)
  const answered = answer()
  Object.assign(chain, { chainId, number, timestamp })
  return answered
}

describe('getSnapshot', () => {
  test('default: one eth_call, whatever the number of reads', async () => {
    const { chain, client } = setUp()
    const reads = [supplyOf(TOKEN), balance, supplyOf(BROKEN), supplyOf(EMPTY), Read.succeed('free')] as const
    expect(await getSnapshot(client, { chainId: base.id, reads })).toEqual({
      status: 'read',
      block: { chainId: base.id, number: 1_000n, timestamp: 1_700_000_000n },
      results: [
        { status: 'ok', value: 100n },
        { status: 'ok', value: 7n },
        { status: 'reverted', reason: 'totalSupply reverted with 0xdeadbeef', data: '0xdeadbeef' },
        { status: 'unavailable', reason: `totalSupply answered nothing: no such contract at ${EMPTY}` },
        { status: 'ok', value: 'free' },
      ],
    })
    expect(chain.requests).toHaveLength(1)
    expect(chain.requests[0]?.method).toBe('eth_call')
    expect(chain.requests[0]?.params[1]).toBe('latest')
  })

  test('behavior: types follow the reads', async () => {
    const { client } = setUp()
    const snapshot = await getSnapshot(client, { chainId: base.id, reads: [supplyOf(TOKEN), Read.succeed('x')] })
    if (snapshot.status !== 'read') throw new TypeError(snapshot.reason)
    const [supply, text] = snapshot.results
    const values: readonly [bigint | undefined, string | undefined] = [
      supply.status === 'ok' ? supply.value : undefined,
      text.status === 'ok' ? text.value : undefined,
    ]
    expect(values).toEqual([100n, 'x'])
  })

  test('behavior: of no reads, the block alone', async () => {
    const { client } = setUp()
    expect(await getSnapshot(client, { chainId: base.id, reads: [] })).toMatchObject({ status: 'read', results: [] })
  })

  test('behavior: asks for a numbered block, and for a hash in the canonical chain', async () => {
    const { chain, client } = setUp()
    await getSnapshot(client, { chainId: base.id, reads: [], blockNumber: 1_000n })
    await getSnapshot(client, { chainId: base.id, reads: [], blockHash: HASH })
    expect(chain.requests.map(({ params }) => params[1])).toEqual([
      '0x3e8',
      { blockHash: HASH, requireCanonical: true },
    ])
  })

  test("behavior: asks the chain's own Multicall3", async () => {
    const { chain } = setUp()
    const address = '0x00000000000000000000000000000000000000dd'
    const own = { ...base, contracts: { multicall3: { address } } } as const
    const client = createClient({ chain: own, transport: chain.transport })
    await getSnapshot(client, { chainId: base.id, reads: [] })
    expect(chain.requests[0]?.params[0]).toMatchObject({ to: address })
  })

  test("behavior: on Arbitrum the number is the chain's own, not the L1's", async () => {
    const { chain, client } = setUp(arbitrum.id)
    chain.actAsNitro(300_000_000n)
    const snapshot = await getSnapshot(client, { chainId: arbitrum.id, reads: [] })
    expect(snapshot).toMatchObject({ status: 'read', block: { number: 300_000_000n } })
  })

  test('behavior: a local node with the chain id of Arbitrum has no ArbSys', async () => {
    const { client } = setUp(arbitrum.id)
    const snapshot = await getSnapshot(client, { chainId: arbitrum.id, reads: [] })
    expect(snapshot).toMatchObject({ status: 'read', block: { number: 1_000n } })
  })

  test.each<[string, Contract]>([
    [
      'reverts',
      () => {
        throw new Revert()
      },
    ],
    ['answers half a word', () => '0x1234'],
  ])('behavior: where ArbSys %s, the number of the L1 does not take its place', async (_, arbSys) => {
    const { chain, client } = setUp(arbitrum.id)
    chain.set('0x0000000000000000000000000000000000000064', arbSys)
    expect(await getSnapshot(client, { chainId: arbitrum.id, reads: [] })).toMatchObject({ status: 'unavailable' })
  })

  test('behavior: dependent reads take one more request together, at the same block', async () => {
    const { chain, client } = setUp()
    const snapshot = await getSnapshot(client, { chainId: base.id, reads: [twice, balance, twice] })
    expect(snapshot).toMatchObject({
      status: 'read',
      results: [{ value: [100n, 7n] }, { value: 7n }, { value: [100n, 7n] }],
    })
    expect(chain.requests.map(({ params }) => params[1])).toEqual(['latest', '0x3e8'])
  })

  test('behavior: dependent reads stay at the hash', async () => {
    const { chain, client } = setUp()
    await getSnapshot(client, { chainId: base.id, reads: [twice], blockHash: HASH })
    expect(chain.requests.map(({ params }) => params[1])).toEqual(
      Array.from({ length: 2 }, () => ({ blockHash: HASH, requireCanonical: true })),
    )
  })

  test.each<[string, Partial<Pick<FakeChain, 'chainId' | 'number' | 'timestamp'>>]>([
    ['another block', { number: 1_001n }],
    ['another time of that block', { timestamp: 1_700_000_001n }],
    ['another chain', { chainId: 1 }],
  ])('behavior: when the second answer is of %s, only what needed it is unavailable', async (_, change) => {
    const { chain, client } = setUp()
    chain.intercept = (answer) => {
      if (chain.requests.length === 2) Object.assign(chain, change)
      return answer()
    }
    expect(await getSnapshot(client, { chainId: base.id, reads: [twice, balance] })).toMatchObject({
      status: 'read',
      block: { chainId: base.id, number: 1_000n },
      results: [{ status: 'unavailable' }, { status: 'ok', value: 7n }],
    })
  })

  test('behavior: reads without end do end', async () => {
    const { chain, client } = setUp()
    const endless = (): Read.Read<never> => Read.andThen(balance, endless)
    const settled: Read.Read<never> = {
      calls: balance.calls,
      decode: () => ({ status: 'more', read: settled }),
    }
    for (const read of [endless(), settled]) {
      chain.requests.length = 0
      const snapshot = await getSnapshot(client, { chainId: base.id, reads: [read] })
      expect(JSON.stringify(snapshot, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).toContain(
        'unavailable',
      )
      expect(chain.requests.length).toBeLessThan(10)
    }
  })

  test('behavior: another chain is unavailable', async () => {
    const { client } = setUp(10)
    expect(await getSnapshot(client, { chainId: base.id, reads: [balance] })).toEqual({
      status: 'unavailable',
      reason: 'the node is on another chain: 10 instead of 8453',
    })
  })

  test('behavior: another block than asked is unavailable', async () => {
    const { client } = setUp()
    expect(await getSnapshot(client, { chainId: base.id, reads: [], blockNumber: 999n })).toEqual({
      status: 'unavailable',
      reason: 'the node answered for block 1000, not 999',
    })
  })

  test('behavior: a block that cannot exist is unavailable', async () => {
    const { chain, client } = setUp()
    chain.number = 2n ** 64n
    expect(await getSnapshot(client, { chainId: base.id, reads: [] })).toMatchObject({ status: 'unavailable' })
  })

  test.each<[string, unknown]>([
    ['null', null],
    ['0x', '0x'],
    ['a number', 5],
    ['an error in the place of a result', { code: -32_000 }],
    ['text', '<html>Service unavailable</html>'],
    ['one word', `0x${'0'.repeat(63)}1`],
    ['zeros', `0x${'0'.repeat(64 * 40)}`],
  ])('behavior: %s is unavailable', async (_, answer) => {
    const { chain, client } = setUp()
    chain.intercept = () => answer
    const snapshot = await getSnapshot(client, { chainId: base.id, reads: [balance] })
    expect(snapshot).toMatchObject({ status: 'unavailable', reason: expect.stringContaining('malformed') })
  })

  test('behavior: an answer above the bound is unavailable', async () => {
    const { client } = setUp()
    const snapshot = await getSnapshot(client, { chainId: base.id, reads: [balance], maxBytes: 500 })
    expect(snapshot).toEqual({
      status: 'unavailable',
      reason: "the node's answer is malformed: more than 500 bytes",
    })
  })

  test.each<[string, () => unknown]>([
    ['an RPC error', () => Promise.reject({ code: -32_603, message: 'boom at https://rpc.example/v2/k3y\u001b[31m' })],
    ['a revert of everything', () => Promise.reject({ code: 3, message: 'execution reverted', data: '0x' })],
    ['a thrown string', () => Promise.reject('boom https://rpc.example/v2/k3y')],
    ['a thrown nothing', () => Promise.reject(undefined)],
    [
      'an OffchainLookup',
      () => Promise.reject({ code: 3, message: 'execution reverted', data: `0x556f1830${'0'.repeat(320)}` }),
    ],
  ])('behavior: %s is unavailable, asked once, and names no secret', async (_, refuse) => {
    const { chain, client } = setUp()
    chain.intercept = refuse
    const snapshot = await getSnapshot(client, { chainId: base.id, reads: [balance] })
    expect(snapshot).toMatchObject({ status: 'unavailable', reason: expect.stringMatching(/^[\x20-\x7e…]+$/) })
    expect(JSON.stringify(snapshot)).not.toContain('k3y')
    expect(chain.requests).toHaveLength(1)
  })

  test('behavior: no answer is unavailable at the deadline', async () => {
    const { chain, client } = setUp()
    chain.intercept = () => new Promise(() => {})
    expect(await getSnapshot(client, { chainId: base.id, reads: [balance], timeout: 20 })).toEqual({
      status: 'unavailable',
      reason: 'No complete answer within 20 ms.',
    })
  })

  describe('many calls', () => {
    const balances = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        Read.call({
          to: TOKEN,
          abi: erc20Abi,
          functionName: 'balanceOf',
          args: [pad(numberToHex(index), { size: 20 })],
        }),
      )

    function setUpMany() {
      const { chain, client } = setUp()
      chain.set(TOKEN, contract(erc20Abi, { totalSupply: () => 100n, balanceOf: (owner: Hex) => BigInt(owner) }))
      return { chain, client }
    }
    const values = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => ({ status: 'ok', value: BigInt(from + index) }))

    test.each([
      [1, 1],
      [10, 1],
      [11, 2],
      [95, 10],
    ])('behavior: %i calls of at most 10 travel in %i requests, in order, at one block', async (count, requests) => {
      const { chain, client } = setUpMany()
      const snapshot = await getSnapshot(client, { chainId: base.id, reads: balances(count), maxCalls: 10 })
      expect(snapshot).toMatchObject({ status: 'read', results: values(0, count) })
      expect(chain.requests.map(({ params }) => params[1])).toEqual([
        'latest',
        ...Array.from({ length: requests - 1 }, () => '0x3e8'),
      ])
    })

    test('behavior: a thousand calls are one request unless told otherwise, and one more is two', async () => {
      const { chain, client } = setUpMany()
      await getSnapshot(client, { chainId: base.id, reads: balances(1_000) })
      expect(chain.requests).toHaveLength(1)
      await getSnapshot(client, { chainId: base.id, reads: balances(1_001) })
      expect(chain.requests).toHaveLength(3)
    })

    test('behavior: at most four are open at a time', async () => {
      const { chain, client } = setUpMany()
      let open = 0
      let most = 0
      chain.intercept = async (answer) => {
        open += 1
        most = Math.max(most, open)
        await new Promise((resolve) => setTimeout(resolve, 1))
        open -= 1
        return answer()
      }
      await getSnapshot(client, { chainId: base.id, reads: balances(100), maxCalls: 5 })
      expect(chain.requests).toHaveLength(20)
      expect(most).toBe(4)
    })

    test.each<[string, (chain: FakeChain, answer: () => unknown) => unknown]>([
      ['fails', () => Promise.reject(new Error('503'))],
      ['is of another block', (chain, answer) => answerAt(chain, { number: 1_001n }, answer)],
      ['is of another time', (chain, answer) => answerAt(chain, { timestamp: 1_700_000_001n }, answer)],
      ['is of another chain', (chain, answer) => answerAt(chain, { chainId: 1 }, answer)],
      ['is cut', (_, answer) => String(answer()).slice(0, -64)],
    ])('behavior: a request that %s takes down its own calls only', async (_, breakIt) => {
      const { chain, client } = setUpMany()
      chain.intercept = (answer) => (chain.requests.length === 3 ? breakIt(chain, answer) : answer())
      const snapshot = await getSnapshot(client, { chainId: base.id, reads: balances(40), maxCalls: 10 })
      if (snapshot.status !== 'read') throw new TypeError(snapshot.reason)
      expect(snapshot.results.filter(({ status }) => status === 'unavailable')).toHaveLength(10)
      expect(snapshot.results.slice(0, 20)).toEqual(values(0, 20))
      expect(snapshot.results.slice(30)).toEqual(values(30, 40))
    })

    test('behavior: when the first one fails, nothing is believed and nothing more is asked', async () => {
      const { chain, client } = setUpMany()
      chain.intercept = () => Promise.reject(new Error('503'))
      const snapshot = await getSnapshot(client, { chainId: base.id, reads: balances(40), maxCalls: 10 })
      expect(snapshot.status).toBe('unavailable')
      expect(chain.requests).toHaveLength(1)
    })

    test('behavior: second steps and hashes are held to it as well', async () => {
      const { chain, client } = setUpMany()
      const reads = Array.from({ length: 12 }, () => twice)
      const snapshot = await getSnapshot(client, { chainId: base.id, reads, maxCalls: 5, blockHash: HASH })
      expect(snapshot).toMatchObject({ status: 'read', results: reads.map(() => ({ status: 'ok' })) })
      expect(chain.requests.map(({ params }) => params[1])).toEqual(
        Array.from({ length: 6 }, () => ({ blockHash: HASH, requireCanonical: true })),
      )
    })
  })

  test('error: AbortedError', async () => {
    const { chain, client } = setUp()
    const controller = new AbortController()
    chain.intercept = () => {
      controller.abort()
      return new Promise(() => {})
    }
    const snapshot = getSnapshot(client, { chainId: base.id, reads: [balance], signal: controller.signal })
    await expect(snapshot).rejects.toThrow(AbortedError)
  })

  test('error: InvalidTimeoutError, InvalidAddressError: nothing is sent', async () => {
    const { chain, client } = setUp()
    await expect(getSnapshot(client, { chainId: base.id, reads: [], timeout: 0 })).rejects.toThrow(InvalidTimeoutError)
    const stray: Read.Read<bigint> = { ...balance, calls: [{ to: '0x12', data: '0x' }] }
    await expect(getSnapshot(client, { chainId: base.id, reads: [stray] })).rejects.toThrow(InvalidAddressError)
    expect(chain.requests).toHaveLength(0)
  })

  test('behavior: whatever a node does to its answer, it never throws and never names another chain', async () => {
    const { chain, client } = setUp()
    const abi = parseAbi(['function get() view returns (uint8 a, string b)'])
    chain.set(EMPTY, contract(abi, { get: () => [7, 'seven'] }))
    const reads = [balance, Read.call({ to: EMPTY, abi, functionName: 'get' })] as const
    const mutation = fc.oneof(
      fc.record({ at: fc.nat(), digit: fc.nat(15) }),
      fc.record({ at: fc.nat(), digit: fc.constant(-1) }),
    )
    let believed = 0
    await fc.assert(
      fc.asyncProperty(mutation, async ({ at, digit }) => {
        chain.intercept = (answer) => {
          const hex = String(answer())
          const index = 2 + (at % (hex.length - 2))
          return digit < 0 ? hex.slice(0, index) : hex.slice(0, index) + digit.toString(16) + hex.slice(index + 1)
        }
        const snapshot = await getSnapshot(client, { chainId: base.id, reads })
        if (snapshot.status !== 'read') {
          expect(snapshot.status).toBe('unavailable')
          return
        }
        believed += 1
        expect(snapshot.block.chainId).toBe(base.id)
        expect(digit).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 2_000 },
    )
    // A digit replaced by itself, or within a value, is a well-formed answer.
    expect(believed).toBeGreaterThan(0)
  })
})
