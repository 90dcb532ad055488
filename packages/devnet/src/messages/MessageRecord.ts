import type { Address, Hex } from 'viem'

/** How far a message got, as its destination says. Without compose, `delivered` is the end. */
export const MESSAGE_PHASES = ['sent', 'verified', 'delivered', 'composed'] as const

export type MessagePhase = (typeof MESSAGE_PHASES)[number]

/** What the worker does next to a message. */
export type MessageStep = 'verify' | 'deliver' | 'compose'

/** A second message that the receiver queued when the first was delivered. */
export type ComposeRecord = {
  readonly index: number
  /** Who queued it: the receiver of the message, e.g. an OFT. */
  readonly from: Address
  /** Who is to be called. */
  readonly to: Address
  readonly message: Hex
  readonly status: 'queued' | 'composed'
}

/** One cross-chain message, as the chains tell of it. */
export type MessageRecord = {
  readonly guid: Hex
  readonly srcEid: number
  readonly dstEid: number
  readonly nonce: bigint
  /** The OApp on the source chain. */
  readonly sender: Address
  /** The OApp on the destination chain. */
  readonly receiver: Address
  readonly sentIn: Hex
  readonly phase: MessagePhase
  readonly composes: readonly ComposeRecord[]
  /**
   * Why the worker does not go on by itself. A failed step can be repeated, by the worker or by anyone; the message is not
   * lost.
   */
  readonly failure?: { readonly step: MessageStep; readonly reason: string } | undefined
}

/** Whether a phase is `wanted` or later. */
export function hasReached({ phase }: Pick<MessageRecord, 'phase'>, wanted: MessagePhase): boolean {
  return MESSAGE_PHASES.indexOf(phase) >= MESSAGE_PHASES.indexOf(wanted)
}
