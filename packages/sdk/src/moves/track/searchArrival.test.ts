import { createClient, custom, hexToBigInt, numberToHex, pad } from 'viem'
import { describe, expect, test } from 'vitest'
import { owner } from '../../../../../test/fixtures/moves.ts'
import type { Hex } from '../../model/Hex.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import { readReceived } from './readDirect.ts'
import { searchArrival } from './searchArrival.ts'

const HASH: Hex = `0x${'ab'.repeat(32)}`
const GUID: Hex = `0x${'9a'.repeat(32)}`
const TOPIC: Hex = '0xefed6d3500546b29533b128a29e3a94d70788727f0507505ac12eaf2e578fd9c'
const SENT_AT = 1_700_000_000n
/** Four blocks a second; it began a week before. */
const HEAD = { chainId: 20, number: 8_000_000n, timestamp: SENT_AT + 1_000_000n }
const timeOf = (number: bigint) => HEAD.timestamp - (HEAD.number - number) / 4n
const SENDING = HEAD.number - 4_000_000n

const end = { eid: 1, endpoint: owner, router: owner, oft: owner }
const move = {
  version: 1,
  id: HASH,
  owner,
  sourceChainId: 10,
  destinationChainId: 20,
  deadline: SENT_AT,
  source: end,
  destination: end,
  hash: HASH,
  guid: GUID,
  // Seen long after it was mined.
  minedIn: 9_000n,
} as const satisfies TrackedMove

type Node = (method: string, params: readonly unknown[]) => unknown

function chainOf(chainId: number, answer: Node) {
  const request = async ({ method, params }: { method: string; params?: unknown }) =>
    answer(method, Array.isArray(params) ? params : [])
  return { chainId, client: createClient({ transport: custom({ request }, { retryCount: 0 }) }) }
}

/** Two chains: one where the move was mined in block 100, and one whose OFT has paid it out in a block. */
function chains(paidIn: bigint | undefined, isSourceDead = false) {
  const pages: (readonly [bigint, bigint])[] = []
  const source = chainOf(10, (method, params) => {
    if (isSourceDead) throw new TypeError('dead')
    if (method === 'eth_getTransactionReceipt') return { transactionHash: HASH, blockNumber: '0x64', logs: [] }
    expect([method, params[0]]).toEqual(['eth_getBlockByNumber', '0x64'])
    return { number: '0x64', timestamp: numberToHex(SENT_AT) }
  })
  const destination = chainOf(20, (method, [first]) => {
    if (method === 'eth_getBlockByNumber') {
      const number = hexToBigInt(first as Hex)
      return { number: first, timestamp: numberToHex(timeOf(number)) }
    }
    expect(method).toBe('eth_getLogs')
    const { fromBlock, toBlock } = first as { fromBlock: Hex; toBlock: Hex }
    const [from, to] = [hexToBigInt(fromBlock), hexToBigInt(toBlock)]
    expect(to - from).toBeLessThan(10_000n)
    pages.push([from, to])
    if (paidIn === undefined || paidIn < from || paidIn > to) return []
    const data = `0x${pad('0x1', { size: 32 }).slice(2)}${pad('0x5', { size: 32 }).slice(2)}`
    return [{ address: owner, topics: [TOPIC, GUID, pad(owner)], data, transactionHash: HASH }]
  })
  return { source, destination, pages }
}

const trail = {
  purpose: 'supply',
  receiver: 'a',
  recipient: owner,
  assets: { source: owner, destination: owner },
  amount: 5n,
  done: {},
} as const

describe('searchArrival', () => {
  const search = { address: owner, topics: [TOPIC], match: () => true as const }

  test('default', async () => {
    const { pages, ...both } = chains(SENDING + 500n)
    expect(await searchArrival(both, move, HEAD, search, {})).toEqual({ found: true })
    expect(pages).toHaveLength(1)
  })

  test.each([
    ['before its sending by the clock of the other chain', SENDING - 4_000n, 1],
    ['half a day after', SENDING + 180_000n, 19],
    ['a moment ago', HEAD.number - 5n, 21],
  ])('behavior: finds what was paid out %s', async (_, paidIn, asked) => {
    const { pages, ...both } = chains(paidIn)
    expect(await searchArrival(both, move, HEAD, search, {})).toEqual({ found: true })
    expect(pages).toHaveLength(asked)
  })

  test('behavior: where nobody tells when it was sent, it is looked for from the head backwards', async () => {
    const { pages, ...both } = chains(HEAD.number - 15_000n, true)
    expect(await searchArrival(both, move, HEAD, search, {})).toEqual({ found: true })
    expect(pages).toHaveLength(2)
  })

  test('behavior: names the blocks that do not have it', async () => {
    const { pages, ...both } = chains(undefined)
    const { looked } = { looked: '', ...(await searchArrival(both, move, HEAD, search, {})) }
    const [first] = pages[0] ?? []
    expect(looked).toBe(`${first} to ${(first ?? 0n) + 199_999n} and ${HEAD.number - 199_999n} to ${HEAD.number}`)
    expect(pages).toHaveLength(40)
  })

  test('behavior: no block is asked for twice while the sending is not long ago', async () => {
    const { pages, ...both } = chains(undefined)
    const head = { ...HEAD, number: SENDING + 4_000n, timestamp: SENT_AT + 1_000n }
    await searchArrival(both, move, head, search, {})
    expect(pages).toHaveLength(2)
  })
})

describe('readReceived', () => {
  test('default: days after it was paid out', async () => {
    const { pages, ...both } = chains(SENDING + 500n)
    expect(await readReceived(both, move, trail, HEAD, {})).toEqual({ status: 'ok', value: 5n })
    expect(pages).toHaveLength(1)
  })

  test('behavior: what was seen once is not looked for again', async () => {
    const { pages, ...both } = chains(undefined)
    const received = { amount: 5n, block: HEAD.number }
    expect(await readReceived(both, move, { ...trail, received }, HEAD, {})).toEqual({ status: 'ok', value: 5n })
    expect(pages).toEqual([])
  })

  test('behavior: blocks older than those that showed it have to show it themselves', async () => {
    const { pages, ...both } = chains(undefined)
    const received = { amount: 5n, block: HEAD.number + 1n }
    expect(await readReceived(both, move, { ...trail, received }, HEAD, {})).toMatchObject({
      status: 'unavailable',
      reason: expect.stringContaining('ask a node of chain 20 that keeps old logs'),
    })
    expect(pages.length).toBeGreaterThan(0)
  })
})
