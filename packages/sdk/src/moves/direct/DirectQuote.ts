import type { Block } from '../../model/Block.ts'
import type { Address } from '../../model/Hex.ts'
import type { Quantity, Unknown } from '../../model/Quantity.ts'
import type { Cost, GasCost, MoveQuote } from '../MoveQuote.ts'
import type { DirectPlan } from './DirectPlan.ts'

/** What a direct move costs and brings. A plain value. */
export type DirectQuote = {
  readonly status: 'quote'
  readonly plan: DirectPlan
  readonly owner: Address
  /** Whose account it arrives in. */
  readonly recipient: Address
  /** Unix seconds of the source chain until which it may be prepared and sent. */
  readonly deadline: bigint
  /** Unix seconds of the source chain: from then on the quote is refused, because what it says may have changed. */
  readonly expiresAt: bigint
  /** Wei for the message: its fee and a buffer, of which the surplus comes back. */
  readonly value: bigint
  /** Base units at the source that are debited. */
  readonly amountSent: bigint
  /** Base units at the destination that arrive, as the route would have it now; and at least, or the route sends nothing. */
  readonly amountReceived: bigint
  readonly minimumReceived: bigint
  readonly costs: {
    /** What LayerZero takes, in the source's native coin, the buffer not included. */
    readonly messagingFee: Cost
    /** Withdrawal, approval and sending. `simulated`: as the node ran them. `stated`: constants. */
    readonly sourceGas: GasCost & { readonly basis: 'simulated' | 'stated' }
    /** What a rollup takes for writing these transactions to its L1, in the source's native coin. */
    readonly l1DataFee: Cost | Unknown
    /** The second step, approval and supply or repayment, which the recipient pays at the destination. */
    readonly destinationGas: GasCost & { readonly basis: 'simulated' | 'stated'; readonly paidBy: 'owner' }
    /** Likewise, in the destination's native coin. */
    readonly destinationDataFee: Cost | Unknown
    /** What the route keeps now, base units at the source; and what it may keep on top until it is sent. */
    readonly transferFee: Cost
    readonly slippage: Cost
    /** What being on its way costs, at the price that was asked for: a share of what is sent, for the seconds of the plan. */
    readonly waiting: MoveQuote['costs']['waiting']
    /** What of an asked amount stays in the donor. */
    readonly dust: Cost
  }
  /** What was run on both chains, and thrown away, before anybody signs; at the destination the delivery and the second step. */
  readonly simulation: MoveQuote['simulation']
  readonly route: MoveQuote['route']
  /** All of it that the owner pays, in US dollars, WAD; unknown where a part is. */
  readonly total: Quantity
  /** The parts of {@link total} that are known. */
  readonly totalKnown: bigint
  readonly block: Block
}
