import type { Block } from '../model/Block.ts'
import type { Address } from '../model/Hex.ts'
import type { Quantity, Unknown } from '../model/Quantity.ts'
import type { MovePlan } from './MovePlan.ts'
import type { MoveSimulation } from './quote/Simulation.ts'
import type { RouteGrade } from './route/RouteGrade.ts'
import type { AcceptableRouteReason, RouteReason } from './route/RouteReason.ts'

/** A cost: base units of what is paid, and its value in the unit of account, WAD, rounded up. */
export type Cost = { readonly amount: bigint; readonly value: bigint }

/** Execution gas at the price of now, in wei. What a rollup takes for data on its L1 is a cost of its own. */
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
  /** Unix seconds of the source chain: from then on the quote is refused, because what it says may have changed. */
  readonly expiresAt: bigint
  /** Wei to attach when sending: the messaging fee and a buffer; the surplus comes back in the same transaction. */
  readonly value: bigint
  /** Base units at the source that are debited. */
  readonly amountSent: bigint
  /** Base units at the destination that are credited, as the route would have it now. */
  readonly amountReceived: bigint
  /** Base units at the destination that are credited at least: the contract sends nothing otherwise. */
  readonly minimumReceived: bigint
  readonly costs: {
    /** What LayerZero takes, in the source's native coin, the buffer not included. */
    readonly messagingFee: Cost
    /**
     * `send`, and what allows it where that is needed: an approval, or an authorisation and its end. Paid by the owner; with signatures
     * it is one transaction, and less.
     */
    readonly sourceGas: GasCost & {
      /**
       * `simulated`: all calls were run in their order. `estimated`: by the node, of the real call. `stated`: a constant, because
       * the router may not pull yet, and the node cannot simulate.
       */
      readonly basis: 'simulated' | 'estimated' | 'stated'
    }
    /**
     * What a rollup takes for writing the owner's transactions to its L1, and what its operator takes besides the gas, in the
     * source's native coin.
     */
    readonly l1DataFee: Cost | Unknown
    /** Delivery and supply. The messaging fee pays for it: it is shown, and not added again. */
    readonly destinationGas: GasCost & { readonly paidBy: 'messaging-fee' }
    /** What of an asked amount stays in the donor: not lost, and not added. Valued at the donor's price. */
    readonly dust: Cost
    /** What the route keeps of the amount now, base units at the source. */
    readonly transferFee: Cost
    /** What the route may keep on top until it is sent, before the contract refuses. */
    readonly slippage: Cost
    /** What being on its way costs, at the price that was asked for: a share of what is sent, for the seconds of the plan. */
    readonly waiting: { readonly seconds: bigint; readonly value: bigint }
  }
  /** What was run on both chains, and thrown away, before anybody signs. */
  readonly simulation: MoveSimulation
  /** Errors, by name, that it may end in at the destination all the same. */
  readonly acceptArrival: readonly string[]
  /** How far the route can be trusted, and what doubts about it were accepted by name: `gradeRoute` tells the whole of it. */
  readonly route: {
    readonly grade: RouteGrade['grade']
    readonly doubts: readonly Pick<RouteReason, 'kind' | 'side'>[]
    readonly accepted: readonly AcceptableRouteReason[]
  }
  /**
   * All of it at worst, in the unit of account, WAD: messaging fee, source gas, fee for data, transfer fee, slippage, waiting. Dust
   * is not lost. Unknown where a part is.
   */
  readonly total: Quantity
  /** The parts of {@link total} that are known. */
  readonly totalKnown: bigint
  /** The source block that the quote was made at. */
  readonly block: Block
}
