import type { MoveCall } from '../MoveIntent.ts'
import type { MoveStatus } from '../MoveStatus.ts'

/**
 * What takes a move out of where it stands:
 * - `commit`: has the receive library pass on what the verifiers have attested to.
 * - `deliver`: runs the verified message.
 * - `receive`: has the pool pay out what it could not pay before.
 * - `compose`: runs the supply or repayment that waits.
 * - `retry`: supplies or repays what is parked.
 * - `claim`: pays out what is parked.
 * - `resend`: sends the same move again. The router takes an id once, and `nonce` (where it is known) takes the same place.
 */
export type RecoveryKind = 'commit' | 'deliver' | 'receive' | 'compose' | 'retry' | 'claim' | 'resend'

/** A call that takes a move further, prepared and simulated; nothing was sent. */
export type RecoveryAction = {
  readonly kind: RecoveryKind
  readonly call: MoveCall
  /** What it does, in one sentence. */
  readonly does: string
  /** Who may call it. */
  readonly who: 'anyone' | 'owner' | 'owner-or-recovery'
  /** Units of gas to send it with: what the node estimates, and a margin. Absent where it would revert now. */
  readonly gas?: bigint | undefined
  /** Why it would revert now. */
  readonly refused?: string | undefined
  /** Sign with this nonce, so that it takes the place of the transaction that is under way. */
  readonly nonce?: bigint | undefined
}

/** Where a move stands, and what can be done about it. */
export type Recovery = {
  readonly status: MoveStatus
  /** What can be called, the best first. Empty where nothing can or needs to be. */
  readonly actions: readonly RecoveryAction[]
  /** One sentence: what to do, whom to ask, or what to wait for. */
  readonly advice: string
}
