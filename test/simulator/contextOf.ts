import { createMetadataCache, type MarginContext, UnknownChainError } from '@unimargin/sdk'
import { createClient, custom, defineChain } from 'viem'
import type { Nodes } from './nodesOf.ts'
import { DESTINATION, routeOf, routers, SOURCE } from './places.ts'
import type * as World from './World.ts'

const chains = [SOURCE, DESTINATION].map((id) =>
  defineChain({
    id,
    name: `Model ${id}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [] } },
  }),
)

/** What a client has whose every request meets another node. */
export function contextOf(world: World.World, { request }: Nodes): MarginContext {
  const clients = new Map(
    chains.map((chain) => [
      chain.id,
      createClient({
        chain,
        transport: custom({ request: request(chain.id) }, { retryCount: 0 }),
        ccipRead: false,
      }),
    ]),
  )
  return {
    chains,
    adapters: [],
    routers,
    routes: [routeOf(world.way)],
    thresholds: { atRisk: 11n * 10n ** 17n, watch: 15n * 10n ** 17n },
    metadata: createMetadataCache(),
    getClient: (chainId) => {
      const client = clients.get(chainId)
      if (client === undefined) throw new UnknownChainError({ chainId, configured: [...clients.keys()] })
      return client
    },
  }
}
