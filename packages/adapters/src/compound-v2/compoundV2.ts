import {
  type Address,
  InvalidAddressError,
  type LendingAdapter,
  type Market,
  type ProtocolAdapter,
} from '@unimargin/sdk'
import { getAddress, isAddress } from 'viem'
import type { Membership } from './calls.ts'
import * as Flavour from './Flavour.ts'
import type { CompoundV2Lending } from './lending.ts'
import type { CompoundV2Liquidation } from './liquidation.ts'
import { type CompoundV2Metadata, readMetadata } from './metadata.ts'
import { readState } from './reads.ts'
import { ruleOf } from './rule.ts'

/** The adapter of one Comptroller. */
export type CompoundV2Adapter = ProtocolAdapter<CompoundV2Metadata>

/** The same, with what one can do in its markets. */
export type CompoundV2LendingAdapter = LendingAdapter<CompoundV2Metadata> & { readonly membership: Membership }

/** Which Comptroller, and of which kind. */
export type CompoundV2Parameters = {
  readonly chainId: number
  /** The Comptroller itself (its proxy, the unitroller): everything else is read from it. */
  readonly comptroller: Address
  /**
   * `venus-isolated`: every pool of Venus on L2s, its core pools there too. `moonwell`. `compound`: Compound V2 itself, and
   * forks that changed nothing but numbers.
   */
  readonly flavour: Flavour.FlavourName
  /** For people; `Compound V2 on chain …` otherwise. */
  readonly name?: string | undefined
  /** How many seconds lists of markets and the like are kept; 3,600 otherwise. A change is noticed in the next block anyway. */
  readonly metadataTtl?: number | undefined
  /** The token of the chain's own coin, where that can be supplied without wrapping it: it has no asset that it could name. */
  readonly coin?: { readonly token: Address; readonly symbol: string } | undefined
  /** How many blocks a year has, for rates of `compound`, which counts in blocks and does not say. Without it they are unknown. */
  readonly blocksPerYear?: bigint | undefined
  /** Where Multicall3 is not at its usual address. */
  readonly multicall3?: Address | undefined
  /**
   * What one can do in its markets: `compoundV2Lending` of `@unimargin/adapters/compound-v2/lending`. Without it the adapter only
   * shows what is, has neither `lending` nor `membership`, and reads no parameters of interest rate models.
   */
  readonly lending?: CompoundV2Lending | undefined
  /** How its markets liquidate: `compoundV2Liquidation` of `@unimargin/adapters/compound-v2/liquidation`. */
  readonly liquidation?: CompoundV2Liquidation | undefined
}

/**
 * The adapter of one Comptroller of the Compound V2 family: Venus's isolated pools, Moonwell, and forks of Compound V2.
 *
 * All amounts have interest up to the block that is read, to the unit, by the tokens' own arithmetic. The protocol's own views
 * (`getAccountLiquidity`) count interest as of each token's last accrual: a flag says by how much that is behind, and another
 * one where it changes a verdict. A supply is collateral only once its owner has entered the asset: see
 * `membership`, which comes with lending.
 *
 * Whoever owes in a market that the protocol is closing may be liquidated by anybody, however healthy: a flag
 * `liquidation-forced` says so, where the Comptroller knows it.
 *
 * Reads nothing by itself.
 *
 * @throws InvalidAddressError when `comptroller`, `coin.token` or `multicall3` is no address.
 * @throws UnknownFlavourError when `flavour` is none of the three.
 *
 * @example
 * import { compoundV2 } from '@unimargin/adapters/compound-v2'
 *
 * const adapter = compoundV2({
 *   chainId: 42161,
 *   comptroller: '0x317c1A5739F39046E20b08ac9BeEa3f10fD43326',
 *   flavour: 'venus-isolated',
 *   name: 'Venus Core Arbitrum',
 * })
 */
export function compoundV2(
  parameters: CompoundV2Parameters & { readonly lending: CompoundV2Lending },
): CompoundV2LendingAdapter
export function compoundV2(parameters: CompoundV2Parameters): CompoundV2Adapter
export function compoundV2(parameters: CompoundV2Parameters): CompoundV2Adapter {
  const { chainId, metadataTtl = 3_600, name = `Compound V2 on chain ${chainId}` } = parameters
  const { blocksPerYear, multicall3, coin, lending, liquidation } = parameters
  const comptroller = addressOf('comptroller', parameters.comptroller)
  if (coin !== undefined) addressOf('coin.token', coin.token)
  if (multicall3 !== undefined) addressOf('multicall3', multicall3)
  const flavour = Flavour.of(parameters.flavour)
  const rule = ruleOf(flavour.name)
  const market: Market = {
    key: `compound-v2:${chainId}:${comptroller.toLowerCase()}`,
    protocol: 'compound-v2',
    chainId,
    id: comptroller,
    name,
  }
  const reads = (liquidation ?? lending)?.reads
  const setup = { market, comptroller, flavour, rule, coin, blocksPerYear, multicall3, lending: reads }
  return {
    market,
    rules: { [rule.key]: rule },
    metadata: { ttl: metadataTtl, read: readMetadata(setup) },
    state: (metadata, owners) => readState(setup, metadata, owners),
    ...lending?.of(comptroller, flavour),
    liquidation: liquidation?.of(flavour),
  }
}

/** Callers without types pass entries of other adapters. */
function addressOf(parameter: string, value: Address): Address {
  if (!isAddress(value)) throw new InvalidAddressError({ parameter, value })
  return getAddress(value)
}
