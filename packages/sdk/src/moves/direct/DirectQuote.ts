import type { Block } from '../../model/Block.ts'
import type { Address } from '../../model/Hex.ts'
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
    /** What of an asked amount stays in the donor. */
    readonly dust: Cost
  }
  readonly route: MoveQuote['route']
  /** All of it that the owner pays, in US dollars, WAD. A rollup's fee for data on L1 comes on top. */
  readonly total: bigint
  readonly block: Block
}
