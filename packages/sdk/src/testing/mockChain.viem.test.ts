import { setupServer } from 'msw/node'
import {
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  erc20Abi,
  HttpRequestError,
  http,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { base } from 'viem/chains'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Address } from '../model/Hex.ts'
import { mockContract } from './chain/mockContract.ts'
import * as Faults from './faults/Faults.ts'
import { mockChain } from './mockChain.ts'

// What an app does with viem that the kit's own reads do not.

const TOKEN: Address = '0x1111111111111111111111111111111111111111'
const read = { address: TOKEN, abi: erc20Abi } as const
const server = setupServer()
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const token = mockContract(erc20Abi, {
  name: () => {
    throw new TypeError('a slip in the mock')
  },
  decimals: () => 6,
})

function stage() {
  const chain = mockChain({ chain: base, contracts: { [TOKEN]: token } })
  server.use(...chain.handlers)
  const direct = createPublicClient({ chain: base, transport: chain.transport, pollingInterval: 5, cacheTime: 0 })
  const batching = createPublicClient({ chain: base, transport: http(undefined, { batch: true, retryCount: 0 }) })
  return { chain, direct, batching }
}

/** Whether viem says that the contract reverted. */
async function isRevert(reading: Promise<unknown>): Promise<boolean> {
  const error = await reading.catch((cause: unknown) => cause)
  if (!(error instanceof BaseError)) throw new TypeError('it was answered')
  return error.walk((cause) => cause instanceof ContractFunctionRevertedError) !== null
}

describe('viem on a mocked chain', () => {
  test.each([Faults.httpStatus(), Faults.rateLimit(), Faults.htmlPage(), Faults.notAnObject(), Faults.emptyBody()])(
    'behavior: $kind is no revert, also without msw',
    async (fault) => {
      const { chain, direct } = stage()
      chain.break(fault)
      const reading = direct.readContract({ ...read, functionName: 'decimals' })
      expect(await isRevert(reading)).toBe(false)
      await expect(direct.getChainId()).rejects.toBeInstanceOf(HttpRequestError)
    },
  )

  test('behavior: a slip in a mock is no revert, and spoils no other call of its batch', async () => {
    const { direct, batching } = stage()
    for (const client of [direct, batching]) {
      const name = client.readContract({ ...read, functionName: 'name' })
      const decimals = client.readContract({ ...read, functionName: 'decimals' })
      await expect(name).rejects.toThrow('a slip in the mock')
      expect(await isRevert(name)).toBe(false)
      expect(await decimals).toBe(6)
    }
  })

  test('behavior: a chain is walked back by parent hashes, further than it was made', async () => {
    const { direct } = stage()
    let block = await direct.getBlock()
    for (let back = 1n; back <= 3n; back += 1n) {
      block = await direct.getBlock({ blockHash: block.parentHash })
      expect(block.number).toBe(1_000_000n - back)
    }
    await expect(direct.getBlock({ blockHash: `0x${'12'.repeat(32)}` })).rejects.toThrow('could not be found')
  })

  test('behavior: events are watched without filters, as most nodes have none', async () => {
    const { chain, direct } = stage()
    const failures: Error[] = []
    const heads: bigint[] = []
    const onError = (error: Error) => failures.push(error)
    const stops = [
      direct.watchContractEvent({ ...read, eventName: 'Transfer', onLogs: () => {}, onError }),
      direct.watchBlocks({ onBlock: ({ number }) => heads.push(number), emitMissed: true, emitOnBegin: true, onError }),
    ]
    await expect.poll(() => heads.length).toBeGreaterThan(0)
    chain.mine(3)
    await expect.poll(() => heads.at(-1)).toBe(1_000_003n)
    for (const stop of stops) stop()
    expect(heads).toEqual([1_000_000n, 1_000_001n, 1_000_002n, 1_000_003n])
    expect(failures).toEqual([])
    expect(chain.unmocked).toEqual([])
  })

  test('error: UnmockedCallError for what no mocked chain can run', async () => {
    const { chain, direct } = stage()
    const address = TOKEN
    const call = { ...read, functionName: 'decimals' } as const
    await expect(direct.call({ data: '0x6000' })).rejects.toThrow('without `to`')
    await expect(direct.readContract({ ...call, stateOverride: [{ address, balance: 1n }] })).rejects.toThrow(
      'Set the state of the chain instead',
    )
    const account = privateKeyToAccount(`0x${'11'.repeat(32)}`)
    const wallet = createWalletClient({ account, chain: base, transport: chain.transport })
    const transfer = { ...read, functionName: 'transfer', args: [address, 0n], gas: 100_000n } as const
    await expect(wallet.writeContract(transfer)).rejects.toThrow('transfer(address,uint256) (0xa9059cbb)')
    // viem says `false` of a signature that it could not check: the chain says why.
    expect(await direct.verifyMessage({ address, message: 'hello', signature: '0x1234' })).toBe(false)
    expect(chain.unmocked).toHaveLength(2)
  })
})
