import type { Block } from '../model/Block.ts'
import type { Address } from '../model/Hex.ts'
import type { MovePlan } from './MovePlan.ts'
import type { RouteGrade } from './route/RouteGrade.ts'
import type { AcceptableRouteReason, RouteReason } from './route/RouteReason.ts'

/** A cost: base units of what is paid, and its value in the unit of account, WAD, rounded up. */
export type Cost = { readonly amount: bigint; readonly value: bigint }

/** Execution gas at the price of now, in wei. A rollup's fee for data on L1 comes on top and is not in it. */
export type GasCost = Cost & { readonly units: bigint; readonly price: bigint }

/** What a plan costs and brings, all in. A plain value. */
export type MoveQuote = {
  readonly status: 'quote'
  readonly plan: MovePlan
  readonly owner: Address
  /** Who besides the owner may claim or retry on the destination; the zero address if nobody. */
  readonly recovery: Address
  /** Unix seconds of the source chain: the quote and the move are void afterwards. */
  readonly deadline: bigint
  /** Wei to attach when sending: the messaging fee and a buffer; the surplus comes back in the same transaction. */
  readonly value: bigint
  /** Base units at the source that are debited. */
  readonly amountSent: bigint
  /** Base units at the destination that are credited. */
  readonly amountReceived: bigint
  readonly costs: {
    /** What LayerZero takes, in the source's native coin, the buffer not included. */
    readonly messagingFee: Cost
    /** Approval (where one is needed) and `send`, paid by the owner. */
    readonly sourceGas: GasCost & {
      /** `estimated`: by the node, of the real call. `stated`: a constant, because the router may not pull yet. */
      readonly basis: 'estimated' | 'stated'
    }
    /** Delivery and supply. The messaging fee pays for it: it is shown, and not added again. */
    readonly destinationGas: GasCost & { readonly paidBy: 'messaging-fee' }
    /** What of an asked amount stays in the donor: not lost, and not added. Valued at the donor's price. */
    readonly dust: Cost
  }
  /** How far the route can be trusted, and what doubts about it were accepted by name: `gradeRoute` tells the whole of it. */
  readonly route: {
    readonly grade: RouteGrade['grade']
    readonly doubts: readonly Pick<RouteReason, 'kind' | 'side'>[]
    readonly accepted: readonly AcceptableRouteReason[]
  }
  /** Messaging fee and source gas in the unit of account, WAD. */
  readonly total: bigint
  /** The source block that the quote was made at. */
  readonly block: Block
}
