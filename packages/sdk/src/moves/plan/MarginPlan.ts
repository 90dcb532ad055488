import type { Asset } from '../../model/Asset.ts'
import type { KnownHealth } from '../../model/Health.ts'
import type { Purpose } from './PlanMovesParameters.ts'

/** Health of every position that the plan knows of, by id. */
export type HealthById = Readonly<Record<string, KnownHealth>>

/** Something that can be done: an amount of one asset from one position to another. Its figures do not depend on the amount. */
export type MoveCandidate = {
  /** Unique in a plan: `donor>receiver:asset:route:purpose`. */
  readonly id: string
  /** Id of the position that gives: a wallet, or one that lends. */
  readonly donor: string
  readonly receiver: string
  /** At the donor. */
  readonly asset: Asset
  /** At the receiver. */
  readonly received: Asset
  /** Key of the route; absent where both are on one chain. */
  readonly route: string | undefined
  readonly purpose: Purpose
  /** Seconds until it counts; zero on one chain. */
  readonly seconds: bigint
}

/** What a step costs, US dollars, WAD, rounded up. */
export type StepCosts = {
  readonly gas: bigint
  readonly messaging: bigint
  /** Kept by the route. */
  readonly fee: bigint
  /** Lost at worst. */
  readonly slippage: bigint
  readonly waiting: bigint
  readonly total: bigint
}

/** What has to hold still right before a step is sent. */
export type Recheck =
  /** The donor's health once the amount has left, nothing having arrived, at least: WAD. */
  | { readonly kind: 'donor-health'; readonly position: string; readonly atLeast: bigint }
  /** The donor still holds as much, and its market can pay it out: base units. */
  | { readonly kind: 'available'; readonly position: string; readonly asset: Asset; readonly atLeast: bigint }
  /** The receiver's market still takes as much: base units. */
  | { readonly kind: 'room'; readonly position: string; readonly asset: Asset; readonly atLeast: bigint }
  /** As much is still owed: base units. */
  | { readonly kind: 'owed'; readonly position: string; readonly asset: Asset; readonly atLeast: bigint }
  /** The route still carries as much: base units at the source. */
  | { readonly kind: 'route'; readonly route: string; readonly atLeast: bigint }
  /** An earlier step is final: its place in the plan. */
  | { readonly kind: 'step'; readonly index: number }

/** One step of a plan. */
export type PlanStep = {
  readonly candidate: MoveCandidate
  /** Base units of the donor's asset that leave it. */
  readonly amount: bigint
  /** Base units of the receiver's asset that count there, at worst. */
  readonly arrives: bigint
  readonly costs: StepCosts
  /** Before the step is sent; what earlier steps have on its way counts nowhere, what they did on one chain counts. */
  readonly before: HealthById
  /** Sent, and not arrived (on one chain: done). */
  readonly sent: HealthById
  /** When this step and all earlier ones have arrived. */
  readonly after: HealthById
  readonly recheck: readonly Recheck[]
}

/** What limits a plan, by name. */
export type Constraint =
  | { readonly kind: 'target'; readonly position: string; readonly scenario: string }
  | { readonly kind: 'floor'; readonly position: string }
  /** The donor's protocol pays out only what leaves the debt covered by loan-to-values; nobody can have more of that. */
  | { readonly kind: 'loan-to-value'; readonly position: string }
  | { readonly kind: 'route-most'; readonly route: string; readonly source: number; readonly destination: number }
  | { readonly kind: 'route-least'; readonly route: string; readonly source: number; readonly destination: number }
  | { readonly kind: 'balance'; readonly position: string; readonly asset: Asset }
  | { readonly kind: 'liquidity'; readonly market: string; readonly asset: Asset }
  | { readonly kind: 'supply-cap'; readonly market: string; readonly asset: Asset }
  | { readonly kind: 'owed'; readonly position: string; readonly asset: Asset }

/** A limit that the plan touches, and what more of it would be worth. */
export type BindingConstraint = {
  readonly constraint: Constraint
  /** How much more was tried: base units; less of it for a least amount; a health factor (WAD) less for a target or a floor. */
  readonly more: bigint
  /** What the cheapest plan then costs less, US dollars, WAD; zero where it only seems to bind. */
  readonly saves: bigint
}

