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
import type { CompoundV3Lending } from './lending.ts'
import type { CompoundV3Liquidation } from './liquidation.ts'
import { type CompoundV3Metadata, readMetadata } from './metadata.ts'
import { routed } from './moves.ts'
import { readState } from './reads.ts'
import { cometRule } from './rule.ts'

/** The adapter of one Comet. */
export type CompoundV3Adapter = ProtocolAdapter<CompoundV3Metadata> & { readonly routed: RoutedCollateral }

/** The same, with what one can do in the Comet. */
export type CompoundV3LendingAdapter = CompoundV3Adapter & LendingAdapter<CompoundV3Metadata>

/** Which Comet. */
export type CompoundV3Parameters = {
  readonly chainId: number
  /** The Comet itself (its proxy): everything else is read from it. */
  readonly comet: Address
  /** For people; `Compound V3 on chain …` otherwise. */
  readonly name?: string | undefined
  /**
   * What its price feeds count in: US dollars, unless told that it is the base asset (`cWETHv3` and its like). A Comet does not
   * say so itself.
   */
  readonly unit?: 'usd' | 'base' | undefined
  /** Aave's oracle on the chain, for the price of the base asset in dollars where feeds count in that; unknown otherwise. */
  readonly dollarOracle?: Address | undefined
  /** How many seconds the list of collaterals and the like are kept; 3,600 otherwise. A change is noticed in the next block. */
  readonly metadataTtl?: number | undefined
  /** Seconds within which each price feed promises an update, by the feed's address. */
  readonly heartbeats?: Readonly<Record<Address, number>> | undefined
  /** For all other feeds; a day otherwise, the longest that is usual. */
  readonly defaultHeartbeat?: number | undefined
  /** Where the chain has Multicall3, if not at its usual address. */
  readonly multicall3?: Address | undefined
  /**
   * What one can do in the Comet: `compoundV3Lending` of `@unimargin/adapters/compound-v3/lending`. Without it the adapter only
   * shows what is, and has no `lending`.
   */
  readonly lending?: CompoundV3Lending | undefined
  /** How the Comet liquidates: `compoundV3Liquidation` of `@unimargin/adapters/compound-v3/liquidation`. */
  readonly liquidation?: CompoundV3Liquidation | undefined
}

/**
 * The adapter of one Comet (a Compound V3 market): positions, Comet's own prices and factors, and its rule.
 *
 * Debts and supplies carry interest up to the time of the block that is read, which Comet itself stores only when somebody
 * moves the base asset. Where its own `isLiquidatable` is behind for that reason, the position is flagged `protocol-behind`.
 *
 * Reads nothing by itself.
 *
 * @throws InvalidAddressError when `comet`, `dollarOracle`, `multicall3` or a feed is no address.
 * @throws InvalidHeartbeatError when a heartbeat is not a whole number of seconds above zero.
 *
 * @example
 * import { compoundV3 } from '@unimargin/adapters/compound-v3'
 *
 * const adapter = compoundV3({
 *   chainId: 42161,
 *   comet: '0x9c4ec768c28520B50860ea7a15bd7213a9fF58bf',
 *   name: 'Compound V3 USDC Arbitrum',
 * })
 */
export function compoundV3(
  parameters: CompoundV3Parameters & { readonly lending: CompoundV3Lending },
): CompoundV3LendingAdapter
export function compoundV3(parameters: CompoundV3Parameters): CompoundV3Adapter
export function compoundV3(parameters: CompoundV3Parameters): CompoundV3Adapter {
  const { chainId, name = `Compound V3 on chain ${chainId}`, metadataTtl = 3_600, unit = 'usd' } = parameters
  const comet = addressOf('comet', parameters.comet)
  const options = {
    heartbeats: Heartbeats.parse(parameters.heartbeats, parameters.defaultHeartbeat),
    countsInBase: unit === 'base',
    dollarOracle: parameters.dollarOracle && addressOf('dollarOracle', parameters.dollarOracle),
    multicall3: parameters.multicall3 && addressOf('multicall3', parameters.multicall3),
    toDetails: (parameters.lending ?? parameters.liquidation)?.toDetails,
  }
  const market: Market = {
    key: `compound-v3:${chainId}:${comet.toLowerCase()}`,
    protocol: 'compound-v3',
    chainId,
    id: comet,
    name,
  }
  return {
    market,
    rules: { [cometRule.key]: cometRule },
    metadata: { ttl: metadataTtl, read: readMetadata(chainId, comet) },
    state: (metadata, owners) => readState(market, comet, metadata, owners, options),
    lending: parameters.lending?.of(comet),
    liquidation: parameters.liquidation?.model,
    routed: routed(comet),
  }
}

function addressOf(parameter: string, value: Address): Address {
  if (!isAddress(value)) throw new InvalidAddressError({ parameter, value })
  return getAddress(value)
}
