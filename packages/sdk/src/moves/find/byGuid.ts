import { encodeEventTopics } from 'viem'
import type { MarginContext } from '../../adapter/MarginContext.ts'
import { AbortedError } from '../../errors/AbortedError.ts'
import { isUnimarginError } from '../../errors/BaseError.ts'
import type { Block } from '../../model/Block.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import { findBlockAt } from '../../reads/findBlockAt.ts'
import { type DeadlineOptions, withDeadline } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import { endpointsOf } from '../direct/endpointsOf.ts'
import { collateralRouterAbi as abi } from '../generated/collateralRouterAbi.ts'
import * as RouterReads from '../RouterReads.ts'
import { type MessageScan, sourceOf } from '../track/MessageScan.ts'
import { oftAbi } from '../track/messageAbi.ts'
import { LOG_PAGE, type Log, searchLogs } from '../track/readLogs.ts'
import { isSame } from '../WhatIf.ts'
import { MoveNotFoundError } from './FindErrors.ts'
import { type FoundMove, type FoundRouted, hasRouter, oftsAt, type Place, placeAt } from './FoundMove.ts'
import { inTransaction } from './inTransaction.ts'

export type ByGuid = DeadlineOptions & {
  readonly guid: Hex
  readonly chainId?: number | undefined
  readonly owner?: Address | undefined
  readonly scan?: MessageScan | undefined
  readonly blocks?: bigint | undefined
}

type Found = { readonly place: Place; readonly found: FoundMove }

/** How a sending is told: the GUID comes first in either. */
const EVENTS = [
  encodeEventTopics({ abi, eventName: 'MoveSent' })[0],
  encodeEventTopics({ abi: oftAbi, eventName: 'OFTSent' })[0],
].filter((topic) => topic !== undefined)

/** Moves of an owner that are looked at: the newest first, then as many as there are, up to a limit. */
const [NEWEST, MOST] = [50n, 2_000n] as const

/**
 * Finds where a message was sent: where an indexer says, in what the routers have stored, and in what they said lately.
 *
 * @throws MoveNotFoundError, UnknownChainError, UnknownRouterError, AbortedError
 */
export async function byGuid(client: MarginContext, parameters: ByGuid): Promise<Found> {
  const { guid, chainId, owner, scan } = parameters
  const places = endpointsOf(client).map(({ chainId }) => placeAt(client, chainId))
  const sources = chainId === undefined ? places : [placeAt(client, chainId)]
  const unread = new Set<number>()

  const hint = await sourceOf(scan, guid, parameters)
  const hinted = sources.find(({ deployment }) => deployment.eid === hint?.srcEid)
  if (hint !== undefined && hinted !== undefined) {
    const found = await quietly(() => inTransaction(hinted, { hash: hint.hash, guid }, parameters))
    if (found !== undefined) return { place: hinted, found }
  }

  // What arrived says whose it was, and where from.
  const arrivals = await Promise.all(
    places.filter(hasRouter).map((place) => arrivalAt(place, guid, parameters, unread)),
  )
  const clues = [
    ...arrivals.flatMap((arrival) => (arrival === undefined ? [] : [arrival])),
    ...(owner === undefined
      ? []
      : sources.filter(hasRouter).map(({ deployment }) => ({ owner, srcEid: deployment.eid }))),
  ]
  for (const clue of clues) {
    const place = sources.find(({ deployment }) => deployment.eid === clue.srcEid)
    const found = place === undefined ? undefined : await inRecords(place, guid, clue.owner, parameters, unread)
    if (place !== undefined && found !== undefined) return { place, found }
  }

  const said = await Promise.all(sources.map((place) => inLogs(place, guid, parameters, unread)))
  const index = said.findIndex((found) => found !== undefined)
  const [place, found] = [sources[index], said[index]]
  if (place !== undefined && found !== undefined) return { place, found }
  const searched = sources.map(({ chain }) => chain.chainId).filter((id) => !unread.has(id))
  throw new MoveNotFoundError(guid, searched, [...unread])
}

