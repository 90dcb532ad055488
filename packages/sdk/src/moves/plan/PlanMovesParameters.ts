import type { FlagKind } from '../../model/Flag.ts'
import type { Address } from '../../model/Hex.ts'
import type { MarginView } from '../../model/MarginView.ts'
import type { Shock } from '../../risk/Shock.ts'

/** What a move does with what arrives: it becomes collateral, or pays a debt of the same asset back. */
export type Purpose = 'supply' | 'repay'

/** A health factor (WAD) for every position, or by position id. */
export type Factors = bigint | Readonly<Record<string, bigint>>

/**
 * One way to bring an asset from one chain to another, as it is offered now. Amounts are base units at the source; shares are
 * WAD.
 */
export type RouteOffer = {
  /** Key of the route, and what tells offers apart: at most one per key, source and destination. */
  readonly key: string
  readonly source: { readonly chainId: number; readonly asset: Address; readonly decimals: number }
  readonly destination: { readonly chainId: number; readonly asset: Address; readonly decimals: number }
  /** Decimals that both ends can represent; smaller amounts stay behind. All of them unless given. */
  readonly sharedDecimals?: number | undefined
  /** The least that is carried; anything unless given. */
  readonly least?: bigint | undefined
  /** The most that all moves together may send over it now; anything unless given. Zero: closed. */
  readonly most?: bigint | undefined
  /** Share that the route keeps. */
  readonly fee?: bigint | undefined
  /** Share that may be lost at worst on top; counted as lost. */
  readonly slippage?: bigint | undefined
  /** What one message costs, US dollars, WAD: fees of the messaging layer, whatever gas they pay for included. */
  readonly messaging: bigint
  /** Seconds from sending until it is credited, at worst. */
  readonly seconds: bigint
}

/** What a transaction of each kind costs on one chain, US dollars, WAD. */
export type ChainCosts = {
  readonly withdraw: bigint
  readonly supply: bigint
  readonly repay: bigint
  /** To hand an asset over to a route. */
  readonly send: bigint
}

/** Costs besides those of the routes. */
export type MoveCosts = {
  readonly chains: Readonly<Record<number, ChainCosts>>
  /** What an hour of being on its way costs of a value, a share in WAD; nothing unless given. */
  readonly waiting?: bigint | undefined
}

/** A state of the world in which targets must be met, besides that of the view, which goes by the name `now`. */
export type Scenario = Shock & {
  /** Other targets than those of the plan, where a shock may leave less; by id, the plan's hold for whom it does not name. */
  readonly targets?: Factors | undefined
}

/** What is on its way already: it is believed to arrive, and no plan sends it twice. */
export type PendingMove = {
  /** Id of the position that will be credited. */
  readonly receiver: string
  /** At the destination. */
  readonly asset: Address
  /** Base units that will be credited. */
  readonly amount: bigint
  readonly purpose: Purpose
}

/** Parameters of `planMoves`. */
export type PlanMovesParameters = {
  readonly view: MarginView
  /**
   * What each position with a debt shall have at least when everything has arrived, WAD, in the view's prices and in each scenario.
   * By id: who is not named needs nothing.
   */
  readonly targets: Factors
  /**
   * What each donor keeps at least while nothing that crosses chains has arrived, WAD, in the view's prices. Unless given: its
   * target. Who owes and has neither gives nothing, and who is below it gives only once something on its own chain lifted it.
   */
  readonly floors?: Factors | undefined
  readonly scenarios?: readonly Scenario[] | undefined
  readonly routes: readonly RouteOffer[]
  readonly costs: MoveCosts
  /** Seconds within which everything must have arrived; interest on debts runs on so long. Half an hour unless given. */
  readonly horizon?: bigint | undefined
  readonly pending?: readonly PendingMove[] | undefined
  /** Ids of positions that may give; all unless given. */
  readonly donors?: readonly string[] | undefined
  /** Where the targets cannot be met: also the plan that gets the weakest as far as it goes. */
  readonly partial?: boolean | undefined
  /** Kinds of doubt about the view that the plan may be built on all the same. */
  readonly acceptFlags?: readonly FlagKind[] | undefined
  /** Nodes of the search at most, when there are more than 8 positions or 24 candidates; 2,000 unless given. */
  readonly effort?: number | undefined
}
