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
  /** Wei for the message: its fee and a buffer, of which the surplus comes back. */
  readonly value: bigint
  readonly costs: {
    /** What LayerZero takes, in the source's native coin, the buffer not included. */
    readonly messagingFee: Cost
    /** Withdrawal, approval and sending. `simulated`: as the node ran them. `stated`: constants. */
    readonly sourceGas: GasCost & { readonly basis: 'simulated' | 'stated' }
    /** Approval and supply, or repayment, which the owner pays at the destination. */
    readonly destinationGas: GasCost & { readonly paidBy: 'owner' }
    /** What rollups take on either chain for data on their L1. It is not read for direct moves: unknown, where there is one. */
    readonly l1DataFee: Cost | Unknown
    /** What the route keeps, base units at the source. */
    readonly transferFee: Cost
    /** What of an asked amount stays in the donor. */
    readonly dust: Cost
  }
  readonly route: MoveQuote['route']
  /** All of it that the owner pays, in US dollars, WAD; unknown where a part is. */
  readonly total: Quantity
  /** The parts of {@link total} that are known. */
  readonly totalKnown: bigint
  readonly block: Block
}
