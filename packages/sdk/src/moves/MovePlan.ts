import type { PullAuthorization } from '../adapter/ProtocolAdapter.ts'
import type { Asset } from '../model/Asset.ts'
import type { Block } from '../model/Block.ts'
import type { FlagKind } from '../model/Flag.ts'
import type { KnownHealth } from '../model/Health.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { Market } from '../model/Market.ts'
import type { Quantity } from '../model/Quantity.ts'
import type { MoveAction } from './MoveIntent.ts'

/** Health of one position through a move, by the protocol's own rule, at the prices and debts of the view. */
export type PlannedHealth = {
  readonly before: KnownHealth
  /** The donor is debited, the receiver not yet credited. */
  readonly inFlight: KnownHealth
  readonly after: KnownHealth
  /** As `after`, but with the interest of {@link MovePlan.slack} and the protocols' rounding against the owner. */
  readonly atArrival: KnownHealth
}

/** One of the two positions of a move. */
export type PlannedPosition = {
  /** The position's id in the view. */
  readonly id: string
  readonly market: Market
  /** The block that the plan was made at. */
  readonly block: Block
  readonly health: PlannedHealth
}

/** Where the move begins or ends. */
export type PlannedEnd = {
  readonly chainId: number
  /** LayerZero endpoint id. */
  readonly eid: number
  readonly endpoint: Address
  readonly router: Address
  /** The pool's address, or the contract's that holds the market. */
  readonly market: Address
  /** Which of the contract's markets, where it holds many. */
  readonly marketId?: Hex | undefined
  readonly asset: Asset
  readonly oft: Address
  /** Price of the chain's native coin, WAD per whole coin; unknown where no market of the view prices it. */
  readonly nativePrice: Quantity
}

/** Collateral to take out of the donor, and to supply to the receiver or to repay its debt with. A plain value: show it, store it, quote it. */
export type MovePlan = {
  readonly status: 'plan'
  readonly owner: Address
  readonly donor: PlannedPosition
  readonly receiver: PlannedPosition
  /** Whether it becomes collateral of the receiver, or pays its debt back. */
  readonly purpose: MoveAction
  /** Key of the route. */
  readonly route: string
  readonly source: PlannedEnd
  readonly destination: PlannedEnd
  /** Base units at the source that leave the donor: free of dust. */
  readonly amount: bigint
  /**
   * Base units at the source that have to arrive of it, by what the route may keep: the contract sends nothing otherwise. The
   * whole amount unless the plan allows for a fee.
   */
  readonly minAmount: bigint
  /** The same in base units at the destination: what the receiver is credited at least. */
  readonly received: bigint
  /**
   * What of it the receiver does not owe now, base units at the destination: a repayment pays it to the owner's wallet. Interest
   * until the arrival makes it less; a route that keeps less than it may makes it more, by what the quote's `amountReceived` is
   * above its `minimumReceived`. Zero for a supply.
   */
  readonly excess: bigint
  /** What of an asked amount the route cannot carry, base units at the source: it stays in the donor. */
  readonly dust: bigint
  /** Price of the asset at the donor in US dollars, WAD per whole token. */
  readonly price: bigint
  /** The health factor to reach, WAD; absent when an amount was asked for without one. */
  readonly target?: bigint | undefined
  /** The health factor that the donor keeps, WAD: the router enforces it on chain. */
  readonly donorFloor: bigint
  /** The doubts about a view that were accepted by name: a later view that has other ones is refused. */
  readonly acceptedFlags: readonly FlagKind[]
  /** What was added to the least amount: debts grow by this many seconds of interest until the collateral counts. */
  readonly slack: { readonly seconds: bigint }
  /** What the owner has to allow the router. */
  readonly authorization: PullAuthorization
  /** Gas that the destination runs the move with. */
  readonly gas: { readonly delivery: bigint; readonly supply: bigint }
  /**
   * GUIDs of the owner's moves that are in flight to the receiver's chain already. They count in no health, so the plan
   * does not know of them: show them before the same rescue is sent twice.
   */
  readonly underWay: readonly Hex[]
}

/** The receiver meets the target without help. */
export type AlreadySafe = {
  readonly status: 'already-safe'
  readonly receiver: string
  readonly health: KnownHealth
  readonly target: bigint
}

/** Why no move of this asset between these positions does it. */
export type UnsavableReason =
  /** The donor's market pays nothing out: `by` names why, e.g. `paused`. */
  | { readonly kind: 'withdraw-blocked'; readonly by: readonly string[] }
  /** The receiver's market takes nothing in: `by` names why, e.g. `frozen`, `cap`. */
  | { readonly kind: 'supply-blocked'; readonly by: readonly string[] }
  /** The receiver's market takes no repayments: `by` names why, e.g. `paused`. */
  | { readonly kind: 'repay-blocked'; readonly by: readonly string[] }
  /** It would be supplied, but would back nothing: `by` names why. */
  | {
      readonly kind: 'not-collateral'
      readonly by: 'no-threshold' | 'no-loan-to-value' | 'switched-off' | 'isolated'
    }
  /** The donor would fall below its floor. */
  | { readonly kind: 'donor-floor' }
  /** The donor holds too little. */
  | { readonly kind: 'donor-balance' }
  /** The donor's market holds too little to pay out. */
  | { readonly kind: 'donor-liquidity' }
  /** The receiver's market takes too little more under its cap. */
  | { readonly kind: 'supply-cap' }
  /** The receiver owes too little of the asset: with all of it repaid the target is still missed. */
  | { readonly kind: 'debt' }
  /** One message cannot carry enough. */
  | { readonly kind: 'route-limit' }
  /** The asked amount is not enough for the asked target. */
  | { readonly kind: 'amount' }

/** No feasible move reaches the goal. Nothing is to be sent. */
export type Unsavable = {
  readonly status: 'unsavable'
  readonly donor: string
  readonly receiver: string
  readonly reason: UnsavableReason
  /** The most that could be moved, base units at the source. */
  readonly mostAmount: bigint
  /** What the receiver's health would be with that, interest and rounding against the owner. */
  readonly bestReachable: KnownHealth
}

/** What {@link planMove} finds. */
export type MovePlanResult = MovePlan | AlreadySafe | Unsavable
