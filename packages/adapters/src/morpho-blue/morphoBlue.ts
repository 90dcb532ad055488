import {
  type Address,
  type Hex,
  InvalidAddressError,
  type LendingAdapter,
  type Market,
  type ProtocolAdapter,
  type RoutedCollateral,
} from '@unimargin/sdk'
import { getAddress, isAddress } from 'viem'
import * as Heartbeats from '../shared/Heartbeats.ts'
import { adaptiveCurve } from './adaptiveCurve.ts'
import type { InterestRateModel } from './InterestRateModel.ts'
import type { MorphoBlueLending } from './lending.ts'
import type { MorphoBlueLiquidation } from './liquidation.ts'
import { DuplicateMarketIdError, InvalidMarketIdError } from './MarketErrors.ts'
import { type MorphoBlueMetadata, readMetadata } from './metadata.ts'
import { routed } from './moves.ts'
import { readState } from './reads.ts'
import { rule } from './rule.ts'

/** The adapter of one Morpho Blue market. */
export type MorphoBlueAdapter = ProtocolAdapter<MorphoBlueMetadata> & { readonly routed: RoutedCollateral }

/** The same, with what one can do in the market. */
export type MorphoBlueLendingAdapter = MorphoBlueAdapter & LendingAdapter<MorphoBlueMetadata>

/** What all markets of one Morpho Blue have in common. */
export type MorphoBlueParameters = {
  readonly chainId: number
  /** Morpho's contract, which holds all markets. */
  readonly morpho: Address
  /** The Adaptive Curve model's contract on this chain. Markets with any other model have unknown debts. */
  readonly adaptiveCurveIrm?: Address | undefined
  /** Other interest rate models, by the address of their contract. */
  readonly interestRateModels?: Readonly<Record<Address, InterestRateModel>> | undefined
  /** Aave's oracle on this chain: US dollars per loan token, for sums over several markets. */
  readonly dollarOracle?: Address | undefined
  /** Where Multicall3 is, on chains that have it elsewhere. */
  readonly multicall3?: Address | undefined
  /** How many seconds tokens and parameters are kept; a day otherwise. They cannot change. */
  readonly metadataTtl?: number | undefined
  /** Seconds within which each price feed behind an oracle promises an update, by the feed's address. */
  readonly heartbeats?: Readonly<Record<Address, number>> | undefined
  /** For all other feeds; a day otherwise, the longest that is usual. */
  readonly defaultHeartbeat?: number | undefined
  /**
   * What one can do in a market: `morphoBlueLending` of `@unimargin/adapters/morpho-blue/lending`. Without it an adapter only
   * shows what is, and has no `lending`.
   */
  readonly lending?: MorphoBlueLending | undefined
  /** How a market liquidates: `morphoBlueLiquidation` of `@unimargin/adapters/morpho-blue/liquidation`. */
  readonly liquidation?: MorphoBlueLiquidation | undefined
}

type WithLending = { readonly lending: MorphoBlueLending }

/** Which Morpho Blue market. */
export type MorphoBlueMarketParameters = MorphoBlueParameters & {
  /** The market's id, 32 bytes. */
  readonly marketId: Hex
  /** For people; `Morpho Blue …` with the beginning of the id otherwise. */
  readonly name?: string | undefined
}

/** Which Morpho Blue markets. */
export type MorphoBlueMarketsParameters = MorphoBlueParameters & {
  readonly marketIds: readonly Hex[]
  /** Names by market id, for people. */
  readonly names?: Readonly<Record<Hex, string>> | undefined
}

/**
 * The adapter of one Morpho Blue market, which liquidates alone: one collateral, one loan token, and those who lend it.
 *
 * Prices and values count in the loan token. What is owed and supplied carries the interest up to the block's time, as the
 * next transaction would accrue it; with an interest rate model that is not known here it is unknown, never without
 * interest. The fee of that interest is supplied by Morpho's fee recipient already, as the next transaction books it.
 *
 * Reads nothing by itself.
 *
 * @throws InvalidAddressError when a contract or a feed is no address.
 * @throws InvalidMarketIdError when the id is not 32 bytes.
 * @throws InvalidHeartbeatError when a heartbeat is not a whole number of seconds above zero.
 *
 * @example
 * import { morphoBlue } from '@unimargin/adapters/morpho-blue'
 *
 * const adapter = morphoBlue({
 *   chainId: 8453,
 *   morpho: '0xBBBBBbbBBb9cC5e90e3b3Af64bdAF62C37EEFFCb',
 *   adaptiveCurveIrm: '0x46415998764C29aB2a25CbeA6254146D50D22687',
 *   marketId: '0x8793cf302b8ffd655ab97bd1c695dbd967807e8367a65cb2f4edaf1380ba1bda',
 *   name: 'Morpho WETH/USDC',
 * })
 */
