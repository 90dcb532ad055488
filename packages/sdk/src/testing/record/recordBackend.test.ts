import { createPublicClient, custom, erc20Abi, type Transport } from 'viem'
import { base } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import type { Address } from '../../model/Hex.ts'
import { getSnapshot } from '../../reads/getSnapshot.ts'
import * as Read from '../../reads/Read.ts'
import { MockRevert } from '../chain/MockRevert.ts'
import { mockContract } from '../chain/mockContract.ts'
import { mockChain } from '../mockChain.ts'
import type { RpcBackend } from '../rpc/RpcBackend.ts'
import type { Recording } from './Recording.ts'
import { NothingRecordedError, recordBackend } from './recordBackend.ts'

const TOKEN: Address = '0x1111111111111111111111111111111111111111'
const OWNER: Address = '0x2222222222222222222222222222222222222222'
const OTHER: Address = '0x3333333333333333333333333333333333333333'

const read = (functionName: 'decimals' | 'totalSupply') => Read.call({ to: TOKEN, abi: erc20Abi, functionName })
const readBalance = Read.call({ to: TOKEN, abi: erc20Abi, functionName: 'balanceOf', args: [OWNER] })

const token = (balance: bigint) =>
  mockContract(erc20Abi, {
    decimals: () => 6,
    balanceOf: () => balance,
    totalSupply: () => {
      throw MockRevert.because('none of your business')
    },
  })

function original() {
  return mockChain({
    chain: base,
    block: { number: 500n, timestamp: 1_700_000_000n },
    contracts: { [TOKEN]: token(5n) },
    balances: { [OWNER]: 9n },
  })
}

function transportOf(backend: RpcBackend): Transport {
  const request = async ({ method, params = [] }: { method: string; params?: unknown[] }) => {
    const answer = await backend({ method, params })
    if (answer.status === 'error') throw answer
    return answer.result
  }
  return custom({ request }, { retryCount: 0 })
}

const clientOf = (backend: RpcBackend) => createPublicClient({ chain: base, transport: transportOf(backend) })

/** As it comes back from a file. */
const stored = (recording: Recording): Recording => JSON.parse(JSON.stringify(recording))

