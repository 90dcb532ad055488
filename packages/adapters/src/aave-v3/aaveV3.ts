import {
  type Address,
  InvalidAddressError,
  type LendingAdapter,
  type Market,
  type ProtocolAdapter,
  type RoutedCollateral,
} from '@unimargin/sdk'
import { getAddress, isAddress } from 'viem'
import * as Heartbeats from '../shared/Heartbeats.ts'
import type { AaveV3Lending } from './lending.ts'
import type { AaveV3Liquidation } from './liquidation.ts'
import { readMetadata } from './metadata.ts'
import { routed } from './moves.ts'
import type { AaveV3Metadata } from './PoolMetadata.ts'
import { readState } from './reads.ts'
import { ruleSince35, ruleUpTo34 } from './rule.ts'
import type { AaveV3Revisions } from './version.ts'

/** The adapter of an Aave V3 pool, which the router can move collateral out of and into. */
export type AaveV3Adapter = ProtocolAdapter<AaveV3Metadata> & { readonly routed: RoutedCollateral }

/** The same, with what one can do in the pool. */
export type AaveV3LendingAdapter = AaveV3Adapter & LendingAdapter<AaveV3Metadata>

/** Which Aave V3 pool. */
export type AaveV3Parameters = {
  readonly chainId: number
  /** The pool itself (its proxy): everything else is read from it. */
  readonly pool: Address
  /** For people; `Aave V3 on chain …` otherwise. */
  readonly name?: string | undefined
  /** How many seconds reserve lists and the like are kept; 3,600 otherwise. A change is noticed in the next block anyway. */
  readonly metadataTtl?: number | undefined
  /** Seconds within which each price feed promises an update, by the feed's address (what `getSourceOfAsset` names). */
  readonly heartbeats?: Readonly<Record<Address, number>> | undefined
  /** For all other feeds; a day otherwise, the longest that is usual. */
  readonly defaultHeartbeat?: number | undefined
  /**
   * For forks that number their pools in their own way: which version of Aave V3 stands behind which `POOL_REVISION`, e.g.
   * `{ 4: '3.2' }`. Aave's own numbers are known, and up to revision 5 the pool itself tells.
   */
  readonly revisions?: AaveV3Revisions | undefined
  /**
   * What one can do in the pool: `aaveV3Lending` of `@unimargin/adapters/aave-v3/lending`. Without it the adapter only shows what
   * is, has no `lending`, and reads no interest rate strategies.
   */
  readonly lending?: AaveV3Lending | undefined
  /** Where Multicall3 is, on chains that have it elsewhere; lending alone asks it for the time. */
  readonly multicall3?: Address | undefined
  /** How the pool liquidates: `aaveV3Liquidation` of `@unimargin/adapters/aave-v3/liquidation`. */
  readonly liquidation?: AaveV3Liquidation | undefined
}

/**
 * The adapter of one Aave V3 pool of any version from 3.0 to 3.7, or of a fork: positions, the pool's own prices and
 * parameters, and the liquidation rule of its version. The version is what the pool's revision and its functions say; where
 * they do not fit together, or the revision is not known, the market is unread rather than wrong.
 *
 * The prices are always the pool's own. Of the feed behind each one it reads when it was updated, so that a view can flag
 * what is older than its heartbeat; feeds that do not say (Aave's capped and derived ones) are flagged as such.
 *
 * Reads nothing by itself.
 *
 * @throws InvalidAddressError when `pool` or a feed is no address.
 * @throws InvalidHeartbeatError when a heartbeat is not a whole number of seconds above zero.
 *
 * @example
 * import { aaveV3 } from '@unimargin/adapters/aave-v3'
 * import { base } from '@unimargin/adapters/aave-v3/addresses'
 * import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
 *
 * const shows = aaveV3(base)
 * const lends = aaveV3({ ...base, lending: aaveV3Lending })
 */
export function aaveV3(parameters: AaveV3Parameters & { readonly lending: AaveV3Lending }): AaveV3LendingAdapter
export function aaveV3(parameters: AaveV3Parameters): AaveV3Adapter
export function aaveV3(parameters: AaveV3Parameters): AaveV3Adapter {
  const { chainId, name = `Aave V3 on chain ${chainId}`, metadataTtl = 3_600 } = parameters
  if (!isAddress(parameters.pool)) throw new InvalidAddressError({ parameter: 'pool', value: parameters.pool })
  const pool = getAddress(parameters.pool)
  const heartbeats = Heartbeats.parse(parameters.heartbeats, parameters.defaultHeartbeat)
  // Who liquidates reads all that lending does.
  const lending = (parameters.liquidation ?? parameters.lending)?.reads
  const market: Market = {
    key: `aave-v3:${chainId}:${pool.toLowerCase()}`,
    protocol: 'aave-v3',
    chainId,
    id: pool,
    name,
  }
  return {
    market,
    rules: { [ruleUpTo34.key]: ruleUpTo34, [ruleSince35.key]: ruleSince35 },
    metadata: { ttl: metadataTtl, read: readMetadata(chainId, pool, parameters.revisions, lending) },
    state: (metadata, owners) => readState(market, pool, metadata, owners, heartbeats, lending, parameters.multicall3),
    lending: parameters.lending?.of(pool),
    liquidation: parameters.liquidation?.model,
    routed,
  }
}
