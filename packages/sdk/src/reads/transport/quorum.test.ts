import {
  type Address,
  type Client,
  createClient,
  encodeFunctionData,
  http,
  keccak256,
  numberToHex,
  parseAbi,
  type Transport,
} from 'viem'
import { getBlock, getBlockNumber, getTransactionReceipt, sendRawTransaction } from 'viem/actions'
import { arbitrum } from 'viem/chains'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { silence, type Tamper, type TestNode, testNode } from '../../../test/testNodes.ts'
import type { MockChain } from '../../testing/chain/MockChain.ts'
import { MockRevert } from '../../testing/chain/MockRevert.ts'
import { mockContract } from '../../testing/chain/mockContract.ts'
import { mockChain } from '../../testing/mockChain.ts'
import type { RpcAnswer } from '../../testing/rpc/RpcBackend.ts'
import { getSnapshot } from '../getSnapshot.ts'
import * as Read from '../Read.ts'
import { sleep } from '../sleep.ts'
import { guarded } from './guarded.ts'
import { type QuorumOptions, quorum } from './quorum.ts'

const ORACLE: Address = `0x${'0a'.repeat(20)}`
const abi = parseAbi(['function at() view returns (uint256)', 'function refuse() view returns (uint256)'])
const OWNER: Address = `0x${'0b'.repeat(20)}`

/** Its contract says another value in every block: what is true depends on where one reads. */
function chainOf(blocks = 8): MockChain {
  const oracle = mockContract(abi, {
    at: (_args, _call, at) => at.number * 7n,
    refuse: () => {
      throw MockRevert.because('no')
    },
  })
  const chain = mockChain({ chain: arbitrum, contracts: { [ORACLE]: oracle }, balances: { [OWNER]: 5n } })
  chain.mine(blocks)
  return chain
}

const names = ['one', 'two', 'three']
function panelOf(chain: MockChain, tampers: readonly (Tamper | undefined)[], heads: readonly bigint[] = []) {
  return tampers.map((tamper, index) => {
    const head = heads[index]
    return testNode(chain, {
      operator: names[index] ?? 'more',
      tamper,
      head: head === undefined ? undefined : () => head,
    })
  })
}
const clientOf = (nodes: readonly TestNode[], options: QuorumOptions = {}): Client =>
  createClient({
    chain: arbitrum,
    transport: quorum(
      nodes.map(({ transport }) => transport),
      { hedgeAfter: 5, ...options },
    ),
    ccipRead: false,
  })
const reads = [Read.call({ to: ORACLE, abi, functionName: 'at' })] as const
const read = (client: Client, timeout = 1_000) => getSnapshot(client, { chainId: arbitrum.id, reads, timeout })

const down: Tamper = () => ({ status: 'error', code: -32_005, message: 'limit exceeded' })
const result = (value: unknown): RpcAnswer => ({ status: 'result', result: value })
/** Lies about what contracts say, and nothing else. */
const liar: Tamper = (answer, { method }) =>
  method === 'eth_call' && answer.status === 'result'
    ? result(String(answer.result).replace(/.$/, (digit) => (digit === '1' ? '2' : '1')))
    : answer
const fakeRevert: Tamper = (answer, { method }) =>
  method === 'eth_call' ? { status: 'error', code: 3, message: 'execution reverted', data: '0x' } : answer

afterEach(() => {
  vi.useRealTimers()
})

