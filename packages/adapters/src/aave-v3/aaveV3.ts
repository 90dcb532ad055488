import { type Address, InvalidAddressError, type Market, type ProtocolAdapter } from '@unimargin/sdk'
import { getAddress, isAddress } from 'viem'
import { type AaveV3Metadata, readMetadata } from './metadata.ts'
import { collateralActions } from './moves.ts'
import { readState } from './reads.ts'
import { ruleUpTo34 } from './rule.ts'

/** Which Aave V3 pool. */
export type AaveV3Parameters = {
  readonly chainId: number
  /** The pool itself (its proxy): everything else is read from it. */
  readonly pool: Address
  /** For people; `Aave V3 on chain …` otherwise. */
  readonly name?: string | undefined
  /** How many seconds reserve lists and the like are kept; 3,600 otherwise. A change is noticed in the next block anyway. */
  readonly metadataTtl?: number | undefined
}

/**
 * The adapter of one Aave V3 pool: positions, the pool's own prices and parameters, and the liquidation rule of its version
 * (up to 3.4; positions of later versions are `unavailable` rather than wrong).
 *
 * Reads nothing by itself.
 *
 * @throws InvalidAddressError when `pool` is no address.
 *
 * @example
 * import { aaveV3 } from '@unimargin/adapters/aave-v3'
 *
 * const adapter = aaveV3({
 *   chainId: 42161,
 *   pool: '0x794a61358D6845594F94dc1DB02A252b5b4814aD',
 *   name: 'Aave V3 Arbitrum',
 * })
 */
export function aaveV3(parameters: AaveV3Parameters): ProtocolAdapter<AaveV3Metadata> {
  const { chainId, name = `Aave V3 on chain ${chainId}`, metadataTtl = 3_600 } = parameters
  if (!isAddress(parameters.pool)) throw new InvalidAddressError({ parameter: 'pool', value: parameters.pool })
  const pool = getAddress(parameters.pool)
  const market: Market = {
    key: `aave-v3:${chainId}:${pool.toLowerCase()}`,
    protocol: 'aave-v3',
    chainId,
    id: pool,
    name,
  }
  return {
    market,
    rules: { [ruleUpTo34.key]: ruleUpTo34 },
    metadata: { ttl: metadataTtl, read: readMetadata(chainId, pool) },
    state: (metadata, owners) => readState(market, pool, metadata, owners),
    collateral: collateralActions(pool),
  }
}
