import type { Hex } from '../../model/Hex.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import type { MoveStatus } from '../MoveStatus.ts'

/** What became of a move that a journal had as unfinished. */
export type ResumedMove =
  /** Its chain knows it, or it is over: nothing of it had to be sent. */
  | { readonly kind: 'found'; readonly id: Hex; readonly move: TrackedMove; readonly status: MoveStatus }
  /** It is on its source chain by now: what was signed before was handed over once more, or it was signed anew with the same id. */
  | { readonly kind: 'sent'; readonly id: Hex; readonly move: TrackedMove; readonly status: MoveStatus }
  /** It is not known to be over, and is looked at again the next time. */
  | { readonly kind: 'waiting'; readonly id: Hex; readonly reason: WaitingReason; readonly error?: unknown }
  /** It was not sent, and will not be: the journal has it as `failed`. */
  | { readonly kind: 'given-up'; readonly id: Hex; readonly error: unknown }

/**
 * Why a move waits:
 * - `busy`: this process is just sending it.
 * - `no-wallet`: something has to be signed, and no wallet for it was given, or another's.
 * - `pending`: it was sent, or may be among what the owner has sent, and is in no block yet.
 * - `unavailable`: a chain or the wallet did not answer.
 * - `unreadable`: what is recorded of it is not what this version of the SDK writes, or not for this client.
 */
export type WaitingReason = 'busy' | 'no-wallet' | 'pending' | 'unavailable' | 'unreadable'
