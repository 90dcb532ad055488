import type { Route, RouterDeployment, SequencerFeed } from '@unimargin/sdk'
import type { Address, Chain, Hex } from 'viem'
import type { ChainName } from './ChainSpec.ts'
import type { DevnetClient } from './chain/createClient.ts'
import type { DevnetAccount } from './createAccounts.ts'
import type { AaveVersion } from './deploy/AaveMarket.ts'
import type { MorphoMarket } from './deploy/deployMorpho.ts'
import type { LinearRate } from './linearRate.ts'
import type { MorphoMarketName } from './MorphoMarket.ts'
import type { Messages } from './messages/Messages.ts'
import type { DevnetToken, TokenSymbol } from './Token.ts'

/** Where things stand on one chain. */
export type DevnetAddresses = {
  readonly multicall3: Address
  readonly router: Address
  readonly create3Factory: Address
  readonly pool: Address
  readonly addressesProvider: Address
  readonly poolConfigurator: Address
  readonly aclManager: Address
  readonly oracle: Address
  readonly dataProvider: Address
  /**
   * Aave's own, asking the sequencer feed, with a grace period of an hour. The pool asks it only after the admin called
   * `setPriceOracleSentinel` of the addresses provider.
   */
  readonly priceOracleSentinel: Address
  /** Morpho Blue: one contract for all its markets. */
  readonly morpho: Address
  /** The interest model of Morpho's own tests: a utilisation of x % costs x % a year. */
  readonly morphoIrm: Address
  /** Answers as Chainlink's uptime feeds do. */
  readonly sequencerFeed: Address
  readonly sendLibrary: Address
  readonly receiveLibrary: Address
  readonly executor: Address
  readonly dvns: readonly [Address, Address]
}

/** One local chain with everything on it. */
export type DevnetChain = {
  readonly name: ChainName
  readonly chainId: number
  /** LayerZero endpoint id. */
  readonly eid: number
  readonly rpcUrl: string
  /** For viem: real id and name, local node. */
  readonly chain: Chain
  /** Reads, writes and steers the chain. Give Aave transactions explicit `gas`: an estimate is a block too old. */
  readonly client: DevnetClient
  /** Owns and administers tokens, feeds, pool and endpoint; the client can send from it without a key. */
  readonly admin: Address
  readonly endpoint: Address
  readonly addresses: DevnetAddresses
  readonly aaveVersion: AaveVersion
  readonly morphoMarkets: Readonly<Record<MorphoMarketName, MorphoMarket>>
  readonly tokens: Readonly<Record<TokenSymbol, DevnetToken>>
}

/** What `aaveV3` of `@unimargin/adapters/aave-v3` asks for. */
export type DevnetMarket = { readonly chainId: number; readonly pool: Address; readonly name: string }

/** What `morphoBlue` of `@unimargin/adapters/morpho-blue` asks for. */
export type DevnetMorphoMarket = {
  readonly chainId: number
  readonly morpho: Address
  readonly marketId: Hex
  readonly name: string
  /** Aave's oracle on the chain: what the loan token is worth in US dollars. */
  readonly dollarOracle: Address
  readonly interestRateModels: Readonly<Record<Address, LinearRate>>
}

/** A state of all chains and of the worker that one can go back to. */
export type DevnetSnapshot = { readonly id: number }

/** An amount of base units for each token that is named. */
export type TokenAmounts = Readonly<Partial<Record<TokenSymbol, bigint>>>

/** Several local chains that are one network: LayerZero V2, Aave V3, Morpho Blue, tokens that cross, the router, and a worker. */
export type Devnet = {
  readonly chains: readonly DevnetChain[]
  /** @throws UnknownDevnetChainError */
  readonly chain: (name: ChainName) => DevnetChain
  /** The well-known test accounts, with native coins on every chain. */
  readonly accounts: readonly DevnetAccount[]
  readonly routers: readonly RouterDeployment[]
  readonly routes: readonly Route[]
  /** Each chain's uptime feed, for `createMarginClient`. */
  readonly sequencers: readonly SequencerFeed[]
  /** Carries messages between the chains, and lets tests interfere. */
  readonly messages: Messages
  /** How long each phase of the boot took, in milliseconds. */
  readonly timings: Readonly<Record<'contracts' | 'boot' | 'deploy' | 'total', number>>

  /** @throws UnknownDevnetChainError */
  readonly marketOf: (chain: ChainName) => DevnetMarket
  /** @throws UnknownDevnetChainError */
  readonly morphoMarketOf: (chain: ChainName, market: MorphoMarketName) => DevnetMorphoMarket
  /** Sets the price (US dollars, e.g. `'2412.50'`, at most 8 decimals) on one chain, or on all, for Aave and Morpho alike; the feed is updated with it. Zero breaks it. */
  readonly setPrice: (symbol: TokenSymbol, usd: string, where?: { readonly chain?: ChainName }) => Promise<void>
  /** Makes a chain's uptime feed say that its sequencer is down, or up again. The chain goes on either way. */
  readonly setSequencer: (chain: ChainName, state: 'up' | 'down') => Promise<void>
  /** Gives base units of a token out of nothing. */
  readonly mint: (symbol: TokenSymbol, to: Address, amount: bigint, chain: ChainName) => Promise<void>
  /** Supplies freshly minted tokens for an owner, who need not sign. Aave counts a first supply as collateral. */
  readonly supply: (parameters: AavePosting) => Promise<void>
  /** Borrows at the variable rate, in the owner's name. The owner gets the tokens. */
  readonly borrow: (parameters: AavePosting) => Promise<void>
  /** Supplies, then borrows. */
  readonly openAavePosition: (parameters: {
    readonly chain: ChainName
    readonly owner: Address
    readonly supply: TokenAmounts
    readonly borrow?: TokenAmounts
  }) => Promise<void>
  /** Puts freshly minted collateral into a Morpho Blue market for an owner, then borrows of its loan token in the owner's name. */
  readonly openMorphoPosition: (parameters: {
    readonly chain: ChainName
    readonly market: MorphoMarketName
    readonly owner: Address
    /** Base units. */
    readonly collateral: bigint
    readonly borrow?: bigint
  }) => Promise<void>
  /** Freezes (no supply, no borrow) or pauses (nothing at all) a reserve, or opens it again. */
  readonly setReserve: (parameters: {
    readonly chain: ChainName
    readonly symbol: TokenSymbol
    readonly frozen?: boolean
    readonly paused?: boolean
  }) => Promise<void>
  /** Lets seconds pass on all chains. Their clocks agree afterwards. */
  readonly increaseTime: (seconds: number) => Promise<void>
  /** Remembers the state of all chains and of the worker. */
  readonly snapshot: () => Promise<DevnetSnapshot>
  /** Goes back, as often as one likes. Later snapshots are gone then. @throws UnknownSnapshotError */
  readonly revert: (snapshot: DevnetSnapshot) => Promise<void>
  /** Ends worker and chains. May be called again. */
  readonly close: () => Promise<void>
}

export type AavePosting = {
  readonly chain: ChainName
  readonly owner: Address
  readonly symbol: TokenSymbol
  /** Base units. */
  readonly amount: bigint
}
