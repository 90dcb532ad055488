import { concat, keccak256, numberToHex, stringToHex } from 'viem'
import type { Hex } from '../../model/Hex.ts'
import type { MockBlock, MockLog, MockTransaction } from './MockPart.ts'
import { InvalidBlockCountError } from './MockSetupErrors.ts'
import type { WorldState } from './WorldState.ts'

/** A transaction in a block, and what it did. */
export type Inclusion = {
  readonly transaction: MockTransaction
  readonly status: 'success' | 'reverted'
  readonly logs: readonly MockLog[]
  readonly gasUsed: bigint
}

/** A block, the state that it left, and what was in it. */
export type SealedBlock = {
  readonly block: MockBlock
  readonly state: WorldState
  readonly inclusions: readonly Inclusion[]
}

/** The blocks of one chain. It starts with one; those before it are there as well, with the same state. */
export type Ledger = {
  readonly head: SealedBlock
  /** The header of the block that would come next. */
  readonly next: (seconds?: bigint) => MockBlock
  readonly append: (sealed: SealedBlock) => void
  readonly reorg: (depth: number) => void
  readonly byNumber: (number: bigint) => SealedBlock | undefined
  readonly byHash: (hash: Hex) => { readonly sealed: SealedBlock; readonly isCanonical: boolean } | undefined
  /** The canonical block of a transaction. */
  readonly byTransaction: (hash: Hex) => { readonly sealed: SealedBlock; readonly index: number } | undefined
  /** Canonical blocks with transactions, oldest first. */
  readonly withTransactions: (from: bigint, to: bigint) => readonly SealedBlock[]
}

/** Makes a ledger of one block. Hashes are made of parent, number and fork alone: the same steps give the same hashes. */
export function createLedger({
  origin,
  state,
  blockTime,
  before = [],
}: {
  readonly origin: Omit<MockBlock, 'hash' | 'parentHash'> & Partial<Pick<MockBlock, 'hash' | 'parentHash'>>
  readonly state: WorldState
  readonly blockTime: bigint
  /** Blocks before the first that a recording knows. */
  readonly before?: readonly MockBlock[]
}): Ledger {
  const { chainId } = origin
  let fork = 0n
  const seed = (number: bigint) => keccak256(stringToHex(`unimargin mock ${chainId} ${number}`))
  const first: SealedBlock = {
    block: {
      ...origin,
      hash: origin.hash ?? seed(origin.number),
      parentHash: origin.parentHash ?? seed(origin.number - 1n),
    },
    state,
    inclusions: [],
  }
  // Canonical blocks, oldest first; every block that ever was, by hash.
  const blocks: SealedBlock[] = [first]
  const known = new Map<Hex, SealedBlock>([[first.block.hash, first]])
  const transactions = new Map<Hex, SealedBlock>()
  const oldest = () => blocks[0] ?? first
  const head = () => blocks[blocks.length - 1] ?? first
  const recorded = new Map(before.map((block) => [block.number, block]))

  const headerAfter = (parent: MockBlock, timestamp: bigint): MockBlock => {
    const number = parent.number + 1n
    const hash = keccak256(concat([parent.hash, numberToHex(number, { size: 32 }), numberToHex(fork, { size: 32 })]))
    return { chainId, number, hash, parentHash: parent.hash, timestamp }
  }

  /** A block before the oldest one: nobody knows what was in it, so it has the oldest one's state. */
  const ancestor = (number: bigint): SealedBlock => {
    const { block } = oldest()
    const age = (block.number - number) * blockTime
    const headerAt = (at: bigint) => (at === block.number ? block : recorded.get(at))
    const hashOf = (at: bigint) => headerAt(at)?.hash ?? headerAt(at + 1n)?.parentHash ?? seed(at)
    const timestamp = block.timestamp > age ? block.timestamp - age : 0n
    const made: MockBlock = { chainId, number, hash: hashOf(number), parentHash: hashOf(number - 1n), timestamp }
    const header = recorded.get(number) ?? made
    const sealed: SealedBlock = known.get(header.hash) ?? { block: header, state: oldest().state, inclusions: [] }
    known.set(header.hash, sealed)
    return sealed
  }

  const byNumber = (number: bigint): SealedBlock | undefined => {
    if (number < 0n || number > head().block.number) return undefined
    const index = number - oldest().block.number
    return index < 0n ? ancestor(number) : blocks[Number(index)]
  }

  for (const number of recorded.keys()) ancestor(number)

  const childOf = (hash: Hex): SealedBlock | undefined =>
    [...known.values()].find(({ block }) => block.parentHash === hash)

  const append = (sealed: SealedBlock): void => {
    blocks.push(sealed)
    known.set(sealed.block.hash, sealed)
    for (const { transaction } of sealed.inclusions) transactions.set(transaction.hash, sealed)
  }

  return {
    get head() {
      return head()
    },
    next: (seconds = blockTime) => headerAfter(head().block, head().block.timestamp + seconds),
    append,
    byNumber,
    reorg: (depth) => {
      const most = head().block.number
      if (!Number.isSafeInteger(depth) || depth < 1 || BigInt(depth) > most) {
        throw new InvalidBlockCountError({ count: depth, most })
      }
      // The block that the fork grows from has to be there, too.
      while (blocks.length <= depth) blocks.unshift(ancestor(oldest().block.number - 1n))
      const orphans = blocks.splice(blocks.length - depth, depth)
      for (const { inclusions } of orphans) {
        for (const { transaction } of inclusions) transactions.delete(transaction.hash)
      }
      fork += 1n
      const kept = head()
      for (const { block } of orphans) {
        append({ block: headerAfter(head().block, block.timestamp), state: kept.state, inclusions: [] })
      }
      append({
        block: headerAfter(head().block, head().block.timestamp + blockTime),
        state: kept.state,
        inclusions: [],
      })
    },
    byHash: (hash) => {
      // A parent from before the first block, whose hash is known by its child alone: it was never asked for by number.
      const child = known.has(hash) ? undefined : childOf(hash)
      const sealed = child === undefined ? known.get(hash) : byNumber(child.block.number - 1n)
      if (sealed === undefined) return undefined
      return { sealed, isCanonical: byNumber(sealed.block.number)?.block.hash === hash }
    },
    byTransaction: (hash) => {
      const sealed = transactions.get(hash)
      if (sealed === undefined) return undefined
      return { sealed, index: sealed.inclusions.findIndex(({ transaction }) => transaction.hash === hash) }
    },
    withTransactions: (from, to) =>
      blocks.filter(({ block, inclusions }) => inclusions.length > 0 && block.number >= from && block.number <= to),
  }
}
