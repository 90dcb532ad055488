import { numberToHex } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import type { RouterDeployment } from '../../model/Route.ts'

/** The OFT of one asset on the router's chain. */
export type RouterOft = {
  readonly asset: Address
  readonly oft: Address
  readonly decimals: number
  readonly sharedDecimals: number
  /** Its counterparts, by endpoint id. */
  readonly peers: Readonly<Record<number, Address>>
}

/** A move that left, as the router lists it. */
export type SentEntry = {
  readonly owner: Address
  readonly guid: Hex
  readonly id: Hex
  readonly asset: Address
  readonly dstEid: number
  readonly nonce: bigint
  readonly amount: bigint
  readonly sentAt: bigint
}

/** By the router's `ArrivalStatus`. */
export const CREDITED = 1
export const PARKED = 2
export const CLAIMED = 3

/** A move that arrived, as the router lists it. */
export type ArrivalEntry = {
  readonly guid: Hex
  readonly owner: Address
  readonly status: number
  /** By the router's `Action`. */
  readonly action: number
  readonly srcEid: number
  readonly arrivedAt: bigint
  readonly recovery: Address
  readonly asset: Address
  readonly market: Address
  readonly marketId: Hex
  readonly amount: bigint
  readonly settleGas: bigint
}

/** What the collateral router of one chain knows. Immutable: a change gives a new one. */
export type RouterState = {
  readonly deployment: RouterDeployment
  /** Wei that LayerZero takes for a message. */
  readonly fee: bigint
  readonly remotes: readonly number[]
  readonly markets: readonly Address[]
  readonly ofts: readonly RouterOft[]
  /** Oldest first. */
  readonly sent: readonly SentEntry[]
  readonly arrivals: readonly ArrivalEntry[]
  /** Revert data with which a supply is to fail although the market would take it, by GUID. */
  readonly refusals: ReadonlyMap<Hex, Hex>
}

/** The id of a move that was never sent. */
export const NO_GUID: Hex = numberToHex(0, { size: 32 })

export function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}

export function oftOf({ ofts }: RouterState, asset: Address): RouterOft | undefined {
  return ofts.find((one) => isSame(one.asset, asset))
}

export function isMarket({ markets }: RouterState, market: Address): boolean {
  return markets.some((one) => isSame(one, market))
}

export function arrivalOf({ arrivals }: RouterState, guid: Hex): ArrivalEntry | undefined {
  return arrivals.find((one) => one.guid === guid)
}

/** The state with another entry for an arrival. */
export function withArrival(state: RouterState, arrival: ArrivalEntry): RouterState {
  const isKnown = arrivalOf(state, arrival.guid) !== undefined
  const arrivals = isKnown
    ? state.arrivals.map((one) => (one.guid === arrival.guid ? arrival : one))
    : [...state.arrivals, arrival]
  return { ...state, arrivals }
}

/** Base units that are parked of an asset. */
export function totalParked({ arrivals }: RouterState, asset: Address): bigint {
  const parked = arrivals.filter((one) => one.status === PARKED && isSame(one.asset, asset))
  return parked.reduce((sum, { amount }) => sum + amount, 0n)
}