describe('quorum', () => {
  test('default: reads what two of three say, at one block by its hash', async () => {
    const chain = chainOf()
    const nodes = panelOf(chain, [undefined, undefined, undefined])
    const client = clientOf(nodes)
    const { number, timestamp, hash } = chain.block
    await expect(read(client)).resolves.toEqual({
      status: 'read',
      block: { chainId: arbitrum.id, number, timestamp, hash },
      results: [{ status: 'ok', value: number * 7n }],
    })
    const calls = nodes.flatMap(({ requests }) => requests.filter(({ method }) => method === 'eth_call'))
    expect(calls).toHaveLength(2)
    expect(calls.map(({ params }) => params[1])).toEqual([
      { blockHash: hash, requireCanonical: true },
      { blockHash: hash, requireCanonical: true },
    ])
    expect(client.transport.quorum).toMatchObject({ agree: 2, of: 3, operators: names })
  })

  test.each([0, 1, 2])('behavior: operator %i of three lies, and the truth is told', async (place) => {
    const chain = chainOf()
    const client = clientOf(
      panelOf(
        chain,
        names.map((_, index) => (index === place ? liar : undefined)),
      ),
    )
    for (let round = 0; round < 10; round += 1) {
      await expect(read(client)).resolves.toMatchObject({
        status: 'read',
        results: [{ status: 'ok', value: chain.block.number * 7n }],
      })
    }
  })

  test('behavior: a revert that nobody confirms is not believed', async () => {
    const chain = chainOf()
    const client = clientOf(panelOf(chain, [fakeRevert, undefined, undefined]))
    await expect(read(client)).resolves.toMatchObject({ status: 'read' })
  })

  test('behavior: a revert that two confirm is one, without the words of either', async () => {
    const chain = chainOf()
    const words: Tamper = (answer) =>
      answer.status === 'error' ? { ...answer, message: 'visit evil.example' } : answer
    const client = clientOf(panelOf(chain, [words, words, words]))
    const request = client.request({
      method: 'eth_call',
      params: [{ to: ORACLE, data: encodeFunctionData({ abi, functionName: 'refuse' }) }, 'latest'],
    })
    await expect(request).rejects.toMatchObject({ code: 3, data: expect.stringMatching(/^0x08c379a0/) })
    await request.catch((error: unknown) => expect(String(error)).not.toContain('evil'))
  })

  test('error: DisputedError where two say two things, with both witnesses', async () => {
    const chain = chainOf()
    const client = clientOf(panelOf(chain, [liar, undefined, down]))
    const snapshot = await read(client)
    expect(snapshot).toMatchObject({ status: 'disputed', reason: 'The nodes contradict each other.' })
    expect(snapshot.status === 'disputed' && [...snapshot.witnesses].sort()).toEqual([
      expect.stringMatching(/^one: \d+ characters with digest 0x/),
      expect.stringMatching(/^three: .*limit exceeded/),
      expect.stringMatching(/^two: \d+ characters with digest 0x/),
    ])
  })

  test('error: QuorumNotReachedError where one alone answers: the threshold does not shrink', async () => {
    const chain = chainOf()
    const client = clientOf(panelOf(chain, [down, down, liar]))
    await expect(read(client)).resolves.toEqual({
      status: 'unavailable',
      reason: 'Fewer than 2 of 3 operators answered alike.',
    })
    await expect(getBlockNumber(client)).rejects.toMatchObject({ name: 'QuorumNotReachedError', agree: 2, of: 3 })
  })

  test.each<[string, bigint, (honest: bigint) => bigint]>([
    ['stands still', 1n, (honest) => honest - 6n],
    ['runs ahead', 1n, (honest) => honest + 1_000n],
  ])('behavior: a node that %s does not move the head', async (_, lag, move) => {
    const chain = chainOf()
    const head = chain.block.number
    const forged: Tamper = (answer, { method }) => {
      if (method !== 'eth_getBlockByNumber' || answer.status !== 'result') return answer
      return result({ ...Object(answer.result), number: numberToHex(move(head)), hash: `0x${'66'.repeat(32)}` })
    }
    const client = clientOf(panelOf(chain, [undefined, undefined, forged], [head, head - lag, head]))
    const snapshot = await read(client)
    expect(snapshot).toMatchObject({ status: 'read', block: { number: expect.toSatisfy((at) => at >= head - lag) } })
  })

  test('behavior: nobody passes an old block off as the head', async () => {
    const chain = chainOf()
    const old = await chain.backend({
      method: 'eth_getBlockByNumber',
      params: [numberToHex(chain.block.number - 5n), false],
    })
    const forged: Tamper = (answer, { method, params }) =>
      method === 'eth_getBlockByNumber' && params[0] === 'latest' && old.status === 'result'
        ? result({ ...Object(old.result), number: numberToHex(chain.block.number) })
        : answer
    const head = chain.block.number
    for (const heads of [
      [head, head, head],
      [head, head - 1n, head],
      [head - 1n, head, head - 3n],
    ]) {
      const snapshot = await read(clientOf(panelOf(chain, [forged, undefined, undefined], heads)))
      expect(snapshot).toMatchObject({ status: 'read', block: { number: expect.toSatisfy((at) => at >= head - 3n) } })
    }
  })

  test('behavior: a head that is too old does not count', async () => {
    const chain = chainOf()
    const nodes = panelOf(chain, [undefined, undefined, undefined])
    const now = Number(chain.block.timestamp) * 1_000
    vi.useFakeTimers({ now: now + 61_000, toFake: ['Date'] })
    await expect(read(clientOf(nodes, { maxHeadAge: 60 }))).resolves.toMatchObject({ status: 'unavailable' })
    vi.setSystemTime(now + 60_000)
    await expect(read(clientOf(nodes, { maxHeadAge: 60 }))).resolves.toMatchObject({ status: 'read' })
  })

  test('behavior: nobody passes an old block off as a young head', async () => {
    const chain = chainOf(60)
    const { number, timestamp } = chain.block
    const forges: Tamper = (answer, { params: [tag] }) =>
      tag === 'latest' && answer.status === 'result'
        ? result({ ...Object(answer.result), timestamp: numberToHex(timestamp) })
        : answer
    // The third would settle it, but does not answer.
    const nodes = panelOf(chain, [undefined, forges, down], [number, number - 50n])
    vi.useFakeTimers({ now: Number(timestamp) * 1_000, toFake: ['Date'] })
    const old = clientOf(nodes, { maxHeadAge: 10 })
    await expect(read(old)).resolves.toMatchObject({ status: 'unavailable' })
    await expect(getBlockNumber(old)).rejects.toMatchObject({
      name: 'QuorumNotReachedError',
      witnesses: expect.arrayContaining(['one: its head is 50 seconds old', 'two: its head is 50 seconds old']),
    })
    await expect(read(clientOf(nodes, { maxHeadAge: 50 }))).resolves.toMatchObject({ status: 'read' })
  })

  test.each([
    [0.5, 'read'],
    [Number.POSITIVE_INFINITY, 'read'],
    [Number.NaN, 'unavailable'],
  ])('behavior: a head may be %d seconds old', async (maxHeadAge, status) => {
    const chain = chainOf()
    vi.useFakeTimers({ now: Number(chain.block.timestamp) * 1_000, toFake: ['Date'] })
    const client = clientOf(panelOf(chain, [undefined, undefined, undefined]), { maxHeadAge })
    await expect(read(client)).resolves.toMatchObject({ status })
  })

  test('behavior: where hashes are not understood, values have to agree without them', async () => {
    const chain = chainOf()
    const old: Tamper = (answer, { method, params }) =>
      method === 'eth_call' && typeof params[1] === 'object'
        ? { status: 'error', code: -32_602, message: 'invalid argument 1: hex string expected' }
        : answer
    const client = clientOf(panelOf(chain, [old, old, old]))
    await expect(read(client)).resolves.toMatchObject({ status: 'read', block: { number: chain.block.number } })
    const withLiar: Tamper = async (answer, request) => liar(await old(answer, request), request)
    const split = clientOf(panelOf(chain, [old, withLiar, down]))
    await expect(read(split)).resolves.not.toMatchObject({ status: 'read' })
  })

  test('behavior: a numbered block is read by the hash that it has now, also after a reorganisation', async () => {
    const chain = chainOf()
    const nodes = panelOf(chain, [undefined, undefined, undefined])
    const client = clientOf(nodes)
    const blockNumber = chain.block.number
    const at = () => getSnapshot(client, { chainId: arbitrum.id, reads, blockNumber })
    const first = await at()
    chain.reorg(2)
    chain.mine(2)
    const second = await at()
    expect([first.status, second.status]).toEqual(['read', 'read'])
    expect(first.status === 'read' && second.status === 'read' && first.block.hash !== second.block.hash).toBe(true)
  })

  test('behavior: the requests of one snapshot are never of two siblings, which may have the same time', async () => {
    const hashed = mockContract(abi, { at: (_args, _call, at) => BigInt(at.hash) })
    const chain = mockChain({ chain: arbitrum, contracts: { [ORACLE]: hashed } })
    chain.mine(8)
    const client = clientOf(panelOf(chain, [undefined, undefined, undefined]))
    const { number, timestamp, hash } = chain.block
    let isFirst = true
    const request = (async (asked: never, options: never): Promise<unknown> => {
      const answer: unknown = await client.request(asked, options)
      if (isFirst) {
        isFirst = false
        chain.reorg(1)
      }
      return answer
    }) as typeof client.request
    const at = Read.call({ to: ORACLE, abi, functionName: 'at' })
    const snapshot = await getSnapshot(
      { ...client, request },
      { chainId: arbitrum.id, reads: [at, at], maxCalls: 1, timeout: 1_000 },
    )
    // The sibling differs in nothing but its hash.
    const sibling = await chain.backend({ method: 'eth_getBlockByNumber', params: [numberToHex(number), false] })
    expect(sibling).toMatchObject({
      result: { timestamp: numberToHex(timestamp), hash: expect.not.stringMatching(hash) },
    })
    expect(snapshot).toMatchObject({
      status: 'read',
      block: { hash },
      results: [{ status: 'ok', value: BigInt(hash) }, { status: 'unavailable' }],
    })
  })

  test('behavior: nodes of one operator are one voice, and stand in for each other', async () => {
    const chain = chainOf()
    const lies = testNode(chain, { operator: 'one', tamper: liar })
    const nodes = [testNode(chain, { operator: 'one', tamper: down }), lies, testNode(chain, { operator: 'two' })]
    await expect(read(clientOf(nodes))).resolves.toMatchObject({ status: 'disputed' })
    const good = [testNode(chain, { operator: 'one', tamper: down }), ...panelOf(chain, [undefined, undefined])]
    await expect(read(clientOf(good))).resolves.toMatchObject({ status: 'read' })
    expect(() => clientOf([lies, lies])).toThrow(expect.objectContaining({ name: 'InvalidQuorumError' }))
    const mute = [testNode(chain, { operator: 'one', tamper: silence }), ...panelOf(chain, [undefined, undefined])]
    await expect(read(clientOf(mute))).resolves.toMatchObject({ status: 'read' })
  })

  test('behavior: a silent node costs the hedge, not the deadline', async () => {
    const chain = chainOf()
    const client = clientOf(panelOf(chain, [silence, undefined, undefined]))
    for (let round = 0; round < 5; round += 1) {
      await expect(read(client, 60_000)).resolves.toMatchObject({ status: 'read' })
    }
  })

  test('behavior: who failed is asked again soon, also when the clock was set back', async () => {
    const chain = chainOf()
    let isDown = true
    const nodes = panelOf(chain, [(answer, request) => (isDown ? down(answer, request) : answer), undefined, undefined])
    const client = clientOf(nodes)
    vi.useFakeTimers({ toFake: ['Date'] })
    for (let round = 0; round < 5; round += 1) await read(client)
    isDown = false
    vi.setSystemTime(Date.now() - 86_400_000)
    const called = () => nodes[0]?.requests.some(({ method }) => method === 'eth_call')
    expect(called()).toBe(false)
    for (let round = 0; round < 40; round += 1) await read(client)
    expect(called()).toBe(true)
  })

  test('behavior: a receipt needs the same agreement, as its absence does', async () => {
    const chain = chainOf()
    const hash = chain.include({ from: OWNER, to: OWNER, data: '0x', value: 1n })
    const hides: Tamper = (answer, { method }) => (method === 'eth_getTransactionReceipt' ? result(null) : answer)
    const extra: Tamper = (answer, { method }) =>
      method === 'eth_getTransactionReceipt' && answer.status === 'result'
        ? result({ ...Object(answer.result), l1Fee: '0x1', timeboosted: false })
        : answer
    const honest = clientOf(panelOf(chain, [hides, extra, undefined]))
    await expect(getTransactionReceipt(honest, { hash })).resolves.toMatchObject({ status: 'success' })
    const forges: Tamper = (answer, { method }) =>
      method === 'eth_getTransactionReceipt' && answer.status === 'result'
        ? result({ ...Object(answer.result), status: '0x0' })
        : answer
    const split = clientOf(panelOf(chain, [forges, undefined, hides]))
    await expect(getTransactionReceipt(split, { hash })).rejects.toMatchObject({ name: 'DisputedError' })
  })

  test('behavior: fees are the middle of what is said', async () => {
    const chain = chainOf()
    const dear: Tamper = (answer, { method }) => (method === 'eth_gasPrice' ? result('0xffffffffffff') : answer)
    const honest = await chain.backend({ method: 'eth_gasPrice', params: [] })
    const client = clientOf(panelOf(chain, [dear, undefined, undefined]), { hedgeAfter: 1_000 })
    await expect(client.request({ method: 'eth_gasPrice' })).resolves.toBe(
      honest.status === 'result' ? honest.result : undefined,
    )
  })

  test('behavior: of a fee history each number is the middle of what is said', async () => {
    const history = (reward: string, base = '0x10') => ({
      oldestBlock: '0x1',
      baseFeePerGas: [base, base],
      gasUsedRatio: [0.5],
      reward: [[reward, '0x9']],
    })
    const said = [history('0x1'), history('0x2'), { ...history('0xffffffffffff'), baseFeePerBlobGas: ['free'] }]
    const tampers = said.map(
      (each): Tamper =>
        () =>
          result(each),
    )
    for (let round = 0; round < 20; round += 1) {
      const client = clientOf(panelOf(chainOf(1), tampers), { hedgeAfter: 1_000 })
      const asked = client.request({ method: 'eth_feeHistory', params: ['0x1', 'latest', [10, 50]] })
      await expect(asked).resolves.toEqual(history('0x2'))
    }
    const bare: Tamper = () => result({ oldestBlock: '0x1', baseFeePerGas: null })
    const alone = clientOf(panelOf(chainOf(1), [bare, bare, () => result(history('0x1'))]), { hedgeAfter: 1_000 })
    await expect(alone.request({ method: 'eth_feeHistory', params: ['0x1', 'latest', []] })).resolves.toEqual({
      oldestBlock: '0x1',
    })
  })

  test('behavior: nobody keeps a transaction from the others by being the quickest', async () => {
    const raw = '0x02f86b'
    const delivered: string[] = []
    const nodes = names.map((operator, index) => {
      const request = async ({ method }: { readonly method: string }, { signal }: { readonly signal: AbortSignal }) => {
        // The first has it at once, or says so; for the others it takes longer than the hedge.
        if (index > 0) await sleep(40, signal)
        if (method === 'eth_sendRawTransaction') delivered.push(operator)
        return keccak256(raw)
      }
      const transport: Transport = () => ({
        config: { key: operator, name: operator, type: 'test', request: request as never },
        request: request as never,
      })
      return { transport: guarded(transport, { operator }), requests: [] }
    })
    await sendRawTransaction(clientOf(nodes, { hedgeAfter: 20 }), { serializedTransaction: raw })
    expect(delivered).toEqual(expect.arrayContaining(['one', 'two']))
  })

  test('behavior: a transaction goes to all, and one that takes it or has it is enough', async () => {
    const raw = '0x02f86b'
    const send = (client: Client) => sendRawTransaction(client, { serializedTransaction: raw })
    const takes: Tamper = () => result(keccak256(raw))
    const lies: Tamper = () => result(`0x${'13'.repeat(32)}`)
    const refuses: Tamper = () => ({ status: 'error', code: -32_000, message: 'nonce too low' })
    const knows: Tamper = () => ({ status: 'error', code: -32_000, message: 'already known' })
    for (const tampers of [
      [takes, refuses, lies],
      [lies, lies, takes],
      [knows, refuses, silence],
    ]) {
      const nodes = panelOf(chainOf(1), tampers)
      await expect(send(clientOf(nodes))).resolves.toBe(keccak256(raw))
      expect(nodes.map(({ requests }) => requests.length)).toEqual([1, 1, 1])
    }
    const refused = clientOf(panelOf(chainOf(1), [refuses, refuses, lies]))
    await expect(send(refused)).rejects.toThrow('nonce too low')
    const unknown = clientOf(panelOf(chainOf(1), [lies, lies, lies]))
    await expect(send(unknown)).rejects.toMatchObject({ name: 'QuorumNotReachedError' })
  })

  test('behavior: an empty list of logs needs agreement as well', async () => {
    const chain = chainOf()
    const fromBlock = numberToHex(chain.block.number)
    const empty: Tamper = (answer, { method }) => (method === 'eth_getLogs' ? result([]) : answer)
    const log = { address: ORACLE, topics: [], data: '0x', blockNumber: fromBlock, logIndex: '0x0' }
    const full: Tamper = (answer, { method }) => (method === 'eth_getLogs' ? result([log]) : answer)
    const logs = (client: Client) => client.request({ method: 'eth_getLogs', params: [{ fromBlock }] })
    await expect(logs(clientOf(panelOf(chain, [empty, full, full])))).resolves.toEqual([log])
    await expect(logs(clientOf(panelOf(chain, [empty, full, down])))).rejects.toMatchObject({ name: 'DisputedError' })
    const nodes = panelOf(chain, [full, full, full])
    await logs(clientOf(nodes))
    const ranges = nodes.flatMap(({ requests }) => requests.filter(({ method }) => method === 'eth_getLogs'))
    expect(ranges.map(({ params }) => params[0])).toEqual([
      { fromBlock, toBlock: numberToHex(chain.block.number) },
      { fromBlock, toBlock: numberToHex(chain.block.number) },
    ])
  })

  test('behavior: blocks come without what was not compared', async () => {
    const chain = chainOf()
    const extra: Tamper = (answer, { method }) =>
      method === 'eth_getBlockByNumber' && answer.status === 'result'
        ? result({ ...Object(answer.result), totalDifficulty: '0x99', size: '0x98' })
        : answer
    const block = await getBlock(clientOf(panelOf(chain, [extra, undefined, undefined])))
    expect(block).toMatchObject({ number: chain.block.number, hash: chain.block.hash })
    expect(block.totalDifficulty).not.toBe(0x99n)
  })

  test('behavior: filters, subscriptions and wallets are refused', async () => {
    const client = clientOf(panelOf(chainOf(), [undefined, undefined, undefined]))
    for (const method of ['eth_newFilter', 'eth_subscribe', 'eth_sendTransaction', 'wallet_sendCalls']) {
      const request = client.request({ method, params: [] } as never)
      await expect(request).rejects.toMatchObject({ name: 'MethodNotSupportedRpcError' })
    }
  })

  test('behavior: one node is that node, guarded, and says nothing of a quorum', async () => {
    const chain = chainOf()
    const nodes = panelOf(chain, [undefined])
    const client = clientOf(nodes)
    expect(client.transport.quorum).toBeUndefined()
    await expect(read(client)).resolves.toMatchObject({ status: 'read' })
    expect(nodes[0]?.requests).toHaveLength(1)
  })

  const urls = (...list: readonly string[]): readonly Transport[] => list.map((url) => http(url))
  test.each<[string, readonly Transport[], QuorumOptions]>([
    ['no node', [], {}],
    ['two nodes and one voice', urls('https://a.example', 'https://b.example'), { agree: 1 }],
    ['none that has to agree', urls('https://a.example', 'https://b.example'), { agree: 0 }],
    ['a half', urls('https://a.example', 'https://b.example'), { agree: 1.5 }],
    ['more than there are', urls('https://a.example', 'https://b.example'), { agree: 3 }],
    ['one node and two voices', urls('https://a.example'), { agree: 2 }],
    ['two nodes of one operator', urls('https://x.a.example', 'https://y.a.example'), {}],
    ['an operator without a name', [...urls('https://a.example'), guarded(chainOf(1).transport)], {}],
  ])('error: InvalidQuorumError of %s', (_, nodes, options) => {
    expect(() => quorum(nodes, options)).toThrow(expect.objectContaining({ name: 'InvalidQuorumError' }))
  })
})
