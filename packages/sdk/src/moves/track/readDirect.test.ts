import { createClient, custom, decodeFunctionData, erc20Abi, multicall3Abi } from 'viem'
import { describe, expect, test } from 'vitest'
import { owner } from '../../../../../test/fixtures/moves.ts'
import type { Hex } from '../../model/Hex.ts'
import { readWallet, withdrawalOf } from './readDirect.ts'

const HASH: Hex = `0x${'ab'.repeat(32)}`
const end = { eid: 1, endpoint: owner, router: owner, oft: owner }
const chain = { chainId: 10, client: createClient({ transport: custom({ request: async () => null }) }) }
const trail = {
  purpose: 'supply',
  receiver: 'a',
  recipient: owner,
  assets: { source: owner, destination: owner },
  amount: 5n,
  done: { withdraw: HASH },
} as const
const move = {
  version: 1,
  id: HASH,
  owner,
  sourceChainId: 10,
  destinationChainId: 20,
  deadline: 1n,
  source: end,
  destination: end,
} as const

describe('readWallet', () => {
  test('default: tokens', () => {
    const [{ data } = { data: '0x' as const }] = readWallet(chain, move, trail).calls
    expect(decodeFunctionData({ abi: erc20Abi, data })).toEqual({ functionName: 'balanceOf', args: [owner] })
  })

  test('behavior: coins, once they were unwrapped for a pool', () => {
    const unwrapped = { ...trail, done: { ...trail.done, unwrap: HASH } }
    const [{ data } = { data: '0x' as const }] = readWallet(chain, move, unwrapped).calls
    expect(decodeFunctionData({ abi: multicall3Abi, data })).toEqual({ functionName: 'getEthBalance', args: [owner] })
  })
})

describe('withdrawalOf', () => {
  const included = { status: 'success', blockNumber: 1n } as const
  const dead = { status: 'unavailable', reason: 'nobody answers' } as const

  test.each([
    [true, 5n, included],
    [false, 4n, included],
    [false, 5n, { status: 'none' }],
    [false, 5n, { status: 'reverted', reason: 'no' }],
    [false, 4n, dead],
  ] as const)('default: %s (%#)', (value, held, receipt) => {
    expect(withdrawalOf(trail, { status: 'ok', value: held }, receipt)).toEqual({ status: 'ok', value })
  })

  test('behavior: what was not read is not known, and what was not begun is not asked', () => {
    expect(withdrawalOf(trail, { status: 'ok', value: 5n }, dead)).toEqual(dead)
    expect(withdrawalOf(trail, dead, included)).toEqual(dead)
    expect(withdrawalOf({ ...trail, done: {} }, { status: 'ok', value: 5n }, included)).toBeUndefined()
    // A sending may have taken it on: what was withdrawn does not look as if it never was.
    const gone = { ...trail, handed: { step: 'send', nonce: 1n, since: 1n } } as const
    expect(withdrawalOf(gone, { status: 'ok', value: 0n }, included)).toEqual({ status: 'ok', value: true })
  })
})