describe('recordBackend', () => {
  test('default: what was read in one call is played to any number of calls', async () => {
    const { backend, recording } = recordBackend(original().backend)
    const snapshot = await getSnapshot(clientOf(backend), {
      chainId: base.id,
      reads: [read('decimals'), readBalance, read('totalSupply')],
    })
    const played = mockChain({ chain: base, recording: stored(recording()) })
    const client = clientOf(played.backend)
    for (const reads of [[readBalance, read('decimals')], [read('totalSupply')], [read('decimals')]]) {
      const again = await getSnapshot(client, { chainId: base.id, reads })
      expect(again).toMatchObject({ status: 'read', block: { number: 500n, timestamp: 1_700_000_000n } })
    }
    expect(
      await getSnapshot(client, { chainId: base.id, reads: [read('decimals'), readBalance, read('totalSupply')] }),
    ).toEqual(snapshot)
    expect(await client.readContract({ address: TOKEN, abi: erc20Abi, functionName: 'decimals' })).toBe(6)
    expect(played.unmocked).toEqual([])
  })

  test('behavior: a recording is of one moment', async () => {
    const chain = original()
    const { backend, recording } = recordBackend(chain.backend)
    const client = clientOf(backend)
    expect(await client.getBlockNumber()).toBe(500n)
    chain.setContract(TOKEN, token(6n))
    const balanceOf = { address: TOKEN, abi: erc20Abi, functionName: 'balanceOf', args: [OWNER] } as const
    expect(await client.readContract(balanceOf)).toBe(5n)
    expect(await client.getBlockNumber({ cacheTime: 0 })).toBe(500n)
    expect(recording().head).toMatchObject({ number: '500', hash: expect.stringMatching(/^0x/) })
    const { hash: blockHash } = await client.getBlock()
    expect(blockHash).toBe(recording().head.hash)
    const played = mockChain({ chain: base, recording: stored(recording()) })
    expect(await clientOf(played.backend).readContract({ ...balanceOf, blockHash })).toBe(5n)
  })

  test('behavior: other requests are played as well, until the chain is told otherwise', async () => {
    const { backend, recording } = recordBackend(original().backend)
    const client = clientOf(backend)
    expect(await client.getBalance({ address: OWNER })).toBe(9n)
    expect(await client.getCode({ address: TOKEN })).toBe('0xfe')
    await client.getGasPrice()
    const played = mockChain({ chain: base, recording: stored(recording()) })
    expect(await clientOf(played.backend).getBalance({ address: OWNER })).toBe(9n)
    expect(await clientOf(played.backend).getCode({ address: TOKEN })).toBe('0xfe')
    played.setBalance(OWNER, 10n)
    expect(await clientOf(played.backend).getBalance({ address: OWNER })).toBe(10n)
    played.setContract(TOKEN, token(7n))
    expect(await getSnapshot(clientOf(played.backend), { chainId: base.id, reads: [readBalance] })).toMatchObject({
      block: { number: 502n },
      results: [{ status: 'ok', value: 7n }],
    })
  })

  test('behavior: what a node fails at is not recorded', async () => {
    let isDown = true
    const chain = original()
    const { backend, recording } = recordBackend(async (request) =>
      isDown && request.method === 'eth_call'
        ? { status: 'error', code: -32_005, message: 'too many requests' }
        : chain.backend(request),
    )
    await getSnapshot(clientOf(backend), { chainId: base.id, reads: [readBalance] })
    expect(recording().calls).toEqual([])
    isDown = false
    await getSnapshot(clientOf(backend), { chainId: base.id, reads: [readBalance] })
    expect(recording().calls).toHaveLength(1)
  })

  test('behavior: a node that fails at the first request may do better at the next', async () => {
    let isDown = true
    const chain = original()
    const { backend } = recordBackend(async (request) =>
      isDown ? { status: 'error', code: -32_005, message: 'too many requests' } : chain.backend(request),
    )
    const first = await backend({ method: 'eth_blockNumber', params: [] })
    expect(first).toEqual({ status: 'error', code: -32_005, message: 'too many requests' })
    isDown = false
    expect(await clientOf(backend).getBlockNumber()).toBe(500n)
  })

  test('behavior: earlier blocks have their own hashes and times, and the parents that they had', async () => {
    const chain = original()
    chain.mine(7, { seconds: 13n })
    const { backend, recording } = recordBackend(chain.backend)
    const look = async (client: ReturnType<typeof clientOf>) => {
      const { hash: blockHash, parentHash } = await client.getBlock({ blockNumber: 503n })
      const blocks = [await client.getBlock({ blockHash }), await client.getBlock({ blockHash: parentHash })]
      const head = await client.getBlock()
      blocks.push(head, await client.getBlock({ blockHash: head.parentHash }))
      return blocks.map(({ number, hash, parentHash, timestamp }) => ({ number, hash, parentHash, timestamp }))
    }
    const live = await look(clientOf(backend))
    expect(live.map(({ number }) => number)).toEqual([503n, 502n, 507n, 506n])
    const played = mockChain({ chain: base, recording: stored(recording()) })
    expect(await look(clientOf(played.backend))).toEqual(live)
    const [between] = await Promise.all([clientOf(played.backend).getBlock({ blockNumber: 504n })])
    expect(between.parentHash).toBe(live[0]?.hash)
  })

  test('error: UnmockedCallError for what was not recorded', async () => {
    const { backend, recording } = recordBackend(original().backend)
    await getSnapshot(clientOf(backend), { chainId: base.id, reads: [readBalance] })
    const played = mockChain({ chain: base, recording: recording() })
    const stranger = Read.call({ to: TOKEN, abi: erc20Abi, functionName: 'balanceOf', args: [OTHER] })
    expect(await getSnapshot(clientOf(played.backend), { chainId: base.id, reads: [stranger] })).toMatchObject({
      status: 'unavailable',
      reason: expect.stringContaining(`Not mocked on chain 8453: balanceOf(address) (0x70a08231) at ${TOKEN}`),
    })
  })

  test('error: NothingRecordedError', () => {
    expect(() => recordBackend(original().backend).recording()).toThrow(NothingRecordedError)
  })
})
