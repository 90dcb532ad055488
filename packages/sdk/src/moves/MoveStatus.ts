import type { Block } from '../model/Block.ts'
import type { DataIssue } from '../model/DataIssue.ts'
import type { TrackedMove } from './MoveIntent.ts'
import type { Attestations } from './track/Evidence.ts'
import type { MoveRemoval, MoveState } from './track/MoveState.ts'

/** Where a move stands, as its chains show it. */
export type MoveStatus = {
  readonly state: MoveState
  /** The move, with what was learnt of it: GUID and nonce, its transaction, and the block that it was seen in. */
  readonly move: TrackedMove
  /** The blocks that were read. */
  readonly blocks: { readonly source?: Block | undefined; readonly destination?: Block | undefined }
  /** Base units at the destination that were credited, parked or claimed. */
  readonly amount?: bigint | undefined
  /** Why it failed, was refused, or could not be run. */
  readonly reason?: string | undefined
  /** How the token's owner refused the message, in the state of that name. */
  readonly removal?: MoveRemoval | undefined
  /** Who has attested to it, where that was asked for. */
  readonly attestations?: Attestations | undefined
  /** What could not be read: the move may be further than the state says, never less far. */
  readonly issues: readonly DataIssue[]
}
