import type { Address, Hex } from '../model/Hex.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import { collateralRouterAbi } from '../moves/generated/collateralRouterAbi.ts'
import * as Read from '../reads/Read.ts'

/** A move that left the chain that was read. */
export type Sent = {
  readonly guid: Hex
  readonly asset: Address
  readonly destinationEid: number
  /** Base units on the chain that was read. */
  readonly amount: bigint
  /** Seconds since 1970. */
  readonly sentAt: bigint
}

/** A move that arrived on the chain that was read. */
export type Arrived = {
  readonly guid: Hex
  readonly isParked: boolean
  readonly sourceEid: number
  readonly asset: Address
  /** The market that it was meant for; zero for what its owner sent without a router. */
  readonly market: Address
  /** Base units on the chain that was read. */
  readonly amount: bigint
  /** Seconds since 1970. */
  readonly arrivedAt: bigint
}

/** The newest entries of a list. */
export type Page<entry> = {
  readonly entries: readonly entry[]
  /** How many there ever were. */
  readonly total: bigint
  /** Whether these are all there ever were. */
  readonly isComplete: boolean
}

/** What the router of one chain knows of one owner. */
export type OwnerMoves = { readonly owner: Address; readonly sent: Page<Sent>; readonly arrived: Page<Arrived> }

/** Those that were read. */
export function known(moves: readonly ReadResult<OwnerMoves>[]): readonly OwnerMoves[] {
  return moves.flatMap((result) => (result.status === 'ok' ? [result.value] : []))
}

// Only who has moved that often pays for it, with a longer answer.
const SENT_LIMIT = 64n
// More than what leaves elsewhere: what was sent on any of several chains has to be found among the arrivals.
const ARRIVED_LIMIT = 256n

const PARKED = 2

/** Reads the newest moves of an owner, as the router of one chain knows them. */
export function read(router: Address, owner: Address): Read.Read<OwnerMoves> {
  const contract = { to: router, abi: collateralRouterAbi } as const
  const read = Read.all([
    Read.call({ ...contract, functionName: 'latestSent', args: [owner, SENT_LIMIT] }),
    Read.call({ ...contract, functionName: 'latestArrivals', args: [owner, ARRIVED_LIMIT] }),
  ])
  return Read.andThen(read, ([[sentTotal, sent], [arrivedTotal, arrived]]) => {
    if (!isPage(sentTotal, sent, SENT_LIMIT) || !isPage(arrivedTotal, arrived, ARRIVED_LIMIT)) {
      return Read.fail({ status: 'unavailable', reason: 'the lists of moves do not have the length that they state' })
    }
    const sentEntries = sent.map(
      ({ guid, asset, dstEid, amount, sentAt }): Sent => ({ guid, asset, destinationEid: dstEid, amount, sentAt }),
    )
    const arrivedEntries = arrived.map(
      ({ guid, status, srcEid, asset, market, amount, arrivedAt }): Arrived => ({
        guid,
        isParked: status === PARKED,
        sourceEid: srcEid,
        asset,
        market,
        amount,
        arrivedAt,
      }),
    )
    return Read.succeed({ owner, sent: pageOf(sentTotal, sentEntries), arrived: pageOf(arrivedTotal, arrivedEntries) })
  })
}

/** The router gives as many as there are, up to the limit: a page of another length is no page of a router. */
function isPage(total: bigint, entries: readonly unknown[], limit: bigint): boolean {
  return BigInt(entries.length) === (total < limit ? total : limit)
}

function pageOf<entry>(total: bigint, entries: readonly entry[]): Page<entry> {
  return { entries, total, isComplete: total <= BigInt(entries.length) }
}
