import { setupServer } from 'msw/node'
import {
  createPublicClient,
  createWalletClient,
  decodeFunctionData,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionData,
  erc20Abi,
  http,
  parseAbi,
  parseEventLogs,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { base } from 'viem/chains'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Address, Hex } from '../../model/Hex.ts'
import type { MockPart } from '../chain/MockPart.ts'
import { MockRevert } from '../chain/MockRevert.ts'
import { mockContract } from '../chain/mockContract.ts'
import { type MockChainParameters, mockChain } from '../mockChain.ts'

const abi = parseAbi([
  'function total() view returns (uint256)',
  'function add(uint256 amount) payable returns (uint256)',
  'event Added(address indexed who, uint256 amount)',
  'error TooMuch(uint256 most)',
])
const COUNTER: Address = '0x00000000000000000000000000000000000000c0'
const OTHER: Address = '0x00000000000000000000000000000000000000c1'
const STRANGER: Address = '0x00000000000000000000000000000000000000ee'
const account = privateKeyToAccount(`0x${'11'.repeat(32)}`)

/** Counts what is added; more than ten at once is too much. */
function counter(total: bigint, address: Address = COUNTER): MockPart {
  return {
    key: `counter:${address}`,
    contracts: () => ({ [address]: mockContract(abi, { total: () => total }) }),
    execute: ({ data, from }) => {
      const { functionName, args } = decodeFunctionData({ abi, data })
      if (functionName !== 'add') return undefined
      const [amount] = args
      if (amount > 10n) throw MockRevert.error(abi, 'TooMuch', [10n])
      const topics = encodeEventTopics({ abi, eventName: 'Added', args: { who: from } }) as Hex[]
      const word = encodeAbiParameters([{ type: 'uint256' }], [amount])
      return { parts: [counter(total + amount, address)], logs: [{ address, topics, data: word }], returnData: word }
    },
  }
}

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

function stage(parameters: Partial<MockChainParameters> = {}) {
  const chain = mockChain({
    chain: base,
    block: { number: 100n, timestamp: 1_700_000_000n },
    parts: [counter(1n)],
    balances: { [account.address]: 1_000n },
    ...parameters,
  })
  server.use(...chain.handlers)
  const transport = http(undefined, { retryCount: 0 })
  const client = createPublicClient({ chain: base, transport, pollingInterval: 5 })
  const wallet = createWalletClient({ chain: base, transport, account })
  const total = (blockNumber?: bigint) =>
    client.readContract({ address: COUNTER, abi, functionName: 'total', ...(blockNumber ? { blockNumber } : {}) })
  const add = (amount: bigint, value = 0n) =>
    wallet.writeContract({ address: COUNTER, abi, functionName: 'add', args: [amount], value, gas: 500_000n })
  return { chain, client, wallet, total, add }
}

