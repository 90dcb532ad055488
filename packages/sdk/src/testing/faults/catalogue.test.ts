import { encodeFunctionData, erc20Abi, multicall3Abi, parseAbi } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { base } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import type { Address, Hex } from '../../model/Hex.ts'
import { MULTICALL3 } from '../../reads/requestCalls.ts'
import { mockContract } from '../chain/mockContract.ts'
import { mockChain } from '../mockChain.ts'
import type { RpcRequest } from '../rpc/RpcBackend.ts'
import type { WireReply } from '../rpc/Wire.ts'
import * as Faults from './Faults.ts'

const TOKEN: Address = '0x1111111111111111111111111111111111111111'
const ALICE = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const BOB: Address = '0x2222222222222222222222222222222222222222'
const TRANSFER: Hex = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'

const headAbi = parseAbi([
  'function getChainId() view returns (uint256)',
  'function getBlockNumber() view returns (uint256)',
  'function getCurrentBlockTimestamp() view returns (uint256)',
  'function arbBlockNumber() view returns (uint256)',
])
const ARB_SYS: Address = '0x0000000000000000000000000000000000000064'
const balanceOf = (owner: Address) => encodeFunctionData({ abi: erc20Abi, functionName: 'balanceOf', args: [owner] })

const joined = encodeFunctionData({
  abi: multicall3Abi,
  functionName: 'aggregate3',
  args: [
    [
      ...(['getChainId', 'getBlockNumber', 'getCurrentBlockTimestamp'] as const).map((functionName) => ({
        target: MULTICALL3,
        allowFailure: true,
        callData: encodeFunctionData({ abi: headAbi, functionName }),
      })),
      {
        target: ARB_SYS,
        allowFailure: true,
        callData: encodeFunctionData({ abi: headAbi, functionName: 'arbBlockNumber' }),
      },
      ...[ALICE.address, BOB].map((owner) => ({ target: TOKEN, allowFailure: true, callData: balanceOf(owner) })),
    ],
  ],
})

/** A small chain with a token, a transaction with logs, and two nodes: the second one stays honest. */
function stage() {
  const chain = mockChain({
    chain: base,
    nodes: ['https://broken.example/v2/canary-key'],
    block: { number: 10_000n, timestamp: 1_700_000_000n },
    balances: { [ALICE.address]: 7n },
    parts: [
      {
        key: 'token',
        contracts: () => ({
          [ARB_SYS]: mockContract(headAbi, { arbBlockNumber: (_args, _call, at) => at.number }),
          [TOKEN]: mockContract(erc20Abi, { balanceOf: ([owner]) => (owner === BOB ? 300n : 20n) }),
        }),
        execute: () => ({
          logs: [1, 2, 3].map((data) => ({ address: TOKEN, topics: [TRANSFER], data: `0x0${data}` })),
        }),
      },
    ],
  })
  const hash = chain.include({ to: TOKEN, from: BOB, data: balanceOf(BOB), value: 0n })
  const [node] = chain.nodes
  if (node === undefined) throw new TypeError('the chain has no node')
  return { chain, node, hash }
}

/** What a reader asks, by method; `logged` is a transaction of the chain with logs. */
async function samples(hash: Hex, blockHash: Hex): Promise<Readonly<Record<string, readonly RpcRequest[]>>> {
  const call = { to: MULTICALL3, data: joined }
  const unsigned = { chainId: base.id, to: TOKEN, data: balanceOf(BOB), nonce: 0, gas: 200_000n, maxFeePerGas: 1n }
  const raw = await ALICE.signTransaction(unsigned)
  const of = (method: string, ...list: readonly (readonly unknown[])[]) =>
    [method, list.map((params) => ({ method, params }))] as const
  return Object.fromEntries([
    of('eth_chainId', []),
    of('eth_blockNumber', []),
    of(
      'eth_call',
      [call, 'latest'],
      [call, { blockHash, requireCanonical: true }],
      [{ to: TOKEN, data: balanceOf(BOB) }, 'latest'],
    ),
    of('eth_getBlockByNumber', ['latest', false]),
    of('eth_getBlockByHash', [blockHash, false]),
    of('eth_getBalance', [ALICE.address, 'latest']),
    of('eth_getCode', [TOKEN, 'latest']),
    of('eth_estimateGas', [call]),
    of('eth_gasPrice', []),
    of('eth_maxPriorityFeePerGas', []),
    of('eth_feeHistory', ['0x2', 'latest', []]),
    of('eth_getLogs', [{ fromBlock: '0x0', toBlock: 'latest' }]),
    of('eth_getTransactionReceipt', [hash]),
    of('eth_sendRawTransaction', [raw]),
  ])
}

/** What a node answers at first, and again after its chain went on and an account changed; alone and in a batch. */
async function repliesOf(method: string, entry?: Faults.FaultEntry, seed = 0): Promise<readonly WireReply[]> {
  const { chain, node, hash } = stage()
  if (entry !== undefined) node.break(entry.make(seed))
  const asked = await samples(hash, chain.block.hash)
  const requests = asked[method] ?? []
  const ask = async () => {
    const bodies = requests.map((request) => ({ jsonrpc: '2.0', id: 1, ...request }))
    const batch = [...requests, ...(asked.eth_chainId ?? [])].map((request, id) => ({ jsonrpc: '2.0', id, ...request }))
    const replies: WireReply[] = []
    for (const body of [...bodies, batch]) replies.push(await node.reply(JSON.stringify(body)))
    return replies
  }
  const before = await ask()
  chain.mine(3)
  chain.setBalance(ALICE.address, 9n)
  return [...before, ...(await ask())]
}

const METHODS = Object.keys(await samples(TRANSFER, TRANSFER))
const honest = new Map(await Promise.all(METHODS.map(async (method) => [method, await repliesOf(method)] as const)))

describe('catalogue', () => {
  test('default: more than forty kinds, each with a name and a sentence of its own', () => {
    const { catalogue } = Faults
    expect(catalogue.length).toBeGreaterThanOrEqual(40)
    expect(new Set(catalogue.map(({ kind }) => kind)).size).toBe(catalogue.length)
    expect(new Set(catalogue.map(({ about }) => about)).size).toBe(catalogue.length)
    for (const { kind, about, make } of catalogue) {
      expect(make(1).kind).toBe(kind)
      expect(kind).toMatch(/^[a-z]+(-[a-z0-9]+)*$/)
      expect(about).toMatch(/^[A-Z0-9].*\.$/)
    }
  })

  test.each(Faults.catalogue)('behavior: $kind changes what a node says to each of its methods', async (entry) => {
    for (const method of entry.methods ?? METHODS) {
      const replies = [0, 1, 2].map((seed) => repliesOf(method, entry, seed))
      for (const broken of await Promise.all(replies))
        expect([method, broken]).not.toEqual([method, honest.get(method)])
    }
  })

  test.each(Faults.catalogue)('behavior: $kind does the same for the same seed', async (entry) => {
    const [method = 'eth_call'] = entry.methods ?? []
    expect(await repliesOf(method, entry, 5)).toEqual(await repliesOf(method, entry, 5))
  })

  test.each(Faults.catalogue.filter(({ methods }) => methods?.includes('eth_chainId') === false))(
    'behavior: $kind leaves what it is not made for as it is',
    async (entry) => {
      expect(await repliesOf('eth_chainId', entry)).toEqual(honest.get('eth_chainId'))
    },
  )
})
