import { encodeEventTopics } from 'viem'
import { AbortedError } from '../../errors/AbortedError.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import { collateralRouterAbi } from '../generated/collateralRouterAbi.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import { type MessageScan, sourceOf } from './MessageScan.ts'
import { oftAbi } from './messageAbi.ts'
import type * as Packet from './Packet.ts'
import { packetsIn } from './packetsIn.ts'
import { LOG_PAGE, type Log, readReceiptLogs, searchLogs } from './readLogs.ts'

/** Pages before the block in which, or up to which, a move was seen that are searched for its transaction. */
const PAGES = 20

type Options = DeadlineOptions & {
  readonly scan?: MessageScan | undefined
  /** The newest block that the source has shown: what a reorganisation took back may have been included anew since. */
  readonly head?: bigint | undefined
}

/**
 * What was said with a message, from the logs of the transaction that sent it; nothing where they do not tell. What it says is
 * as good as the node, until a hash on the destination proves it.
 */
export async function readPacket(
  chain: Ask.Chain,
  move: TrackedMove & { readonly guid: Hex },
  options: Options,
): Promise<Packet.Packet | undefined> {
  const { guid, hash, source, direct } = move
  const known =
    hash === undefined ? undefined : await quietly(() => packetIn(chain, source.endpoint, hash, guid, options))
  if (known !== undefined) return known
  if (direct !== undefined) return readPacketBefore(chain, move, guid, options)
  // Replaced by the same call, or found by its GUID alone.
  const topics = encodeEventTopics({ abi: collateralRouterAbi, eventName: 'MoveSent', args: { guid } })
  return searched(chain, { address: source.router, topics: hexes(topics) }, move, guid, options)
}

/** The packet with another nonce on the path of a move, whoever sent it. Throws nothing but `AbortedError`, as above. */
export async function readPacketBefore(
  chain: Ask.Chain,
  move: TrackedMove,
  guid: Hex,
  options: Options,
): Promise<Packet.Packet | undefined> {
  const topics = encodeEventTopics({ abi: oftAbi, eventName: 'OFTSent', args: { guid } })
  return searched(chain, { address: move.source.oft, topics: hexes(topics) }, move, guid, options)
}

/** By the logs of the blocks before; else where an indexer says. */
async function searched(
  chain: Ask.Chain,
  filter: { readonly address: Address; readonly topics: readonly Hex[] },
  { minedIn, source }: TrackedMove,
  guid: Hex,
  options: Options,
): Promise<Packet.Packet | undefined> {
  const packet = (hash: Hex) => quietly(() => packetIn(chain, source.endpoint, hash, guid, options))
  const logged = await quietly(async () => {
    if (minedIn === undefined) return undefined
    const match = ({ transactionHash }: Log) => transactionHash
    const { head = minedIn } = options
    const latest = minedIn + LOG_PAGE / 2n
    const toBlock = latest < head ? latest : head
    const { found } = await searchLogs(chain, { ...filter, toBlock, pages: PAGES, match }, options)
    return found && packet(found)
  })
  if (logged !== undefined) return logged
  const said = await sourceOf(options.scan, guid, options)
  return said === undefined || said.srcEid !== source.eid ? undefined : packet(said.hash)
}

async function packetIn(
  chain: Ask.Chain,
  endpoint: Address,
  hash: Hex,
  guid: Hex,
  options: DeadlineOptions,
): Promise<Packet.Packet | undefined> {
  const receipt = await readReceiptLogs(chain, hash, options)
  return packetsIn(receipt?.logs ?? [], endpoint).find((packet) => packet.guid === guid.toLowerCase())
}

/** What a node does not tell is nothing; that the caller stopped it is. */
async function quietly<value>(look: () => Promise<value>): Promise<value | undefined> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return undefined
  }
}

function hexes(topics: readonly unknown[]): readonly Hex[] {
  return topics.filter((topic): topic is Hex => typeof topic === 'string')
}
