import { zeroAddress } from 'viem'
import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { RouterDeployment } from '../../model/Route.ts'

/** Where LayerZero is: of routers and of chains that have none, whose router is the zero address. */
export function endpointsOf({
  routers,
  endpoints = [],
}: Pick<MarginContext, 'routers' | 'endpoints'>): readonly RouterDeployment[] {
  const others = endpoints.filter(({ chainId }) => routers.every((router) => router.chainId !== chainId))
  return [...routers, ...others.map((endpoint) => ({ ...endpoint, router: zeroAddress }))]
}
