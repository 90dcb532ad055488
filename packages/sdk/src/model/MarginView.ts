import type { Asset } from './Asset.ts'
import type { Block, Finality } from './Block.ts'
import type { DataIssue } from './DataIssue.ts'
import type { Flag } from './Flag.ts'
import type { Health, Verdict } from './Health.ts'
import type { Address, Hex } from './Hex.ts'
import type { MarketState } from './Market.ts'
import type { Position } from './Position.ts'
import type { Quantity } from './Quantity.ts'

/** On whose word a chain's values stand. */
export type Agreement =
  | { readonly status: 'single-source' }
  /** At least `agree` of the `of` operators that were configured said the same, of the same block. */
  | { readonly status: 'agreed'; readonly agree: number; readonly of: number }

/** What became of one chain in a margin view. */
export type ChainReading =
  | {
      readonly status: 'read'
      readonly chainId: number
      readonly name: string
      readonly block: Block
      /** Seconds between the block's time and the moment of reading, never below zero. */
      readonly age: bigint
      /** Seconds between the block's time and that of the youngest block of this chain that this client has seen. */
      readonly lag: bigint
      readonly finality: Finality
      readonly agreement: Agreement
    }
  | { readonly status: 'unread'; readonly chainId: number; readonly name: string; readonly reason: string }

/** Sums over positions in US dollars, WAD; collateral rounded down and debt up where a market counts in another unit. */
export type TotalValues = {
  /** What is supplied, collateral or not. */
  readonly collateralValue: bigint
  readonly debtValue: bigint
  /** What is held and not supplied (`Market.holdsIdle`): in none of the others. */
  readonly idleValue: bigint
  readonly weightedCollateral: bigint
  readonly weightedDebt: bigint
  /** `collateralValue − debtValue`; may be negative. */
  readonly netValue: bigint
}

/** Totals over the whole account. What is partial cannot be mistaken for the whole. */
export type Totals =
  | ({ readonly status: 'complete' } & TotalValues)
  /** `known` sums the positions that are wholly known; `missing` names the others. */
  | { readonly status: 'partial'; readonly known: TotalValues; readonly missing: readonly string[] }

/** The lowest health over the account's positions, and whose it is. Liquidation obeys this one. */
export type WeakestHealth = {
  /** Unknown as soon as one position's health is. */
  readonly health: Health
  /** The weakest of the positions whose health is known, also when others are unknown; absent when none has debt. */
  readonly weakestKnown?: { readonly position: string; readonly factor: bigint } | undefined
}

/** Collateral that left one chain and is not yet credited on the other: in no position's health. */
export type InFlight = {
  readonly guid: Hex
  readonly owner: Address
  readonly asset: Asset
  readonly sourceChainId: number
  readonly destinationChainId: number
  /** Base units of the asset on the source chain. */
  readonly amount: bigint
  /** WAD at the source market's price; unknown where that price is. */
  readonly value: Quantity
  /** Seconds since 1970. */
  readonly sentAt: bigint
  /** False when the destination could not be read: it may have arrived already. */
  readonly confirmed: boolean
}

/** Collateral that arrived but that the market would not take: the owner can retry or claim it. */
export type Parked = {
  readonly guid: Hex
  readonly owner: Address
  readonly asset: Asset
  readonly chainId: number
  /** The market that refused it. */
  readonly market: Address
  readonly amount: bigint
  readonly value: Quantity
}

/** All positions of an account, each chain at one named block. */
export type MarginView = {
  readonly owners: readonly Address[]
  readonly chains: readonly ChainReading[]
  /** One per owner and market, empty ones included: an absent position is a position nobody asked for. */
  readonly positions: readonly Position[]
  readonly markets: readonly MarketState[]
  readonly inFlight: readonly InFlight[]
  readonly parked: readonly Parked[]
  readonly totals: Totals
  readonly weakest: WeakestHealth
  /** ΣW/ΣD, as if all were one account. Hypothetical: it bounds nothing. */
  readonly aggregate: Health
  /**
   * The best that the weakest health can become by feasible moves within a horizon, what routes take off: never below
   * {@link weakest}. Unknown as soon as one position's health is. Absent until `withRecovery` has worked it out, and with it
   * whether the verdict is `unsavable`.
   */
  readonly recoverable?: Health | undefined
  readonly verdict: Verdict
  /** Everything that is missing, located. Empty when the view is whole. */
  readonly issues: readonly DataIssue[]
  /** Everything that was read and is doubtful, located. */
  readonly flags: readonly Flag[]
  /**
   * How the chains' blocks go together. No collateral can be counted on two chains: where a move has arrived, its source was
   * read at a block that shows it as sent. An issue with the path `moves` says for whom, and where, that cannot be told.
   */
  readonly cut: {
    /** Time of the oldest of the blocks, seconds since 1970; absent when no chain was read. */
    readonly time: bigint | undefined
    /** Seconds between the oldest and the youngest of the blocks. */
    readonly skew: bigint
  }
}
