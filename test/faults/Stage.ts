import type { Address, MarginClient, ProtocolAdapter, Route, RouterDeployment, TrackedMove } from '@unimargin/sdk'
import type { MockNode, RpcBackend } from '@unimargin/sdk/testing'
import type { Chain, Hex, LocalAccount } from 'viem'

/** Where cases are played. The same cases and the same oracles hold on each. */
export type Stage = {
  readonly name: string
  /** A scene for one case. Those of several cases do not get into each other's way. */
  readonly open: () => Promise<Scene>
}

/** One chain with three nodes in front of it. */
export type SceneChain = {
  readonly chain: Chain
  readonly nodes: readonly MockNode[]
  /** Where a node is reached; its path has the canary. */
  readonly urlOf: (node: MockNode) => string
  /** The chain itself, past all nodes. */
  readonly backend: RpcBackend
}

/** Two chains, an owner with a position on each, and what there is to be asked. */
export type Scene = {
  readonly source: SceneChain
  readonly destination: SceneChain
  readonly adapters: readonly ProtocolAdapter[]
  readonly routers: readonly RouterDeployment[]
  readonly routes: readonly Route[]
  readonly account: LocalAccount
  /** Somebody else with the same markets. */
  readonly other: Address
  /** How nodes are fetched from, where it is not by the global `fetch`. */
  readonly fetch?: typeof fetch | undefined
  /** A client that no fault can reach. */
  readonly direct: MarginClient
  /** Lets both chains go on, with other values than before. */
  readonly advance: () => Promise<void>
  /** A move of the owner that is under way and stays where it is. */
  readonly flying: (seed: number) => Promise<TrackedMove>
  /** A move of the owner whose transaction reverted. */
  readonly reverted: () => Promise<TrackedMove>
  /** How many messages the owner has sent from the source; absent where nothing may be sent. */
  readonly sent?: (() => number) | undefined
  /** A transaction with logs on each chain, and a contract. */
  readonly landmarks: (chain: SceneChain) => { readonly transaction: Hex; readonly contract: Address }
  readonly close: () => Promise<void>
}

/** A secret that stands in the URL and in a header of every node: wherever it turns up, something has leaked. */
export const CANARY = 'c4nAry9Qz7Lm2Xw5Tb8'
