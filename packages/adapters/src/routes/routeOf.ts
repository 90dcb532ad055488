import type { Address, Route, RouteEnd, RouteVerifier, StargateEnd } from '@unimargin/sdk'
import * as verifiers from './verifiers.ts'

/** An entry of the book of routes: an end for each chain that the route stands on, by the chain's name. */
export type BookedRoute = {
  readonly kind: 'oft' | 'stargate'
  readonly key: string
  readonly sharedDecimals: number
  readonly [chain: string]: string | number | BookedEnd
}

/** One end of a booked route. */
export type BookedEnd = {
  readonly chainId: number
  readonly asset: Address
  readonly oft: Address
  readonly messaging?: Address
}

/** Parameters of {@link routeOf}. */
export type RouteOfParameters = {
  /** Only the ends on these chains; all of them unless told. */
  readonly chainIds?: readonly number[] | undefined
}

/**
 * A route of the book, as a client takes it, with the verifiers that stand on its chains. The book is a list of addresses and no
 * recommendation: whether a route can be trusted is what `gradeRoute` reads on chain, and a route is refused there whose
 * addresses here are not, or no longer, right.
 *
 * @example
 * import { routeOf, stargateUsdc, usdt0 } from '@unimargin/adapters/routes'
 * import { arbitrum, optimism } from 'viem/chains'
 *
 * const chainIds = [arbitrum.id, optimism.id]
 * const routes = [routeOf(stargateUsdc, { chainIds }), routeOf(usdt0, { chainIds })]
 */
export function routeOf(entry: BookedRoute, { chainIds }: RouteOfParameters = {}): Route {
  const isWanted = ({ chainId }: { readonly chainId: number }) => chainIds === undefined || chainIds.includes(chainId)
  const ends = Object.values(entry).filter(isEnd).filter(isWanted)
  const { kind, key, sharedDecimals } = entry
  const facts = { key, sharedDecimals, verifiers: verifiersOf(ends.map(({ chainId }) => chainId)) }
  if (kind === 'oft')
    return { kind, ...facts, ends: ends.map(({ chainId, asset, oft }): RouteEnd => ({ chainId, asset, oft })) }
  const throughStargate = ends.flatMap(({ chainId, asset, oft, messaging }): readonly StargateEnd[] =>
    messaging === undefined ? [] : [{ chainId, asset, oft, messaging }],
  )
  return { kind, ...facts, ends: throughStargate }
}

/** Those who stand on two of the chains at least: on one alone nobody can verify between them. */
function verifiersOf(chainIds: readonly number[]): readonly RouteVerifier[] {
  return Object.values(verifiers).flatMap(({ name, ...places }) => {
    const contracts = Object.values(places).filter(({ chainId }) => chainIds.includes(chainId))
    return contracts.length < 2 ? [] : [{ name, contracts }]
  })
}

function isEnd(value: string | number | BookedEnd): value is BookedEnd {
  return typeof value === 'object'
}
