import type { Address, Hex } from 'viem'
import * as Node from '../chain/Node.ts'
import type { DeployedChain } from '../deploy/deployChains.ts'
import { DevnetRpcError } from '../errors/DevnetRpcError.ts'
import { readEndpointEvents } from './EndpointEvents.ts'
import * as MessageBook from './MessageBook.ts'

/** Keeps a book of messages by reading the blocks of every chain. */
export type Follower = {
  /** What has been read so far. */
  readonly book: () => MessageBook.MessageBook
  /** Reads what is new. A chain that does not answer is left out, until it does. */
  readonly follow: () => Promise<void>
  /** Forgets everything: the next time, chains are read from their first block. */
  readonly restart: () => void
}

export function createFollower(chains: readonly DeployedChain[]): Follower {
  const executors = new Set(chains.map(({ layerZero }) => layerZero.executor.address.toLowerCase()))
  const isOurExecutor = (address: Address): boolean => executors.has(address.toLowerCase())
  let book = MessageBook.create()
  let readUpTo = new Map<DeployedChain, bigint>()

  const restart = (): void => {
    book = MessageBook.create()
    readUpTo = new Map()
  }

  const follow = async (): Promise<void> => {
    for (const chain of chains) {
      const head = await headOf(chain)
      const last = readUpTo.get(chain) ?? -1n
      if (head === undefined || head === last) continue
      // Somebody else took the chain back: what was read may not have happened.
      if (head < last) {
        restart()
        return follow()
      }
      MessageBook.write(book, await readEndpointEvents(chain, { from: last + 1n, to: head }), isOurExecutor)
      readUpTo.set(chain, head)
    }
  }

  return { book: () => book, follow, restart }
}

async function headOf({ node }: DeployedChain): Promise<bigint | undefined> {
  try {
    return BigInt((await Node.request(node, 'eth_blockNumber')) as Hex)
  } catch (error) {
    if (error instanceof DevnetRpcError) return undefined
    throw error
  }
}
