import type { Chain, Client } from 'viem'
import type { Thresholds } from '../model/Health.ts'
import type { Route, RouterDeployment } from '../model/Route.ts'
import type { MetadataCache } from '../reads/MetadataCache.ts'
import type { ProtocolAdapter } from './ProtocolAdapter.ts'

/** What every action needs to know: the chains, how to reach them, the markets on them and the ways between them. */
export type MarginContext = {
  readonly chains: readonly Chain[]
  readonly adapters: readonly ProtocolAdapter[]
  readonly routers: readonly RouterDeployment[]
  readonly routes: readonly Route[]
  readonly thresholds: Thresholds
  /** The viem client of a chain. Throws `UnknownChainError` for a chain that was not configured. */
  readonly getClient: (chainId: number) => Client
  readonly metadata: MetadataCache
}
