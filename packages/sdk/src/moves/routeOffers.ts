import type { MarginContext } from '../adapter/MarginContext.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { Route, RouteEnd } from '../model/Route.ts'
import * as Dust from './Dust.ts'
import type { RouteOffer } from './plan/PlanMovesParameters.ts'
import { isSame } from './WhatIf.ts'

/** What an app knows of a way besides its configuration. Amounts are base units at the source, shares and dollars WAD. */
export type RouteTerms = Pick<RouteOffer, 'messaging' | 'seconds' | 'least' | 'most' | 'fee' | 'slippage'>

/** One direction of a route. */
export type RouteWay = { readonly route: Route; readonly source: RouteEnd; readonly destination: RouteEnd }

/** Parameters of {@link routeOffers}. */
export type RouteOffersParameters = {
  /** Says how many decimals an asset has at either end. */
  readonly view: Pick<MarginView, 'markets'>
  /** The same for every way, or by way; a way without terms is not offered. */
  readonly terms: RouteTerms | ((way: RouteWay) => RouteTerms | undefined)
}

/**
 * The ways that a client's routes offer, in both directions, as `planMoves` takes them. Where no market of the view has the
 * asset of an end, nothing could be given or got there, and the way is left out. Pure: what a message costs and how long it takes
 * is what the app says; `getMoveQuote` gives both live for one move (`costs.messagingFee`), and its messaging fee pays for the
 * supply at the other end, which `planMoves` counts as gas of that chain too: take one out of the other.
 *
 * @example
 * import { type MarginClient, type MarginView, planMoves, routeOffers, Wad } from '@unimargin/sdk'
 *
 * export function planFor(client: MarginClient, view: MarginView) {
 *   const dollar = Wad.WAD
 *   const chain = { withdraw: dollar / 10n, supply: dollar / 10n, repay: dollar / 10n, send: dollar / 5n }
 *   return planMoves(client, {
 *     view,
 *     targets: Wad.fromDecimal('1.5'),
 *     routes: routeOffers(client, {
 *       view,
 *       terms: ({ source }) => ({ messaging: dollar / 2n, seconds: source.chainId === 1 ? 900n : 120n }),
 *     }),
 *     costs: { chains: Object.fromEntries(client.chains.map(({ id }) => [id, chain])) },
 *   })
 * }
 */
export function routeOffers(
  { routes }: Pick<MarginContext, 'routes'>,
  { view, terms }: RouteOffersParameters,
): readonly RouteOffer[] {
  return routes.flatMap((route) =>
    route.ends.flatMap((source) =>
      route.ends.flatMap((destination): readonly RouteOffer[] => {
        if (source.chainId === destination.chainId) return []
        const from = placeOf(view, source)
        const to = placeOf(view, destination)
        if (from === undefined || to === undefined) return []
        const own = typeof terms === 'function' ? terms({ route, source, destination }) : terms
        if (own === undefined) return []
        // What one message can carry.
        const most = Dust.MOST_UNITS * Dust.unitOf(route, from.decimals)
        return [
          {
            ...own,
            key: route.key,
            source: from,
            destination: to,
            sharedDecimals: route.sharedDecimals,
            most: own.most !== undefined && own.most < most ? own.most : most,
          },
        ]
      }),
    ),
  )
}

function placeOf(
  { markets }: Pick<MarginView, 'markets'>,
  { chainId, asset }: RouteEnd,
): RouteOffer['source'] | undefined {
  const found = markets
    .filter(({ market }) => market.chainId === chainId)
    .flatMap(({ reserves }) => reserves)
    .find((reserve) => isSame(reserve.asset.address, asset))
  return found && { chainId, asset: found.asset.address, decimals: found.asset.decimals }
}
