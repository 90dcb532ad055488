import type { Block } from '../../model/Block.ts'
import type { Hex } from '../../model/Hex.ts'
import type { ReadResult } from '../../model/ReadResult.ts'
import type { MoveRemoval } from './MoveState.ts'

/**
 * What is known of a move, from which its state follows: storage of both chains, each at one block. What is left out was not
 * asked for; what was asked for and not answered says why.
 */
export type Evidence = {
  readonly known: KnownBefore
  readonly source: Unread | SourceEvidence
  /** Read once the source has given a GUID. */
  readonly destination?: Unread | DestinationEvidence | undefined
}

export type Unread = { readonly status: 'unread'; readonly reason: string }

/** What was known before this look. */
export type KnownBefore = {
  /** Unix seconds of the source chain. */
  readonly deadline: bigint
  /** How far it was brought by this side: that it was handed to a node cannot be seen on a chain. */
  readonly local: 'intended' | 'signed' | 'submitted'
  /** Whether the source chain has shown its GUID before. */
  readonly wasSent: boolean
  /** Source block at which it was seen to be included. */
  readonly minedIn?: bigint | undefined
}

/** What became of the transaction, asked by its hash. */
export type ReceiptEvidence =
  | { readonly status: 'none' }
  | { readonly status: 'success'; readonly blockNumber: bigint }
  | { readonly status: 'reverted'; readonly reason: string }
  | { readonly status: 'unavailable'; readonly reason: string }

export type SourceEvidence = {
  readonly status: 'read'
  readonly block: Block
  /** The router's record by owner and id: a zero `guid` means that it knows of none. */
  readonly sent: ReadResult<{ readonly guid: Hex; readonly nonce: bigint }>
  readonly receipt?: ReceiptEvidence | undefined
  /** Whether the sender's transaction count has passed the nonce of the transaction, at the same block. */
  readonly isNonceUsed?: ReadResult<boolean> | undefined
  /** A move in two steps: whether the first has put the collateral into the owner's own account, and it is still there. */
  readonly isWithdrawn?: ReadResult<boolean> | undefined
  /** A move in two steps: a wallet was handed something of it that no block is known of, and may still include it after the deadline. */
  readonly isUnderWay?: true | undefined
}

export type DestinationEvidence = {
  readonly status: 'read'
  readonly block: Block
  /** The application's own record: a message that LayerZero calls executed may have been thrown away. */
  readonly record: ReadResult<{ readonly status: 'none' | 'credited' | 'parked' | 'claimed'; readonly amount: bigint }>
  /** Where a router has no record to look into: what the OFT says to have paid out, asked once the message was executed or removed. */
  readonly received?: ReadResult<bigint> | undefined
  /** Zero: nothing was composed; one: it was run; else it waits. Left out where a move composes nothing. */
  readonly composeQueue?: ReadResult<Hex> | undefined
  /** Whether a pool keeps tokens that it could not pay out. */
  readonly isUnreceived?: ReadResult<boolean> | undefined
  /** Nonce of the message on its path. */
  readonly nonce: bigint
  readonly inboundPayloadHash: ReadResult<Hex>
  readonly lazyInboundNonce: ReadResult<bigint>
  /** The last nonce up to which all messages are verified. */
  readonly inboundNonce: ReadResult<bigint>
  /** Attestations, as far as they were asked for. */
  readonly attestations?: Attestations | undefined
  /** Logs: they choose between states that storage does not tell apart, and nothing else. */
  readonly hints?: MoveHints | undefined
}

/** Who has attested to a message, of those that the receiver waits for. */
export type Attestations = {
  readonly given: number
  /** Required verifiers and the threshold of the optional ones. */
  readonly needed: number
  /** Whether the library would pass it on to the endpoint now. */
  readonly isVerifiable: boolean
}

export type MoveHints = {
  /** Why an executor could not run the compose. */
  readonly composeAlert?: string | undefined
  /** Why an executor could not deliver it. */
  readonly deliveryAlert?: string | undefined
  readonly removal?: Exclude<MoveRemoval, 'nilified' | 'removed'> | undefined
}
