import type { ChainName, DevnetChain } from '@unimargin/devnet'
import type { Address } from 'viem'
import type * as Node from '../../../packages/devnet/src/chain/Node.ts'
import type { Deployed } from '../../../packages/devnet/src/deploy/Deployment.ts'

/** The pools of a chain: one of each kind that real chains have. */
export const POOL_NAMES = ['USDC', 'ETH', 'wstETH'] as const

export type PoolName = (typeof POOL_NAMES)[number]

/** What a pool is made of. */
export type PoolSpec = {
  readonly contract: string
  /** The number that messages name it by. */
  readonly assetId: number
  readonly decimals: number
  /** Whole tokens that somebody deposited, on each chain. */
  readonly liquidity: bigint
}

/** All share six decimals between chains. */
export const SHARED_DECIMALS = 6

export const POOL_SPECS: Readonly<Record<PoolName, PoolSpec>> = {
  USDC: { contract: 'usdc/StargatePoolUSDC', assetId: 1, decimals: 6, liquidity: 1_000_000n },
  ETH: { contract: 'StargatePoolNative', assetId: 13, decimals: 18, liquidity: 1_000n },
  wstETH: { contract: 'StargatePool', assetId: 22, decimals: 18, liquidity: 1_000n },
}

/** How many passengers can wait for a bus, one more; small, so that a test can fill it. */
export const QUEUE_CAPACITY = 8
export const MAX_PASSENGERS = 5
/** Coins (wei) that a passenger can book besides the tokens. */
export const NATIVE_DROP = 10n ** 15n
export const BUS_FARE = 10n ** 14n
export const BUS_FARE_WITH_DROP = BUS_FARE + 2n * NATIVE_DROP

/** A pool and what sets its fees. */
export type StargatePool = PoolSpec & {
  readonly name: PoolName
  readonly pool: Deployed
  readonly feeLib: Deployed
  /** Zero where it holds the chain's own coin. */
  readonly token: Address
}

/** Stargate V2 on one chain. */
export type StargateChain = {
  readonly name: ChainName
  readonly chain: DevnetChain
  readonly node: Node.Node
  /** Owns everything, and owns the planner and the treasurer. May send without a key. */
  readonly owner: Address
  readonly tokenMessaging: Deployed
  readonly creditMessaging: Deployed
  readonly planner: Deployed
  readonly treasurer: Deployed
  readonly pools: Readonly<Record<PoolName, StargatePool>>
}

/** Stargate V2 between all chains of a devnet. */
export type Stargate = {
  readonly chains: readonly StargateChain[]
  readonly chain: (name: ChainName) => StargateChain
}