/** Why something was not done. */
export type Rejection =
  /** The cheapest plan with it costs this much more than the chosen one: US dollars, WAD. */
  | { readonly kind: 'dearer'; readonly by: bigint }
  /** With it, no plan meets everything, whatever it costs. */
  | { readonly kind: 'infeasible' }
  /** Nobody looked long enough to tell which of these two it is. */
  | { readonly kind: 'unexplored' }
  /** The route carries nothing now. */
  | { readonly kind: 'route-closed' }
  /** Less could be moved than the least that the route carries. */
  | { readonly kind: 'below-least' }
  /** It would arrive after the horizon. */
  | { readonly kind: 'too-slow'; readonly seconds: bigint }
  /** A market refuses: `by` names why, e.g. `frozen`. */
  | { readonly kind: 'withdraw-blocked' | 'supply-blocked' | 'repay-blocked'; readonly by: readonly string[] }
  /** It would back nothing: `by` names why. */
  | { readonly kind: 'not-collateral'; readonly by: string }
  /** The donor cannot spare any. */
  | { readonly kind: 'donor-floor' }
  /** A number that it needs is unknown: which. */
  | { readonly kind: 'unknown'; readonly what: string }

/** Something that was thought of and not done. */
export type RejectedMove = { readonly candidate: MoveCandidate; readonly reason: Rejection }

/** Why a plan is the one that it is. */
export type PlanExplanation = {
  /** What binds it, dearest first. */
  readonly binding: readonly BindingConstraint[]
  /** Everything else that was thought of, by id. */
  readonly rejected: readonly RejectedMove[]
}

/** How good a plan is. */
export type Optimality =
  /** No plan is cheaper, to the rounding of amounts. */
  | { readonly status: 'exact' }
  /** No plan costs less than `lowerBound` (US dollars, WAD): this one is within `gap` of it. */
  | { readonly status: 'bounded'; readonly lowerBound: bigint; readonly gap: bigint }

/** The cheapest moves after which everything is as wanted. A plain value. */
export type MarginPlan = {
  readonly status: 'plan'
  /** In the order in which they are to be sent: make before break. */
  readonly steps: readonly PlanStep[]
  /** US dollars, WAD. */
  readonly cost: bigint
  readonly optimality: Optimality
  /** Health now, when everything is on its way, and when everything has arrived: interest until the horizon against the owner. */
  readonly health: { readonly now: HealthById; readonly inFlight: HealthById; readonly after: HealthById }
  /** The limits that it touches: `explainPlan` says what more of each would be worth. */
  readonly binding: readonly Constraint[]
  /** What was ruled out by itself: `explainPlan` says of everything else what it would have cost more. */
  readonly rejected: readonly RejectedMove[]
}

/** Every position meets its target already, in every scenario, with what is pending. */
export type NothingToDo = {
  readonly status: 'already-safe'
  readonly health: HealthById
  /** Whether that needs something pending to arrive. */
  readonly needsPending: boolean
}

/** What keeps a position from its target. */
export type Shortfall = {
  readonly position: string
  readonly scenario: string
  readonly target: bigint
  /** The best that this position alone could be brought to in that scenario. */
  readonly best: KnownHealth
}

/** No feasible moves meet every target. Nothing is to be sent. */
export type UnsavablePlan = {
  readonly status: 'unsavable'
  /**
   * Whether that was shown. False where the search ended before: nothing was found, and steps on one chain that help each other
   * in a circle have more orders than were tried, or whole units of coarse routes more counts.
   */
  readonly isProven: boolean
  /** Who cannot be saved even alone; empty where each could be, but not all together. */
  readonly shortfalls: readonly Shortfall[]
  /** What stands in the way, worst first; empty where nothing reaches who is short: `rejected` says why. */
  readonly binding: readonly Constraint[]
  /** The best weakest health that feasible moves can reach, in the view's prices; never below what it is now. */
  readonly recoverable: KnownHealth
  readonly rejected: readonly RejectedMove[]
  /** The moves that reach it, where they were asked for. */
  readonly partial?: Omit<MarginPlan, 'status'> | undefined
}

/** What `planMoves` finds. */
export type MarginPlanResult = MarginPlan | NothingToDo | UnsavablePlan
