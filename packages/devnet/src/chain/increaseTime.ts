import { numberToHex } from 'viem'
import * as Node from './Node.ts'

/** Mines a block on each chain, all at the same time: `seconds` after the newest block of any of them. */
export async function increaseTime(nodes: readonly Node.Node[], seconds: number): Promise<void> {
  const times = await Promise.all(nodes.map(Node.latestTimestamp))
  const newest = times.sort((a, b) => (a < b ? -1 : 1)).at(-1) ?? 0n
  const next = numberToHex(newest + BigInt(seconds))
  await Promise.all(
    nodes.map(async (node) => {
      await Node.request(node, 'evm_setNextBlockTimestamp', [next])
      await Node.request(node, 'evm_mine')
    }),
  )
}
