import type { Address } from 'viem'
import { createQueue, type Queue } from './createQueue.ts'
import * as Rpc from './Rpc.ts'

/** A local chain as the devnet's own code talks to it. */
export type Node = {
  readonly chainId: number
  readonly rpcUrl: string
  /** Whoever switches automining off must be alone. */
  readonly mining: Queue
}

export function create({ chainId, rpcUrl }: Pick<Node, 'chainId' | 'rpcUrl'>): Node {
  return { chainId, rpcUrl, mining: createQueue() }
}

export function request(node: Node, method: string, params: readonly unknown[] = []): Promise<unknown> {
  return Rpc.request(node.rpcUrl, method, params)
}

const RICH = '0x33b2e3c9fd0803ce8000000'

/** Lets an address send transactions without a key, and gives it native coins for that. */
export async function impersonate(node: Node, address: Address): Promise<void> {
  await request(node, 'anvil_impersonateAccount', [address])
  await request(node, 'anvil_setBalance', [address, RICH])
}

/** Time of the newest block, in seconds. */
export async function latestTimestamp(node: Node): Promise<bigint> {
  const block = (await request(node, 'eth_getBlockByNumber', ['latest', false])) as { readonly timestamp: string }
  return BigInt(block.timestamp)
}
