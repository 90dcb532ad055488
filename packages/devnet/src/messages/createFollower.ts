import type { Address, Hex } from 'viem'
import * as Node from '../chain/Node.ts'
import type { DeployedChain } from '../deploy/deployChains.ts'
import { DevnetRpcError } from '../errors/DevnetRpcError.ts'
import { type EndpointEvent, readEndpointEvents } from './EndpointEvents.ts'
import { isComposeSender } from './isComposeSender.ts'
import * as MessageBook from './MessageBook.ts'
import type { Packet } from './Packet.ts'

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
  /** What receivers said of those who queued composes. */
  let composers = new Map<string, boolean>()
  const isComposer = (packet: Packet, from: Address): boolean => composers.get(claimKey(packet, from)) === true
  let book = MessageBook.create()
  let readUpTo = new Map<DeployedChain, bigint>()

  const restart = (): void => {
    book = MessageBook.create()
    composers = new Map()
    readUpTo = new Map()
  }

  const ask = async (events: readonly EndpointEvent[]): Promise<void> => {
    for (const { packet, from } of MessageBook.claims(book, events)) {
      const key = claimKey(packet, from)
      const destination = chains.find(({ spec }) => spec.eid === packet.dstEid)
      if (destination === undefined || composers.has(key)) continue
      composers.set(key, await isComposeSender(destination, packet, from))
    }
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
      const events = await readEndpointEvents(chain, { from: last + 1n, to: head })
      await ask(events)
      MessageBook.write(book, events, { isOurExecutor, isComposer })
      readUpTo.set(chain, head)
    }
  }

  return { book: () => book, follow, restart }
}

function claimKey({ guid }: Packet, from: Address): string {
  return `${guid}:${from}`.toLowerCase()
}

async function headOf({ node }: DeployedChain): Promise<bigint | undefined> {
  try {
    return BigInt((await Node.request(node, 'eth_blockNumber')) as Hex)
  } catch (error) {
    if (error instanceof DevnetRpcError) return undefined
    throw error
  }
}