describe('createBackend', () => {
  test('default: a signed transaction gets a block, a receipt and logs', async () => {
    const { chain, client, total, add } = stage()
    const hash = await add(3n, 40n)
    const receipt = await client.waitForTransactionReceipt({ hash })
    expect(receipt).toMatchObject({
      status: 'success',
      blockNumber: 101n,
      blockHash: chain.block.hash,
      from: account.address.toLowerCase(),
      to: COUNTER,
    })
    expect(parseEventLogs({ abi, logs: receipt.logs })).toMatchObject([
      { eventName: 'Added', args: { who: account.address, amount: 3n }, logIndex: 0 },
    ])
    expect([await total(100n), await total(101n), await total()]).toEqual([1n, 4n, 4n])
    expect(await client.getBalance({ address: account.address })).toBe(960n)
    expect(await client.getBalance({ address: COUNTER })).toBe(40n)
    expect(await client.getTransactionCount({ address: account.address })).toBe(1)
    expect(await client.getTransaction({ hash })).toMatchObject({ hash, nonce: 0, value: 40n, blockNumber: 101n })
    expect((await client.getBlock({ includeTransactions: true })).transactions).toMatchObject([{ hash }])
  })

  test('behavior: a reorg takes a transaction back, and it can be sent once more', async () => {
    const { chain, client, total, add } = stage()
    const hash = await add(3n)
    chain.reorg(1)
    await expect(client.getTransactionReceipt({ hash })).rejects.toThrow('could not be found')
    expect(await total()).toBe(1n)
    expect(await add(3n)).toBe(hash)
    expect(await client.getTransactionReceipt({ hash })).toMatchObject({ blockNumber: 103n, status: 'success' })
  })

  test('behavior: a transaction that reverts is included, changes nothing and keeps what it sent along', async () => {
    const { client, total, add } = stage()
    const receipt = await client.getTransactionReceipt({ hash: await add(11n, 5n) })
    expect(receipt).toMatchObject({ status: 'reverted', logs: [] })
    expect(await total()).toBe(1n)
    expect(await client.getBalance({ address: account.address })).toBe(1_000n)
    expect(await client.getTransactionCount({ address: account.address })).toBe(1)
  })

  test('behavior: a call and an estimate try a transaction and keep nothing of it', async () => {
    const { chain, client, total } = stage()
    const request = { address: COUNTER, abi, functionName: 'add', account } as const
    expect((await client.simulateContract({ ...request, args: [3n] })).result).toBe(3n)
    expect(await client.estimateContractGas({ ...request, args: [3n] })).toBeGreaterThan(21_000n)
    await expect(client.simulateContract({ ...request, args: [11n] })).rejects.toThrow('TooMuch(uint256 most)')
    await expect(client.estimateContractGas({ ...request, args: [11n] })).rejects.toThrow('TooMuch(uint256 most)')
    expect(await total()).toBe(1n)
    expect(chain.block.number).toBe(100n)
  })

  test('behavior: an account of the node needs no key', async () => {
    const { client } = stage()
    const wallet = createWalletClient({ chain: base, transport: http(), account: STRANGER })
    const hash = await wallet.writeContract({ address: COUNTER, abi, functionName: 'add', args: [2n] })
    expect(await client.getTransactionReceipt({ hash })).toMatchObject({ status: 'success', from: STRANGER })
  })

  test('behavior: a transfer to an account needs no contract', async () => {
    const { client, wallet } = stage()
    const hash = await wallet.sendTransaction({ to: STRANGER, value: 7n })
    expect(await client.getTransactionReceipt({ hash })).toMatchObject({ status: 'success', gasUsed: 21_000n })
    expect(await client.getBalance({ address: STRANGER })).toBe(7n)
  })

  test.each([
    ['a nonce too high', { nonce: 5 }, 'nonce too high: next nonce 0, tx nonce 5'],
    ['more than there is', { value: 1_001n, nonce: 0 }, 'insufficient funds for gas * price + value'],
    ['too little gas', { gas: 20_999n, nonce: 0 }, 'intrinsic gas too low'],
    ['another chain', { chainId: 1, nonce: 0 }, 'invalid chain id for signer: have 1 want 8453'],
  ])('behavior: refuses %s', async (_, changes, words) => {
    const { chain } = stage()
    const raw = await account.signTransaction({
      to: STRANGER,
      gas: 21_000n,
      maxFeePerGas: 1n,
      type: 'eip1559',
      chainId: base.id,
      ...changes,
    })
    expect(await chain.backend({ method: 'eth_sendRawTransaction', params: [raw] })).toEqual({
      status: 'error',
      code: -32_000,
      message: expect.stringContaining(words),
    })
  })

  test('behavior: refuses what was sent before, and bytes that are no transaction', async () => {
    const { chain, add } = stage()
    await add(1n)
    const send = (raw: Hex) => chain.backend({ method: 'eth_sendRawTransaction', params: [raw] })
    const type = { type: 'eip1559', chainId: base.id, maxFeePerGas: 1n, gas: 90_000n } as const
    const raw = await account.signTransaction({ ...type, to: STRANGER, nonce: 1 })
    expect(await send(raw)).toMatchObject({ status: 'result' })
    expect(await send(raw)).toMatchObject({ message: 'already known' })
    const other = await privateKeyToAccount(generatePrivateKey()).signTransaction({ ...type, to: STRANGER, nonce: 0 })
    expect(await send(other)).toMatchObject({ status: 'result' })
    expect(await send('0x02c0')).toMatchObject({ status: 'error', code: -32_000 })
    const creation = await account.signTransaction({ ...type, data: '0x60', nonce: 2 })
    expect(await send(creation)).toMatchObject({ message: expect.stringContaining('create no contracts') })
  })

  test('behavior: finds logs by range, block, address and topics', async () => {
    const { chain, client, add } = stage({ parts: [counter(1n), counter(1n, OTHER)] })
    await add(1n)
    const data = encodeFunctionData({ abi, functionName: 'add', args: [2n] })
    const hash = chain.include({ to: OTHER, from: STRANGER, data, value: 0n })
    chain.mine(3)
    const event = abi[2]
    const find = async (filter: object) =>
      (await client.getLogs({ event, fromBlock: 0n, ...filter })).map(({ args }) => args.amount)
    expect(await find({})).toEqual([1n, 2n])
    expect(await find({ fromBlock: 102n })).toEqual([2n])
    expect(await find({ toBlock: 101n })).toEqual([1n])
    expect(await find({ address: OTHER })).toEqual([2n])
    expect(await find({ address: [OTHER, COUNTER] })).toEqual([1n, 2n])
    expect(await find({ args: { who: account.address } })).toEqual([1n])
    expect(await find({ args: { who: [account.address, STRANGER] } })).toEqual([1n, 2n])
    const { blockHash } = await client.getTransactionReceipt({ hash })
    expect(await find({ fromBlock: undefined, blockHash })).toEqual([2n])
    chain.reorg(4)
    expect(await find({})).toEqual([1n])
    await expect(find({ fromBlock: undefined, blockHash })).rejects.toThrow('unknown block')
    await expect(find({ fromBlock: 102n, toBlock: 101n })).rejects.toThrow('invalid block range params')
  })

  test('behavior: names blocks as nodes do, and refuses those that are not there', async () => {
    const { chain } = stage()
    const { hash } = chain.block
    chain.mine(100)
    const ask = async (method: string, block: unknown) =>
      chain.backend({
        method,
        params: method === 'eth_call' ? [{ to: COUNTER, data: '0x2ddbd13a' }, block] : [block, false],
      })
    const number = async (tag: unknown) => {
      const answer = await ask('eth_getBlockByNumber', tag)
      const found = answer.status === 'result' ? answer.result : undefined
      return typeof found === 'object' && found !== null && 'number' in found ? found.number : found
    }
    expect(await Promise.all(['latest', 'pending', 'safe', 'finalized', 'earliest', '0xc9'].map(number))).toEqual([
      '0xc8',
      '0xc8',
      '0xa8',
      '0x88',
      '0x0',
      null,
    ])
    for (const block of ['earliest', '0x10', { blockNumber: '0x64' }, { blockHash: hash }, undefined]) {
      expect(await ask('eth_call', block)).toMatchObject({ status: 'result' })
    }
    const unknown: Hex = `0x${'ab'.repeat(32)}`
    expect(await ask('eth_call', '0xc9')).toMatchObject({ code: -32_000, message: 'header not found' })
    expect(await ask('eth_call', { blockHash: unknown })).toMatchObject({ code: -32_000, message: 'header not found' })
    expect(await ask('eth_getBlockByHash', unknown)).toEqual({ status: 'result', result: null })
    const { hash: orphan } = chain.block
    chain.reorg(1)
    const reference = { blockHash: orphan, requireCanonical: true }
    expect(await ask('eth_call', reference)).toMatchObject({
      code: -32_000,
      message: 'hash is not currently canonical',
    })
    expect(await ask('eth_call', 'newest')).toMatchObject({ code: -32_602 })
    expect(await ask('eth_call', { blockHash: orphan, blockNumber: '0x1' })).toMatchObject({ code: -32_602 })
  })

  test('behavior: prices gas and estimates fees', async () => {
    const { client } = stage()
    expect(await client.getGasPrice()).toBe(101_000_000n)
    expect(await client.estimateFeesPerGas()).toEqual({ maxFeePerGas: 121_000_000n, maxPriorityFeePerGas: 1_000_000n })
    expect(await client.getFeeHistory({ blockCount: 3, rewardPercentiles: [50] })).toMatchObject({
      oldestBlock: 98n,
      baseFeePerGas: [100_000_000n, 100_000_000n, 100_000_000n, 100_000_000n],
      reward: [[1_000_000n], [1_000_000n], [1_000_000n]],
    })
  })

  test('behavior: code is where a contract is mocked', async () => {
    const { chain, client } = stage({ codeless: [STRANGER] })
    expect(await client.getCode({ address: COUNTER })).toBe('0xfe')
    expect(await client.getCode({ address: STRANGER })).toBeUndefined()
    expect((await client.call({ to: STRANGER, data: '0x12345678' })).data).toBeUndefined()
    chain.setContract(COUNTER, undefined)
    expect(await client.getCode({ address: COUNTER })).toBeUndefined()
    expect((await client.call({ to: COUNTER, data: '0x2ddbd13a' })).data).toBeUndefined()
    expect(await client.getCode({ address: COUNTER, blockNumber: 100n })).toBe('0xfe')
    chain.setContract(COUNTER, mockContract(abi, { total: () => 77n }))
    expect(await client.readContract({ address: COUNTER, abi, functionName: 'total' })).toBe(77n)
  })

  test('behavior: a batch is answered in its order', async () => {
    const { chain } = stage()
    const client = createPublicClient({ chain: base, transport: http(undefined, { batch: true, retryCount: 0 }) })
    const answers = await Promise.all([client.getChainId(), client.getBlockNumber(), client.getGasPrice()])
    expect(answers).toEqual([base.id, 100n, 101_000_000n])
    expect(chain.nodes[0]?.requests.map(({ calls }) => calls.length)).toEqual([3])
  })

  test('behavior: methods of a test come first, and may revert', async () => {
    const { client } = stage({
      methods: {
        eth_gasPrice: async () => '0x7',
        eth_getProof: () => {
          throw MockRevert.because('no')
        },
      },
    })
    expect(await client.getGasPrice()).toBe(7n)
    await expect(client.getProof({ address: COUNTER, storageKeys: [] })).rejects.toMatchObject({ code: 3 })
  })

  test('error: UnmockedCallError for a method, a function and storage', async () => {
    const { chain, client } = stage({
      contracts: { [OTHER]: mockContract(erc20Abi, { decimals: () => 6 }) },
    })
    await expect(client.getStorageAt({ address: COUNTER, slot: '0x0' })).rejects.toThrow('eth_getStorageAt')
    await expect(client.readContract({ address: OTHER, abi: erc20Abi, functionName: 'symbol' })).rejects.toThrow(
      'symbol()',
    )
    await expect(client.call({ to: OTHER, data: '0x12345678' })).rejects.toThrow('0x12345678')
    const stateOverride = [{ address: OTHER, balance: 1n }]
    await expect(client.call({ to: OTHER, data: '0x313ce567', stateOverride })).rejects.toThrow('overrides no state')
    expect(chain.unmocked.map((words) => words.split('\n')[0])).toEqual([
      'Not mocked on chain 8453: eth_getStorageAt.',
      `Not mocked on chain 8453: symbol() (0x95d89b41) at ${OTHER}.`,
      `Not mocked on chain 8453: 0x12345678 at ${OTHER}.`,
    ])
  })
})
