import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { Route, RouterDeployment } from '../../model/Route.ts'
import type * as Ask from '../ask.ts'
import { endpointsOf } from '../direct/endpointsOf.ts'
import { UnknownRouterError } from '../PlanErrors.ts'

type Found = {
  readonly owner: Address
  readonly dstEid: number
  readonly hash?: Hex | undefined
  readonly transaction?: { readonly from: Address; readonly nonce: bigint } | undefined
  readonly minedIn?: bigint | undefined
  /** Missing as long as it is in no block. */
  readonly guid?: Hex | undefined
}

/** What was found at its source of a move that a router sent, before its contracts are known. */
export type FoundRouted = Found & {
  readonly id: Hex
  readonly asset: Address
  /** Unix seconds, where its call was readable. */
  readonly deadline?: bigint | undefined
}

/** What an owner sent by an OFT, or a pool, without a router: nothing runs where it arrives. */
export type FoundDirect = Found & {
  readonly hash: Hex
  readonly oft: Address
  readonly recipient: Address
  /** Base units. */
  readonly amount: bigint
  readonly nonce?: bigint | undefined
}

export type FoundMove = FoundRouted | FoundDirect

/** A chain that moves leave from. */
export type Place = {
  readonly chain: Ask.Chain
  /** Its router is the zero address where there is none. */
  readonly deployment: RouterDeployment
  readonly routes: readonly Route[]
}

/** @throws UnknownChainError, UnknownRouterError */
export function placeAt(
  client: Pick<MarginContext, 'routers' | 'endpoints' | 'routes' | 'getClient'>,
  chainId: number,
): Place {
  const chain = { chainId, client: client.getClient(chainId) }
  const deployment = endpointsOf(client).find((one) => one.chainId === chainId)
  if (deployment === undefined) throw new UnknownRouterError(chainId)
  return { chain, deployment, routes: client.routes }
}

export function hasRouter({ deployment }: Place): boolean {
  return BigInt(deployment.router) !== 0n
}

/** The OFTs and pools of the client's routes on a chain, and how many bytes of their messages say to whom and how much. */
export function oftsAt({ chain, routes }: Place): readonly { readonly oft: Address; readonly head: number }[] {
  return routes.flatMap(({ kind, ends }) =>
    ends
      .filter(({ chainId }) => chainId === chain.chainId)
      .map(({ oft }) => ({ oft, head: kind === 'stargate' ? TAXI_HEAD : OFT_HEAD })),
  )
}

/** A deadline that was not readable is none: only a move that a reorganisation took away is ever held against it. */
export const NO_DEADLINE = 2n ** 64n - 1n

/** `to` and the shared amount; in a message of Stargate's taxi, its kind and the asset come before. */
const [OFT_HEAD, TAXI_HEAD] = [40, 43] as const
