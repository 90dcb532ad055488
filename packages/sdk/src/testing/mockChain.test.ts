import { setupServer } from 'msw/node'
import { createPublicClient, erc20Abi, http, parseAbi } from 'viem'
import { arbitrum, base } from 'viem/chains'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Address } from '../model/Hex.ts'
import { getSnapshot } from '../reads/getSnapshot.ts'
import * as Read from '../reads/Read.ts'
import { MockRevert } from './chain/MockRevert.ts'
import { InvalidBlockCountError } from './chain/MockSetupErrors.ts'
import { mockContract } from './chain/mockContract.ts'
import type { Fault } from './faults/Fault.ts'
import { type MockChainParameters, mockChain } from './mockChain.ts'

const TOKEN: Address = '0x1111111111111111111111111111111111111111'
const OWNER: Address = '0x2222222222222222222222222222222222222222'
const server = setupServer()
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const token = (balance: bigint) => mockContract(erc20Abi, { decimals: () => 6, balanceOf: () => balance })
const balanceOf = { address: TOKEN, abi: erc20Abi, functionName: 'balanceOf', args: [OWNER] } as const
const readBalance = Read.call({ ...balanceOf, to: TOKEN })

function stage(parameters: Partial<MockChainParameters> = {}) {
  const chain = mockChain({ chain: base, block: { number: 100n, timestamp: 1_700_000_000n }, ...parameters })
  server.use(...chain.handlers)
  const client = createPublicClient({ chain: chain.chain, transport: http(undefined, { retryCount: 0 }) })
  return { chain, client }
}

