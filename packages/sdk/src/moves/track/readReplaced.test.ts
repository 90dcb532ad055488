import { concatHex, createClient, custom, encodeEventTopics, type Hex, numberToHex } from 'viem'
import { expect, test } from 'vitest'
import { owner } from '../../../../../test/fixtures/moves.ts'
import { oftAbi } from './messageAbi.ts'
import { readReplaced } from './readReplaced.ts'

const HASH: Hex = `0x${'ab'.repeat(32)}`
const end = (eid: number) => ({ eid, endpoint: owner, router: owner, oft: owner })
const trail = {
  purpose: 'supply',
  recipient: owner,
  assets: { source: owner, destination: owner },
  amount: 5n,
  done: {},
} as const
const move = {
  version: 1,
  id: HASH,
  owner,
  sourceChainId: 10,
  destinationChainId: 20,
  deadline: 1n,
  source: end(1),
  destination: end(2),
  direct: trail,
} as const
const handed = { step: 'send', nonce: 3n, since: 900n, isNamed: true } as const

/** What is found in the place of a sending, where the OFT has told of another one. */
function insteadOf(dstEid: number, amount: bigint) {
  const topics = encodeEventTopics({ abi: oftAbi, eventName: 'OFTSent', args: { guid: HASH, fromAddress: owner } })
  const data = concatHex([dstEid, amount, amount].map((value) => numberToHex(value, { size: 32 })))
  const log = { address: owner, topics, data, transactionHash: HASH, blockNumber: '0x385' }
  const sent = { hash: HASH, from: owner, to: owner, input: '0x12', nonce: '0x3', value: '0x0', gas: '0x1' }
  const answers: Readonly<Record<string, unknown>> = { eth_getLogs: [log], eth_getTransactionByHash: sent }
  const request = async ({ method }: { readonly method: string }) => answers[method] ?? null
  const chain = { chainId: 10, client: createClient({ transport: custom({ request }) }) }
  return readReplaced(chain, move, handed, 1_000n, {})
}

test('default: only a sending of as much to the same chain', async () => {
  expect(await insteadOf(2, 5n)).toBe(HASH)
  expect(await insteadOf(2, 6n)).toBeUndefined()
  expect(await insteadOf(3, 5n)).toBeUndefined()
})
