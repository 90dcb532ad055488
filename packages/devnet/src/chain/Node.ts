import { type Address, numberToHex } from 'viem'
import { createQueue, type Queue } from './createQueue.ts'
import * as Rpc from './Rpc.ts'

/** A local chain as the devnet's own code talks to it. */
export type Node = {
  readonly chainId: number
  readonly rpcUrl: string
  /** Whoever switches automining off must be alone. */
  readonly mining: Queue
  /** One borrowed identity at a time: giving it back must not take it from another task. */
  readonly borrowing: Queue
  /** Who may send without a key for good. */
  readonly permanent: Set<string>
}

export function create({ chainId, rpcUrl }: Pick<Node, 'chainId' | 'rpcUrl'>): Node {
  return { chainId, rpcUrl, mining: createQueue(), borrowing: createQueue(), permanent: new Set() }
}

export function request(node: Node, method: string, params: readonly unknown[] = []): Promise<unknown> {
  return Rpc.request(node.rpcUrl, method, params)
}

const ENOUGH_FOR_GAS = 10n ** 19n
const RICH = '0x33b2e3c9fd0803ce8000000'

/** Lets an address send transactions without a key, and gives it native coins for that. */
export async function impersonate(node: Node, address: Address): Promise<void> {
  await request(node, 'anvil_impersonateAccount', [address])
  await makeRich(node, address)
  node.permanent.add(address.toLowerCase())
}

/** Gives an address more native coins than anybody needs. */
export async function makeRich(node: Node, address: Address): Promise<void> {
  await request(node, 'anvil_setBalance', [address, RICH])
}

/** Time of the newest block, in seconds. */
export async function latestTimestamp(node: Node): Promise<bigint> {
  const block = (await request(node, 'eth_getBlockByNumber', ['latest', false])) as { readonly timestamp: string }
  return BigInt(block.timestamp)
}

/** Runs a task while an address may send without a key. Its coins stay its own, unless it has too few for gas. */
export function asOwner<value>(node: Node, owner: Address, task: () => Promise<value>): Promise<value> {
  if (node.permanent.has(owner.toLowerCase())) return task()
  return node.borrowing(async () => {
    await request(node, 'anvil_impersonateAccount', [owner])
    const balance = BigInt(String(await request(node, 'eth_getBalance', [owner, 'latest'])))
    if (balance < ENOUGH_FOR_GAS) await request(node, 'anvil_setBalance', [owner, numberToHex(ENOUGH_FOR_GAS)])
    try {
      return await task()
    } finally {
      await request(node, 'anvil_stopImpersonatingAccount', [owner])
    }
  })
}
