import type { Block } from './Block.ts'
import type { DataIssue } from './DataIssue.ts'
import type { Details } from './Details.ts'
import type { Flag } from './Flag.ts'
import type { Health } from './Health.ts'
import type { Address } from './Hex.ts'
import type { CollateralLeg, DebtLeg } from './Leg.ts'
import type { Market } from './Market.ts'
import type { Quantity } from './Quantity.ts'
import type { UnitOfAccount } from './UnitOfAccount.ts'

/** What an adapter reads of one owner in one market, before the risk core has judged it. */
export type PositionFacts = {
  readonly owner: Address
  /** Key of the liquidation rule of the adapter that applies. */
  readonly rule: string
  /** Only assets that the owner holds or whose amount is unknown. */
  readonly collateral: readonly CollateralLeg[]
  readonly debt: readonly DebtLeg[]
  /**
   * What a first supply of each other asset would be, with an amount of zero: at the price and the parameters that hold for
   * this owner (an e-mode has its own), and collateral only if the protocol counts it without the owner's doing. Where an
   * adapter does not say, the reserves' own parameters are believed.
   */
  readonly firstSupplies?: readonly CollateralLeg[] | undefined
  /** What the protocol knows besides, for display: e.g. `{ eMode: 'ETH correlated', isolated: false }`. */
  readonly details: Details
  /** What prices and values are counted in; absent: US dollars. */
  readonly unit?: UnitOfAccount | undefined
  /** Doubts that only the adapter can have, e.g. that the protocol's own view of this account is behind. */
  readonly flags?: readonly Flag[] | undefined
}

type PositionIdentity = {
  /** `${market.key}:${owner}`, the owner in lower case. */
  readonly id: string
  readonly owner: Address
  readonly market: Market
}

/** A position that was read: each of its numbers is known, or says why not. */
export type ReadPosition = PositionIdentity &
  PositionFacts & {
    readonly status: 'read'
    readonly block: Block
    /** All supplied assets, collateral or not. */
    readonly collateralValue: Quantity
    readonly debtValue: Quantity
    /** `W`: sum of value × liquidation threshold over what counts as collateral. */
    readonly weightedCollateral: Quantity
    /** `D`: sum of debt value × liability weight. */
    readonly weightedDebt: Quantity
    /** What the protocol itself says, or unknown as soon as one input is. */
    readonly health: Health
    /**
     * What {@link health} is at least, whatever the unknown collateral turns out to be: it counts as zero, or as what lowers
     * the protocol's own figure most. Unknown only where a debt is.
     */
    readonly conservativeHealth: Health
    readonly issues: readonly DataIssue[]
  }

/** A position that could not be read at all. It is not empty: nobody knows what it holds. */
export type UnreadPosition = PositionIdentity & {
  readonly status: 'unread'
  readonly health: Extract<Health, { status: 'unknown' }>
  readonly issues: readonly DataIssue[]
  /** What a watcher last read, to be shown as stale: it counts in no sum, no health and no move. */
  readonly lastKnown?: LastKnown | undefined
}

/** A position as it was, some time ago. */
export type LastKnown = {
  readonly position: ReadPosition
  /** Seconds since 1970. */
  readonly readAt: bigint
}

/** What one owner holds in one market: **the unit of liquidation**. */
export type Position = ReadPosition | UnreadPosition

/**
 * The id of an owner's position in a market.
 *
 * @example
 * import { type MarginView, type Market, positionId } from '@unimargin/sdk'
 *
 * export function positionIn(view: MarginView, market: Market, owner: `0x${string}`) {
 *   return view.positions.find(({ id }) => id === positionId(market, owner))
 * }
 */
export function positionId(market: Market, owner: Address): string {
  return `${market.key}:${owner.toLowerCase()}`
}
