import type { Hex } from '@unimargin/sdk'
import { numberToHex } from 'viem'

/** A chain as a tree of blocks: what a reorganisation takes back stays reachable, as it does for nodes that missed it. */
export type Block<state> = {
  readonly parent: Block<state> | undefined
  readonly number: bigint
  readonly timestamp: bigint
  readonly state: state
  readonly transactions: readonly Mined[]
}

export type Log = { readonly address: Hex; readonly topics: readonly Hex[]; readonly data: Hex }

export type Mined = {
  readonly hash: Hex
  readonly from: Hex
  readonly to: Hex
  readonly nonce: bigint
  readonly input: Hex
  readonly isReverted: boolean
  readonly logs: readonly Log[]
}

export type Chain<state> = { readonly chainId: number; head: Block<state>; forks: Block<state>[] }

export function create<state>(chainId: number, state: state, timestamp: bigint): Chain<state> {
  const genesis = { parent: undefined, number: 100n, timestamp, state, transactions: [] }
  return { chainId, head: genesis, forks: [] }
}

export function append<state>(
  chain: Chain<state>,
  seconds: bigint,
  state: state,
  transactions: readonly Mined[] = [],
): void {
  const { head } = chain
  const [number, timestamp] = [head.number + 1n, head.timestamp + seconds]
  chain.head = { parent: head, number, timestamp, state, transactions }
}

/** The block so many before one. */
export function before<state>(tip: Block<state>, count: number): Block<state> {
  let block = tip
  for (let step = 0; step < count && block.parent !== undefined; step += 1) block = block.parent
  return block
}

/** Takes back so many blocks; gives them, the oldest first. Another block has to follow in their place. */
export function rewind<state>(chain: Chain<state>, depth: number): readonly Block<state>[] {
  const tip = chain.head
  const gone: Block<state>[] = []
  for (let block: Block<state> | undefined = tip; block?.parent !== undefined && gone.length < depth; ) {
    gone.unshift(block)
    block = block.parent
  }
  chain.head = before(tip, gone.length)
  if (gone.length > 0) chain.forks.push(tip)
  return gone
}

/** The block with a number on the way to a tip. */
export function blockAt<state>(tip: Block<state>, number: bigint): Block<state> | undefined {
  let block: Block<state> | undefined = tip
  while (block !== undefined && block.number > number) block = block.parent
  return block?.number === number ? block : undefined
}

/** Whether a block is on the way to a tip. */
export function holds<state>(tip: Block<state>, block: Block<state>): boolean {
  return blockAt(tip, block.number) === block
}

/** A transaction that is included on the way to a tip. */
export function find<state>(
  tip: Block<state>,
  hash: Hex,
): { readonly mined: Mined; readonly block: Block<state> } | undefined {
  for (let block: Block<state> | undefined = tip; block !== undefined; block = block.parent) {
    const mined = block.transactions.find((one) => one.hash === hash)
    if (mined !== undefined) return { mined, block }
  }
  return undefined
}

/** The transaction that said something of a message. */
export function findSaid<state>(tip: Block<state>, guid: Hex): Hex | undefined {
  for (let block: Block<state> | undefined = tip; block !== undefined; block = block.parent) {
    const mined = block.transactions.find(({ logs }) => logs.some(({ topics }) => topics[1] === guid))
    if (mined !== undefined) return mined.hash
  }
  return undefined
}

export function hex(value: bigint | number): Hex {
  return numberToHex(value)
}
