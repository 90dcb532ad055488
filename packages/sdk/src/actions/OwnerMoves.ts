import type { Address, Hex } from '../model/Hex.ts'
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
  /** The market that it was meant for. */
  readonly market: Address
  /** Base units on the chain that was read. */
  readonly amount: bigint
}

/** The newest entries of a list. */
export type Page<entry> = {
  readonly entries: readonly entry[]
  /** Whether these are all there ever were. */
  readonly isComplete: boolean
}

/** What the router of one chain knows of one owner. */
export type OwnerMoves = { readonly owner: Address; readonly sent: Page<Sent>; readonly arrived: Page<Arrived> }

const SENT_LIMIT = 16n
// More than what leaves elsewhere: what was sent on any of several chains has to be found among the arrivals.
const ARRIVED_LIMIT = 64n

const PARKED = 2

/** Reads the newest moves of an owner, as the router of one chain knows them. */
export function read(router: Address, owner: Address): Read.Read<OwnerMoves> {
  const contract = { to: router, abi: collateralRouterAbi } as const
  return Read.map(
    Read.all([
      Read.call({ ...contract, functionName: 'latestSent', args: [owner, SENT_LIMIT] }),
      Read.call({ ...contract, functionName: 'latestArrivals', args: [owner, ARRIVED_LIMIT] }),
    ]),
    ([[sentTotal, sent], [arrivedTotal, arrived]]) => ({
      owner,
      sent: {
        entries: sent.map(({ guid, asset, dstEid, amount, sentAt }) => ({
          guid,
          asset,
          destinationEid: dstEid,
          amount,
          sentAt,
        })),
        isComplete: sentTotal <= BigInt(sent.length),
      },
      arrived: {
        entries: arrived.map(({ guid, status, srcEid, asset, market, amount }) => ({
          guid,
          isParked: status === PARKED,
          sourceEid: srcEid,
          asset,
          market,
          amount,
        })),
        isComplete: arrivedTotal <= BigInt(arrived.length),
      },
    }),
  )
}
