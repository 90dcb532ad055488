import { type RouteOffer, Wad } from '@unimargin/sdk'

/** What becomes of an amount on a route. */

const { WAD } = Wad

/** Base units that a route tells apart. */
export function unitAt({ sharedDecimals }: RouteOffer, decimals: number): bigint {
  return 10n ** BigInt(Math.max(0, decimals - (sharedDecimals ?? decimals)))
}

/** What of an amount arrives in the worst case, in whole units of the route. */
export function arrivesAtMost(offer: RouteOffer, amount: bigint): bigint {
  const { source, destination, fee = 0n, slippage = 0n } = offer
  const exact =
    (amount * (WAD - fee) * (WAD - slippage) * 10n ** BigInt(destination.decimals)) /
    (WAD * WAD * 10n ** BigInt(source.decimals))
  return exact - (exact % unitAt(offer, destination.decimals))
}
