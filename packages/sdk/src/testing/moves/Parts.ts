import type { Address } from '../../model/Hex.ts'
import { isMockMarket, type MockMarket, type MockSpending } from '../chain/MockMarket.ts'
import type { MockBlock, MockPart, MockState } from '../chain/MockPart.ts'
import type { EndpointState } from './EndpointState.ts'
import { isSame, type RouterState } from './RouterState.ts'

/** The parts of a chain that a move meets: changes give a new state, as everywhere in the kit. */

export type EndpointPart = MockPart & {
  readonly endpoint: EndpointState
  readonly withEndpoint: (endpoint: EndpointState) => EndpointPart
}
export type RouterPart = MockPart & {
  readonly router: RouterState
  readonly withRouter: (router: RouterState) => RouterPart
}

export const endpointKey = (chainId: number): string => `layerzero:${chainId}`
export const routerKey = (chainId: number): string => `router:${chainId}`

export function endpointIn(state: MockState, chainId: number): EndpointState | undefined {
  return endpointPartIn(state, chainId)?.endpoint
}

export function routerIn(state: MockState, chainId: number): RouterState | undefined {
  return routerPartIn(state, chainId)?.router
}

export function withEndpoint(state: MockState, endpoint: EndpointState): MockState {
  const part = endpointPartIn(state, endpoint.chainId)
  return part === undefined ? state : withPart(state, part.withEndpoint(endpoint))
}

export function withRouter(state: MockState, router: RouterState): MockState {
  const part = routerPartIn(state, router.deployment.chainId)
  return part === undefined ? state : withPart(state, part.withRouter(router))
}

/** The market that an address or id stands for. */
export function marketIn(state: MockState, id: Address): MockMarket | undefined {
  return [...state.values()].filter(isMockMarket).find(({ market }) => isSame(market.id, id))
}

export function hasAsset({ assets }: MockMarket, asset: Address): boolean {
  return assets.some(({ address }) => isSame(address, asset))
}

/** The state after a holder gained (or lost) units of an asset, where some market keeps count of who holds it. */
export function withTokens(state: MockState, holder: Address, asset: Address, amount: bigint): MockState {
  const keeper = [...state.values()].filter(isMockMarket).find((market) => market.withTokens && hasAsset(market, asset))
  const changed = keeper?.withTokens?.(holder, asset, amount)
  return changed === undefined ? state : withPart(state, changed)
}

/** The state after a spender took units of an asset from a holder who has allowed it; as above where no market keeps count of that. */
export function withSpending(state: MockState, spending: MockSpending): MockState {
  const { holder, asset, amount } = spending
  const keeper = [...state.values()]
    .filter(isMockMarket)
    .find((market) => market.withSpending && hasAsset(market, asset))
  const changed = keeper?.withSpending?.(spending)
  return changed === undefined ? withTokens(state, holder, asset, -amount) : withPart(state, changed)
}

export function withPart(state: MockState, part: MockPart): MockState {
  return new Map(state).set(part.key, part)
}

/** The parts that a transaction changed. */
export function changes(before: MockState, after: MockState): readonly MockPart[] {
  return [...after.values()].filter((part) => before.get(part.key) !== part)
}

/** Whether an account has code at a block. */
export function hasCode(state: MockState, account: Address, at: MockBlock): boolean {
  return [...state.values()].some((part) => Object.keys(part.contracts(at)).some((address) => isSame(address, account)))
}

function endpointPartIn(state: MockState, chainId: number): EndpointPart | undefined {
  const isOne = (part: MockPart): part is EndpointPart => 'withEndpoint' in part
  const part = state.get(endpointKey(chainId))
  return part !== undefined && isOne(part) ? part : undefined
}

function routerPartIn(state: MockState, chainId: number): RouterPart | undefined {
  const isOne = (part: MockPart): part is RouterPart => 'withRouter' in part
  const part = state.get(routerKey(chainId))
  return part !== undefined && isOne(part) ? part : undefined
}
