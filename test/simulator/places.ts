import type { Address, DirectMove, Hex, MoveIntent, Route, RouterDeployment } from '@unimargin/sdk'
import { getAddress, numberToHex, padHex, zeroAddress, zeroHash } from 'viem'

/** Who and what there is in the modelled world: the same for every seed, so that a seed is only what happens. */

const at = (tail: number): Address => getAddress(padHex(numberToHex(tail), { size: 20 }))

export const SOURCE = 10
export const DESTINATION = 20
export const EIDS = { [SOURCE]: 30_010, [DESTINATION]: 30_020 } as const
export const endpoint = at(0xe0)
export const router = at(0xf0)
export const asset = at(0xa5)
export const library = at(0x11b)
/** Whom an owner calls who moves without a router, on either chain. */
export const market = at(0xaa)
export const verifiers = [at(0xd1), at(0xd2)] as const
export const owner = at(0x0123)
export const stranger = at(0x0777)

/** How a message travels: the contracts between which it goes, and those that hold the tokens. */
export type Way = {
  readonly kind: Route['kind']
  /** Whether the owner sends without a router, and nothing is run where it arrives. */
  readonly isDirect: boolean
  readonly sender: Address
  readonly receiver: Address
  readonly here: Address
  readonly there: Address
}
const [oftHere, oftThere, poolHere, poolThere] = [at(0x0f1), at(0x0f2), at(0x0b1), at(0x0b2)]
export const ways = {
  oft: { kind: 'oft', isDirect: false, sender: oftHere, receiver: oftThere, here: oftHere, there: oftThere },
  stargate: {
    kind: 'stargate',
    isDirect: false,
    sender: at(0x0c1),
    receiver: at(0x0c2),
    here: poolHere,
    there: poolThere,
  },
} as const satisfies Record<string, Way>

export function routeOf({ kind, sender, receiver, here, there }: Way): Route {
  const ends = [
    { chainId: SOURCE, asset, oft: here, messaging: sender },
    { chainId: DESTINATION, asset, oft: there, messaging: receiver },
  ]
  return { kind, key: kind, sharedDecimals: 6, ends }
}

export const routers: readonly RouterDeployment[] = [SOURCE, DESTINATION].map((chainId) => ({
  chainId,
  eid: chainId === SOURCE ? EIDS[SOURCE] : EIDS[DESTINATION],
  endpoint,
  router,
  wrappedNative: asset,
}))

/** The asset has two decimals more than the messages carry. */
export const SCALE = 100n
export const AMOUNT = 1_500_000n * SCALE
export const ID: Hex = `0x${'7e'.repeat(32)}`
export const START = 1_700_000_000n

/** The one move that this is about. */
export function intentOf({ here, there }: Way, deadline: bigint): MoveIntent {
  return {
    version: 1,
    id: ID,
    owner,
    sourceChainId: SOURCE,
    destinationChainId: DESTINATION,
    deadline,
    source: { eid: EIDS[SOURCE], endpoint, router, oft: here },
    destination: { eid: EIDS[DESTINATION], endpoint, router, oft: there },
    value: 10n ** 15n,
    authorization: { kind: 'erc20', token: asset, amount: AMOUNT },
    move: {
      id: ID,
      market,
      marketId: zeroHash,
      asset,
      amount: AMOUNT,
      minAmount: AMOUNT,
      minHealthFactor: 10n ** 18n,
      dstEid: EIDS[DESTINATION],
      action: 'supply',
      dstMarket: at(0xab),
      dstMarketId: zeroHash,
      recovery: owner,
      deadline,
      deliveryGas: 100_000n,
      settleGas: 700_000n,
    },
  }
}

/** The same without a router, of which nothing was handed to a wallet yet. */
export function directOf(way: Way, deadline: bigint): DirectMove {
  const { move: _, value: __, authorization: ___, ...tracked } = intentOf(way, deadline)
  return {
    ...tracked,
    source: { ...tracked.source, router: zeroAddress },
    destination: { ...tracked.destination, router: zeroAddress },
    direct: {
      purpose: 'supply',
      recipient: owner,
      assets: { source: asset, destination: asset },
      amount: AMOUNT,
      done: {},
    },
  }
}
