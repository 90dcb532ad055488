import type { Address, Hex } from '../model/Hex.ts'
import type { Market, MarketState, Reserve } from '../model/Market.ts'
import type { PositionFacts } from '../model/Position.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import type { Read } from '../reads/Read.ts'
import type { LiquidationModel } from '../risk/Liquidation.ts'
import type { LiquidationRule } from '../risk/LiquidationRule.ts'
import type { Lending } from './Lending.ts'

/** What the router needs of an owner so that it can take collateral out for them. */
export type PullAuthorization =
  | {
      /** An allowance of exactly what is moved. */
      readonly kind: 'erc20'
      /** The ERC-20 that stands for the supply (an aToken). */
      readonly token: Address
      /** Base units to allow: the moved amount and what the protocol's rounding may take on top. */
      readonly amount: bigint
      /** EIP-712 domain where the token has `permit`; the nonce is read when signing. */
      readonly permit?: { readonly name: string; readonly version: string } | undefined
    }
  /** Morpho's authorisation of an operator, over everything that the owner has there: given and taken back in one transaction. */
  | { readonly kind: 'morpho-authorization'; readonly contract: Address }
  /** A Comet's allowance of a manager, over everything that the owner has there: given and taken back in one transaction. */
  | { readonly kind: 'comet-allow'; readonly contract: Address }

/** What a move through the router needs to know of a market. Amounts are base units. Pure: nothing is sent. */
export type RoutedCollateral = {
  readonly pullAuthorization: (parameters: {
    readonly reserve: Reserve
    readonly amount: bigint
    readonly supplied: bigint
  }) => PullAuthorization
  /** Gas that one `supply` on behalf of an owner may need, with margin: the router runs it with this much. */
  readonly supplyGas: bigint
  /** Where one contract holds many markets: the contract, and which of them is meant. Otherwise the market's id is its address. */
  readonly place?: { readonly market: Address; readonly marketId: Hex } | undefined
  /** Whether the router can take this asset out of the market; absent where it can take out every one. */
  readonly canPull?: ((reserve: Reserve) => boolean) | undefined
}

/** What one market holds for some owners, at one block. */
export type MarketReading = {
  readonly state: MarketState
  /** One per asked owner, in their order. */
  readonly positions: readonly ReadResult<PositionFacts>[]
}

/**
 * The plug for a lending protocol: data in, data out, no I/O. It says what to read, how to understand it, by which rule
 * the protocol liquidates, and which calls move collateral.
 */
export interface ProtocolAdapter<metadata = unknown> {
  readonly market: Market
  /** Every rule that its positions may name. */
  readonly rules: Readonly<Record<string, LiquidationRule>>
  /** Slow-moving facts: which reserves, their tokens and decimals. Read once per `ttl` seconds. */
  readonly metadata: { readonly ttl: number; readonly read: Read<metadata> }
  /** Everything that may change with a block. No second step, so that a refresh stays one request. */
  state(metadata: metadata, owners: readonly Address[]): Read<MarketReading>
  /** What one can do here, and how much of it; absent where nothing is lent. */
  readonly lending?: Lending | undefined
  /** How a liquidator would be served here: an import of its own, as lending is. */
  readonly liquidation?: LiquidationModel | undefined
  /** Absent where the router has no connector for the protocol: collateral cannot be moved through it then. */
  readonly routed?: RoutedCollateral | undefined
}

/** An adapter of a protocol that lends. */
export type LendingAdapter<metadata = unknown> = ProtocolAdapter<metadata> & { readonly lending: Lending }