export function morphoBlue(parameters: MorphoBlueMarketParameters & WithLending): MorphoBlueLendingAdapter
export function morphoBlue(parameters: MorphoBlueMarketParameters): MorphoBlueAdapter
export function morphoBlue(parameters: MorphoBlueMarketParameters): MorphoBlueAdapter {
  const { chainId, metadataTtl = 86_400, lending, liquidation } = parameters
  const { morpho, dollarOracle, multicall3 } = addressesOf(parameters)
  const marketId = parsedId(parameters.marketId)
  const heartbeats = Heartbeats.parse(parameters.heartbeats, parameters.defaultHeartbeat)
  const models = modelsOf(parameters)
  const modelOf = (irm: Address) => models.get(irm.toLowerCase())
  const market: Market = {
    // The id names tokens, oracle and model: no two markets of a chain share it, unless somebody copies Morpho without one.
    key: `morpho-blue:${chainId}:${marketId}`,
    protocol: 'morpho-blue',
    chainId,
    id: marketId,
    name: parameters.name ?? `Morpho Blue ${marketId.slice(0, 10)} on chain ${chainId}`,
  }
  const place = {
    market,
    morpho,
    marketId,
    modelOf,
    heartbeats,
    dollarOracle,
    multicall3,
    toDetails: (lending ?? liquidation)?.toDetails,
  }
  return {
    market,
    rules: { [rule.key]: rule },
    metadata: { ttl: metadataTtl, read: readMetadata(chainId, morpho, marketId) },
    state: (metadata, owners) => readState(place, metadata, owners),
    lending: lending?.of(morpho, modelOf),
    liquidation: liquidation?.model,
    routed: routed(morpho, marketId),
  }
}

/**
 * The adapters of several markets of one Morpho Blue, each by its id, and as {@link morphoBlue} makes them.
 *
 * @throws DuplicateMarketIdError when an id is there twice.
 * @throws InvalidAddressError, InvalidMarketIdError, InvalidHeartbeatError
 *
 * @example
 * import { morphoBlueMarkets } from '@unimargin/adapters/morpho-blue'
 *
 * const adapters = morphoBlueMarkets({
 *   chainId: 8453,
 *   morpho: '0xBBBBBbbBBb9cC5e90e3b3Af64bdAF62C37EEFFCb',
 *   adaptiveCurveIrm: '0x46415998764C29aB2a25CbeA6254146D50D22687',
 *   marketIds: ['0x8793cf302b8ffd655ab97bd1c695dbd967807e8367a65cb2f4edaf1380ba1bda'],
 * })
 */
export function morphoBlueMarkets(
  parameters: MorphoBlueMarketsParameters & WithLending,
): readonly MorphoBlueLendingAdapter[]
export function morphoBlueMarkets(parameters: MorphoBlueMarketsParameters): readonly MorphoBlueAdapter[]
export function morphoBlueMarkets(parameters: MorphoBlueMarketsParameters): readonly MorphoBlueAdapter[] {
  const { marketIds, names = {}, ...shared } = parameters
  const known = new Set<string>()
  return marketIds.map((marketId) => {
    const id = parsedId(marketId)
    if (known.has(id)) throw new DuplicateMarketIdError({ marketId })
    known.add(id)
    return morphoBlue({ ...shared, marketId, name: names[marketId] ?? names[id] })
  })
}

function parsedId(marketId: Hex): Hex {
  if (!/^0x[0-9a-f]{64}$/i.test(marketId)) throw new InvalidMarketIdError({ marketId })
  return `0x${marketId.slice(2).toLowerCase()}`
}

function addressesOf({ morpho, dollarOracle, multicall3 }: MorphoBlueParameters) {
  const checked = (parameter: string, value: Address): Address => {
    if (!isAddress(value)) throw new InvalidAddressError({ parameter, value })
    return getAddress(value)
  }
  return {
    morpho: checked('morpho', morpho),
    dollarOracle: dollarOracle && checked('dollarOracle', dollarOracle),
    multicall3: multicall3 && checked('multicall3', multicall3),
  }
}

function modelsOf({ adaptiveCurveIrm, interestRateModels = {} }: MorphoBlueParameters) {
  const models = new Map<string, InterestRateModel>()
  const add = (parameter: string, address: string, model: InterestRateModel) => {
    if (!isAddress(address, { strict: false })) throw new InvalidAddressError({ parameter, value: address })
    models.set(address.toLowerCase(), model)
  }
  if (adaptiveCurveIrm !== undefined) add('adaptiveCurveIrm', adaptiveCurveIrm, adaptiveCurve)
  for (const [address, model] of Object.entries(interestRateModels)) add('interestRateModels', address, model)
  return models
}
