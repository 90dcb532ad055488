import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { RouterDeployment } from '../../model/Route.ts'
import type * as Ask from '../ask.ts'
import { UnknownRouterError } from '../PlanErrors.ts'

/** What was found of a move at its source, before its contracts are known. */
export type FoundMove = {
  readonly id: Hex
  readonly owner: Address
  readonly asset: Address
  readonly dstEid: number
  /** Unix seconds, where its call was readable. */
  readonly deadline?: bigint | undefined
  readonly hash?: Hex | undefined
  readonly transaction?: { readonly from: Address; readonly nonce: bigint } | undefined
  readonly minedIn?: bigint | undefined
  /** Missing as long as it is in no block. */
  readonly guid?: Hex | undefined
}

/** A chain that moves leave from. */
export type Place = { readonly chain: Ask.Chain; readonly deployment: RouterDeployment }

/** @throws UnknownChainError, UnknownRouterError */
export function placeAt(client: Pick<MarginContext, 'routers' | 'getClient'>, chainId: number): Place {
  const chain = { chainId, client: client.getClient(chainId) }
  const deployment = client.routers.find((one) => one.chainId === chainId)
  if (deployment === undefined) throw new UnknownRouterError(chainId)
  return { chain, deployment }
}
