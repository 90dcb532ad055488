import type { Address, Asset } from '@unimargin/sdk'
import type { AaveV3Version } from './version.ts'

/** A reserve and its tokens. */
export type ReserveTokens = {
  readonly asset: Asset
  /** Where its bits are in bitmaps of users and e-modes. */
  readonly id: number
  readonly aToken: Address
  /** The aToken's name: its EIP-712 domain. Absent if it could not be read; then there is no permit. */
  readonly aTokenName?: string | undefined
  /** Absent in pools that have dropped stable debt. */
  readonly stableDebtToken?: Address | undefined
  readonly variableDebtToken: Address
  readonly strategy: Address
  /** What the reserve is called in paths of issues: its symbol, unless two reserves share it. */
  readonly label: string
  /** The feed that the oracle takes the price from. Absent where it names none; its price is then another oracle's. */
  readonly priceSource?: Address | undefined
}

/** An e-mode category that is in use. */
export type CategoryTokens = {
  readonly id: number
  /** Replaces the prices of the category's assets for users in it (3.0 and 3.1). */
  readonly priceSource?: Address | undefined
}

/** What of a pool seldom changes. `state` checks all of it again, so that a change is seen in the next block. */
export type AaveV3Metadata = {
  readonly revision: bigint
  readonly version: AaveV3Version
  readonly addressesProvider: Address
  readonly oracle: Address
  readonly reserves: readonly ReserveTokens[]
  readonly categories: readonly CategoryTokens[]
  /** Only with lending. */
  readonly lending?: LendingFacts | undefined
}

/** What lending keeps with the metadata. */
export type LendingFacts = {
  /** Who may forbid to borrow, while a sequencer is down say. */
  readonly sentinel?: Address | undefined
  /** Of each reserve what its strategy says once and for all (3.0). Absent later, and where it does not say. */
  readonly rateModels: readonly (RateModel | undefined)[]
}

/** The rates of a reserve by its usage: linear, steeper above the optimal one. RAY. */
export type RateModel = {
  readonly optimalUsage: bigint
  readonly baseRate: bigint
  readonly slope1: bigint
  readonly slope2: bigint
}
