import type { MarginContext } from '../adapter/MarginContext.ts'
import type { RoutedCollateral } from '../adapter/ProtocolAdapter.ts'
import type { KnownLegs } from '../model/Leg.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { MarketState, Reserve } from '../model/Market.ts'
import type { ReadPosition } from '../model/Position.ts'
import type { Quantity } from '../model/Quantity.ts'
import { issuesOf, unknown } from '../model/Quantity.ts'
import type { Route, RouteEnd, RouterDeployment } from '../model/Route.ts'
import { dollarPrices } from '../risk/dollarPrices.ts'
import type { LiquidationRule } from '../risk/LiquidationRule.ts'
import {
  AmbiguousAssetError,
  NothingToMoveError,
  OwnersDifferError,
  SameChainError,
  SamePositionError,
  UnknownAssetError,
  UnknownHealthError,
  UnknownMarketError,
  UnknownPositionError,
  UnknownRouteError,
  UnknownRouterError,
  UnroutedAssetError,
  UnroutedMarketError,
} from './PlanErrors.ts'
import { isSame, knownLegs } from './WhatIf.ts'

/** One side of a move with everything that a plan needs to know of it. */
export type MoveSide = {
  readonly position: ReadPosition
  readonly legs: KnownLegs
  readonly state: MarketState
  readonly reserve: Reserve & { readonly price: bigint }
  readonly routed: RoutedCollateral
  readonly rule: LiquidationRule
  readonly end: RouteEnd
  readonly deployment: RouterDeployment
  readonly nativePrice: Quantity
}

/** What a plan is made of: looked up, checked, and known. */
export type ResolvedMove = { readonly donor: MoveSide; readonly receiver: MoveSide; readonly route: Route }

type Context = Pick<MarginContext, 'adapters' | 'routes' | 'routers'>

/** Finds what the ids and the symbol of a wanted move stand for, and refuses what no plan can be built on. */
export function resolveMove(
  context: Context,
  parameters: {
    readonly view: MarginView
    readonly asset: string
    readonly donor: string
    readonly receiver: string
  },
): ResolvedMove {
  const { view, asset } = parameters
  if (parameters.donor === parameters.receiver) throw new SamePositionError(parameters.donor)
  const donor = known(view, parameters.donor)
  const receiver = known(view, parameters.receiver)
  if (!isSame(donor.owner, receiver.owner)) throw new OwnersDifferError(donor.owner, receiver.owner)
  const [from, to] = [donor.market.chainId, receiver.market.chainId]
  if (from === to) throw new SameChainError(from)

  const receiverState = stateOf(view, receiver)
  const donorState = stateOf(view, donor)
  const receiverReserve = reserveOf(context, receiverState, asset, from)
  const { route, source, destination } = routeOf(context, receiverReserve, from)
  const donorReserve = donorState.reserves.find((reserve) => isSame(reserve.asset.address, source.asset))
  if (donorReserve === undefined) throw new NothingToMoveError(donor.id, receiverReserve.asset.symbol)
  const giving = side(context, view, donor, donorState, donorReserve, source)
  if (giving.routed.canPull?.(donorReserve) === false) {
    throw new UnroutedAssetError(donorReserve.asset, donor.market)
  }
  return {
    route,
    donor: giving,
    receiver: side(context, view, receiver, receiverState, receiverReserve, destination),
  }
}

function known(view: MarginView, id: string): ReadPosition {
  const position = view.positions.find((candidate) => candidate.id === id)
  if (position === undefined) {
    throw new UnknownPositionError(
      id,
      view.positions.map((candidate) => candidate.id),
    )
  }
  if (position.health.status === 'unknown') throw new UnknownHealthError(id, 'health', position.health.issues)
  if (position.status === 'unread') throw new UnknownHealthError(id, 'health', position.issues)
  return position
}

function stateOf(view: MarginView, position: ReadPosition): MarketState {
  const state = view.markets.find(({ market }) => market.key === position.market.key)
  if (state === undefined) throw new UnknownMarketError(position.market.key)
  return state
}

/** The receiver's reserve that is meant: a symbol is only looked for among assets that a route can bring. */
function reserveOf(context: Context, state: MarketState, asset: string, from: number): Reserve {
  const { chainId } = state.market
  const ends = context.routes.flatMap(({ ends }) => ends).filter((end) => end.chainId === chainId)
  const movable = state.reserves.filter((reserve) => ends.some((end) => isSame(end.asset, reserve.asset.address)))
  const found = movable.filter((reserve) => reserve.asset.symbol === asset || isSame(reserve.asset.address, asset))
  const [first, second] = found
  if (first === undefined) {
    if (state.reserves.some((reserve) => reserve.asset.symbol === asset || isSame(reserve.asset.address, asset))) {
      throw new UnknownRouteError(asset, from, chainId)
    }
    throw new UnknownAssetError(
      asset,
      state.market.key,
      movable.map((reserve) => reserve.asset.symbol),
    )
  }
  if (second !== undefined) {
    throw new AmbiguousAssetError(
      asset,
      found.map((reserve) => reserve.asset.address),
    )
  }
  return first
}

function routeOf(
  context: Context,
  reserve: Reserve,
  from: number,
): { readonly route: Route; readonly source: RouteEnd; readonly destination: RouteEnd } {
  const { chainId, address, symbol } = reserve.asset
  for (const route of context.routes) {
    const destination = route.ends.find((end) => end.chainId === chainId && isSame(end.asset, address))
    const source = route.ends.find((end) => end.chainId === from)
    if (source !== undefined && destination !== undefined) return { route, source, destination }
  }
  throw new UnknownRouteError(symbol, from, chainId)
}

function side(
  context: Context,
  view: MarginView,
  position: ReadPosition,
  state: MarketState,
  reserve: Reserve,
  end: RouteEnd,
): MoveSide {
  const adapter = context.adapters.find(({ market }) => market.key === position.market.key)
  if (adapter === undefined) throw new UnknownMarketError(position.market.key)
  const rule = adapter.rules[position.rule]
  if (rule === undefined) throw new UnknownMarketError(position.market.key, position.rule)
  const { routed } = adapter
  if (routed === undefined) throw new UnroutedMarketError(adapter.market)
  const deployment = context.routers.find(({ chainId }) => chainId === end.chainId)
  if (deployment === undefined) throw new UnknownRouterError(end.chainId)
  // For the owner of the position; where the asset is held, its leg knows.
  const first = position.firstSupplies?.find(({ asset }) => isSame(asset.address, reserve.asset.address))
  const { price, liquidationThreshold, loanToValue } = first ?? reserve
  if (typeof price !== 'bigint') {
    throw new UnknownHealthError(position.id, `price of ${reserve.asset.symbol}`, issuesOf(price))
  }
  return {
    position,
    legs: knownLegs(position),
    state,
    reserve: { ...reserve, price, liquidationThreshold, loanToValue },
    routed,
    rule,
    end,
    deployment,
    nativePrice: nativePriceOf(view, deployment),
  }
}

/** The price of a chain's native coin, as one of the chain's markets prices its wrapped form. */
function nativePriceOf(view: MarginView, { chainId, wrappedNative }: RouterDeployment): Quantity {
  const states = view.markets.filter(({ market }) => market.chainId === chainId)
  const prices = dollarPrices(states, wrappedNative)
  const missing = {
    kind: 'unavailable',
    chainId,
    path: 'nativePrice',
    reason: 'no market of the view lists the wrapped native coin',
  } as const
  return prices.find((price) => typeof price === 'bigint') ?? prices[0] ?? unknown(missing)
}