async function arrivalAt({ chain, deployment }: Place, guid: Hex, options: DeadlineOptions, unread: Set<number>) {
  const look = async () => {
    const { results } = await Ask.snapshot(chain, [RouterReads.arrival(deployment.router, guid)], options)
    const { status, owner, srcEid } = Ask.answerOf(chain, 'arrival', results[0])
    return status === 0 ? undefined : { owner, srcEid }
  }
  return quietly(look, () => unread.add(chain.chainId))
}

/** By the router's own list of what an owner has sent. */
async function inRecords(
  place: Place,
  guid: Hex,
  owner: Address,
  options: ByGuid,
  unread: Set<number>,
): Promise<FoundMove | undefined> {
  const { chain, deployment } = place
  const listed = async (limit: bigint) => {
    const { block, results } = await Ask.snapshot(
      chain,
      [RouterReads.latestSent(deployment.router, owner, limit)],
      options,
    )
    const [total, sent] = Ask.answerOf(chain, 'latestSent', results[0])
    return { block, total, entry: sent.find((one) => isSame(one.guid, guid)) }
  }
  const look = async () => {
    const newest = await listed(NEWEST)
    const { block, entry } = newest.entry === undefined && newest.total > NEWEST ? await listed(MOST) : newest
    if (entry === undefined) return undefined
    const { id, asset, dstEid, sentAt } = entry
    const stored = { guid, id, owner, asset, dstEid }
    // Its block and its transaction help to see it through; without them it is found all the same.
    return (await quietly(() => inBlockAt(place, stored, block, sentAt, options))) ?? stored
  }
  return quietly(look, () => unread.add(chain.chainId))
}

async function inBlockAt(
  place: Place,
  stored: FoundRouted & { readonly guid: Hex },
  head: Block,
  time: bigint,
  options: DeadlineOptions,
): Promise<FoundMove | undefined> {
  const { chain } = place
  const found = await withDeadline(
    (signal) =>
      head.timestamp > time
        ? findBlockAt(chain.client, { head, time, signal })
        : Promise.resolve({ status: 'ok', value: head.number } as const),
    options,
  )
  if (found.status !== 'ok') return undefined
  const [{ guid }, toBlock] = [stored, found.value]
  const said = await quietly(() => saidIn(place, guid, { toBlock, pages: 1 }, options))
  return said ?? { ...stored, minedIn: toBlock }
}

/** By what a router or an OFT said in the newest blocks. */
async function inLogs(place: Place, guid: Hex, options: ByGuid, unread: Set<number>): Promise<FoundMove | undefined> {
  const { blocks = LOG_PAGE } = options
  const look = async () => {
    const { block } = await Ask.snapshot(place.chain, [], options)
    const pages = Number((blocks + LOG_PAGE - 1n) / LOG_PAGE)
    return saidIn(place, guid, { toBlock: block.number, pages }, options)
  }
  return quietly(look, () => unread.add(place.chain.chainId))
}

async function saidIn(
  place: Place,
  guid: Hex,
  range: { readonly toBlock: bigint; readonly pages: number },
  options: DeadlineOptions,
): Promise<FoundMove | undefined> {
  const { chain, deployment } = place
  const speakers = [...(hasRouter(place) ? [deployment.router] : []), ...oftsAt(place).map(({ oft }) => oft)]
  if (speakers.length === 0) return undefined
  const topics = [EVENTS, guid]
  const match = (log: Log) => (log.topics[1]?.toLowerCase() === guid.toLowerCase() ? log.transactionHash : undefined)
  const { found } = await searchLogs(chain, { address: speakers, topics, ...range, match }, options)
  return found && inTransaction(place, { hash: found, guid }, options)
}

/** What did not work out is nothing; that the caller stopped it is. */
async function quietly<value>(
  look: () => Promise<value>,
  otherwise: () => void = () => {},
): Promise<value | undefined> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof AbortedError || !isUnimarginError(error)) throw error
    otherwise()
    return undefined
  }
}