describe('mockChain', () => {
  test('default: answers viem at the URL of the chain', async () => {
    const { client } = stage({ contracts: { [TOKEN]: token(5n) } })
    expect(await client.getChainId()).toBe(base.id)
    expect(await client.getBlockNumber()).toBe(100n)
    expect(await client.readContract(balanceOf)).toBe(5n)
    expect(await client.multicall({ contracts: [balanceOf], allowFailure: false })).toEqual([5n])
    const block = await client.getBlock()
    expect(block).toMatchObject({ number: 100n, timestamp: 1_700_000_000n })
    expect(await client.getBlock({ blockHash: block.hash })).toMatchObject({ number: 100n, hash: block.hash })
  })

  test.each([arbitrum, base])('behavior: a snapshot of $name proves its block', async (chain) => {
    const { client } = stage({ chain, contracts: { [TOKEN]: token(5n) } })
    expect(await getSnapshot(client, { chainId: chain.id, reads: [readBalance] })).toMatchObject({
      status: 'read',
      block: { chainId: chain.id, number: 100n, timestamp: 1_700_000_000n },
      results: [{ status: 'ok', value: 5n }],
    })
  })

  test('behavior: every change makes a block, and older blocks keep their state', async () => {
    const { chain, client } = stage({ contracts: { [TOKEN]: token(5n) } })
    const { hash: blockHash } = chain.block
    expect(chain.setContract(TOKEN, token(6n))).toMatchObject({ number: 101n, timestamp: 1_700_000_002n })
    expect(await client.readContract(balanceOf)).toBe(6n)
    expect(await client.readContract({ ...balanceOf, blockNumber: 100n })).toBe(5n)
    expect(await client.readContract({ ...balanceOf, blockHash })).toBe(5n)
    expect(await client.readContract({ ...balanceOf, blockTag: 'finalized' })).toBe(5n)
  })

  test('behavior: a reorg takes back what was in the last blocks', async () => {
    const { chain, client } = stage({ contracts: { [TOKEN]: token(5n) } })
    const orphan = chain.setContract(TOKEN, token(6n))
    expect(chain.reorg(1)).toMatchObject({ number: 102n, timestamp: 1_700_000_004n })
    expect(await client.readContract(balanceOf)).toBe(5n)
    expect((await client.getBlock({ blockNumber: 101n })).hash).not.toBe(orphan.hash)
    const parameters = { method: 'eth_call', params: [{ to: TOKEN, data: '0x' }, { blockHash: orphan.hash }] } as const
    expect(await chain.backend(parameters)).toEqual({ status: 'error', code: -32_000, message: 'header not found' })
  })

  test('behavior: a revert is code 3 with its data, alone and inside of a multicall', async () => {
    const abi = parseAbi(['error TooLittle(uint256 least)'])
    const refuse = () => {
      throw MockRevert.error(abi, 'TooLittle', [7n])
    }
    const { client } = stage({ contracts: { [TOKEN]: mockContract(erc20Abi, { balanceOf: refuse }) } })
    const { data } = MockRevert.error(abi, 'TooLittle', [7n])
    await expect(
      client.request({ method: 'eth_call', params: [{ to: TOKEN, data: `0x70a08231${'00'.repeat(32)}` }, 'latest'] }),
    ).rejects.toMatchObject({ code: 3, cause: { data } })
    const snapshot = await getSnapshot(client, { chainId: base.id, reads: [readBalance] })
    expect(snapshot).toMatchObject({ status: 'read', results: [{ status: 'reverted', data }] })
  })

  test('behavior: a local node that only bears the id of Arbitrum has no ArbSys', async () => {
    const { client } = stage({ chain: arbitrum, codeless: ['0x0000000000000000000000000000000000000064'] })
    const snapshot = await getSnapshot(client, { chainId: arbitrum.id, reads: [] })
    expect(snapshot).toMatchObject({ status: 'read', block: { number: 100n } })
  })

  test('behavior: several chains have clocks of their own', () => {
    const [one, other] = [stage({ blockTime: 12n }).chain, stage({ chain: arbitrum }).chain]
    expect(one.mine(3)).toMatchObject({ number: 103n, timestamp: 1_700_000_036n })
    expect(one.mine(1, { seconds: 600n })).toMatchObject({ number: 104n, timestamp: 1_700_000_636n })
    // Arbitrum makes four blocks in a second; times of a mock go up with each.
    expect(other.mine()).toMatchObject({ number: 101n, timestamp: 1_700_000_001n })
  })

  test('behavior: several nodes, also with keys in their URLs, are broken one by one', async () => {
    const urls = ['https://one.example/v2/key?a=1', 'https://two.example:8545/:key']
    const { chain } = stage({ nodes: urls })
    const [one, other] = urls.map((url) => createPublicClient({ chain: base, transport: http(url, { retryCount: 0 }) }))
    const fault: Fault = { kind: 'test', answer: () => ({ status: 'result', result: '0x1' }) }
    chain.nodes[0]?.break(fault)
    expect([await one?.getChainId(), await other?.getChainId()]).toEqual([1, base.id])
    const mend = chain.break(fault)
    expect(await other?.getChainId()).toBe(1)
    mend()
    expect(await other?.getChainId()).toBe(base.id)
    chain.mend()
    expect(await one?.getChainId()).toBe(base.id)
    expect(chain.nodes.map(({ requests }) => requests.length)).toEqual([2, 3])
  })

  test('behavior: its transport needs no network, and shows what a node answers', async () => {
    const chain = mockChain({ chain: base, contracts: { [TOKEN]: token(5n) } })
    const client = createPublicClient({ chain: base, transport: chain.transport })
    expect(await client.readContract(balanceOf)).toBe(5n)
    const mend = chain.break({ kind: 'test', reply: (reply) => ({ ...reply, status: 503 }) })
    await expect(client.readContract(balanceOf)).rejects.toThrow('HTTP status 503')
    mend()
    chain.break({ kind: 'test', reply: (reply) => ({ ...reply, body: '<html>' }) })
    await expect(client.readContract(balanceOf)).rejects.toThrow('no JSON-RPC')
  })

  test('behavior: tells of each new head', () => {
    const { chain } = stage()
    const heads: bigint[] = []
    const stop = chain.watchBlocks(({ number }) => heads.push(number))
    chain.mine(2)
    chain.reorg(1)
    chain.setBalance(OWNER, 1n)
    stop()
    chain.mine()
    expect(heads).toEqual([101n, 102n, 103n, 104n])
  })

  test.each([0, 1.5, Number.NaN, 10_000_000])('error: InvalidBlockCountError for %s blocks', (count) => {
    expect(() => stage().chain.mine(count)).toThrow(InvalidBlockCountError)
  })

  test('error: UnmockedCallError', async () => {
    const { chain, client } = stage()
    expect(await getSnapshot(client, { chainId: base.id, reads: [readBalance] })).toEqual({
      status: 'unavailable',
      reason: expect.stringContaining(
        `Not mocked on chain 8453: balanceOf(address) (0x70a08231) at ${TOKEN}. Give \`mockChain\` a contract`,
      ),
    })
    expect(chain.unmocked).toEqual([expect.stringContaining('balanceOf(address)')])
  })
})
