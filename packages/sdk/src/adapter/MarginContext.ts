import type { Chain, Client } from 'viem'
import type { Thresholds } from '../model/Health.ts'
import type { EndpointDeployment, Route, RouterDeployment } from '../model/Route.ts'
import type { SequencerFeed } from '../model/SequencerFeed.ts'
import type { MetadataCache } from '../reads/MetadataCache.ts'
import type { ReadHistory } from '../reads/ReadHistory.ts'
import type { ProtocolAdapter } from './ProtocolAdapter.ts'

/** What every action needs to know: the chains, how to reach them, the markets on them and the ways between them. */
export type MarginContext = {
  readonly chains: readonly Chain[]
  readonly adapters: readonly ProtocolAdapter[]
  readonly routers: readonly RouterDeployment[]
  /** LayerZero on chains without a router: direct moves go there as well. */
  readonly endpoints?: readonly EndpointDeployment[] | undefined
  readonly routes: readonly Route[]
  readonly thresholds: Thresholds
  /** The viem client of a chain. Throws `UnknownChainError` for a chain that was not configured. */
  readonly getClient: (chainId: number) => Client
  readonly metadata: MetadataCache
  /** What was seen before: without it, every reading is the first. */
  readonly history?: ReadHistory | undefined
  /** Seconds that the latest block of a chain may be old before it counts as stale: for all chains, or by chain id. */
  readonly maxBlockAge?: number | Readonly<Record<number, number>> | undefined
  /** Calls that travel in one request at most, besides its head; 1,000 otherwise. */
  readonly maxCalls?: number | undefined
  /** Where chains say whether their sequencers are up. */
  readonly sequencers?: readonly SequencerFeed[] | undefined
  /** Fires when whoever made this is done with it: what watches ends then. */
  readonly closing?: AbortSignal | undefined
}
