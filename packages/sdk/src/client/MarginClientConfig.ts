import type { Chain, Transport } from 'viem'
import type { ProtocolAdapter } from '../adapter/ProtocolAdapter.ts'
import type { Thresholds } from '../model/Health.ts'
import type { EndpointDeployment, Route, RouterDeployment } from '../model/Route.ts'
import type { SequencerFeed } from '../model/SequencerFeed.ts'

/** What a margin client is made of. */
export type MarginClientConfig<chains extends readonly Chain[] = readonly Chain[]> = {
  readonly chains: chains
  /** How to reach each chain, by its id: viem's transports. */
  readonly transports: Readonly<Record<chains[number]['id'], Transport>>
  /** The markets to read. */
  readonly adapters: readonly ProtocolAdapter[]
  /** The collateral routers; without them nothing can be moved, and nothing in flight is seen. */
  readonly routers?: readonly RouterDeployment[] | undefined
  /** LayerZero on chains that have no router: enough for direct moves (`planDirectMove`). */
  readonly endpoints?: readonly EndpointDeployment[] | undefined
  /** The ways between chains. */
  readonly routes?: readonly Route[] | undefined
  /** Where verdicts begin. Defaults to health factors of 1.10 (`at-risk`) and 1.25 (`watch`). */
  readonly thresholds?: Thresholds | undefined
  /**
   * Seconds that the latest block of a chain may be old before it is flagged as `stale-head`: for all chains, or by chain id.
   * Defaults to 60 s and five block times of the chain.
   */
  readonly maxBlockAge?: number | Readonly<Record<number, number>> | undefined
  /**
   * Calls that travel in one `eth_call`, besides the few that prove chain and block. Defaults to 1,000: pass fewer where a node refuses that many, for their gas or their
   * size. Each further request costs one more round trip, at the same block.
   */
  readonly maxCalls?: number | undefined
  /** Where chains say whether their sequencers are up; read with everything else. */
  readonly sequencers?: readonly SequencerFeed[] | undefined
}

/** A configuration that holds together. */
export type ParsedConfig = {
  readonly chains: readonly Chain[]
  readonly transports: ReadonlyMap<number, Transport>
  readonly adapters: readonly ProtocolAdapter[]
  readonly routers: readonly RouterDeployment[]
  readonly endpoints: readonly EndpointDeployment[]
  readonly routes: readonly Route[]
  readonly thresholds: Thresholds
  readonly maxBlockAge: number | Readonly<Record<number, number>> | undefined
  readonly maxCalls: number | undefined
  readonly sequencers: readonly SequencerFeed[]
}
