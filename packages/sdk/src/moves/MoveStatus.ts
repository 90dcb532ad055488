import type { Block } from '../model/Block.ts'
import type { DataIssue } from '../model/DataIssue.ts'
import type { TrackedMove } from './MoveIntent.ts'

/**
 * How far a move has come:
 * - `submitted`: signed, or about to be; the source chain does not show it yet.
 * - `sent`: debited, and LayerZero has a GUID for it.
 * - `verified`: its DVNs have vouched for it on the destination.
 * - `unreceived`: the message arrived, and the Stargate pool could not pay out what it brings. Nothing is lost: anyone may have
 *   the pool pay again (`retryReceiveToken`), and then it goes on.
 * - `delivered`: the tokens are on the destination, the supply is still to run (anyone may run it).
 * - `credited`: it is the owner's collateral.
 * - `parked`: the market would not take it; the owner can retry or claim.
 * - `claimed`: what was parked was paid out.
 * - `failed`: it will not happen; `reason` says why. The collateral stayed where it was, unless `reason` says otherwise.
 */
export type MoveStage =
  | 'submitted'
  | 'sent'
  | 'verified'
  | 'unreceived'
  | 'delivered'
  | 'credited'
  | 'parked'
  | 'claimed'
  | 'failed'

/** Where a move stands, as its chains show it. */
export type MoveStatus = {
  readonly stage: MoveStage
  /** The move, with the GUID and the nonce once they are known. */
  readonly move: TrackedMove
  /** The blocks that were read. */
  readonly blocks: { readonly source?: Block | undefined; readonly destination?: Block | undefined }
  /** Base units at the destination that were credited, parked or claimed. */
  readonly amount?: bigint | undefined
  /** Why it failed. */
  readonly reason?: string | undefined
  /** What could not be read: the move may be further than the stage says, never less far. */
  readonly issues: readonly DataIssue[]
}

const path: readonly MoveStage[] = ['submitted', 'sent', 'verified', 'delivered']

/**
 * Whether nothing more happens by itself.
 *
 * @example
 * import { isTerminal } from '@unimargin/sdk'
 *
 * isTerminal('credited') // true
 * isTerminal('verified') // false
 */
export function isTerminal(stage: MoveStage): boolean {
  return stage === 'credited' || stage === 'parked' || stage === 'claimed' || stage === 'failed'
}

/**
 * The stages that a move has gone through, in order, up to and including the one it is at.
 *
 * @example
 * import { type MoveStatus, stagesOf } from '@unimargin/sdk'
 *
 * export function progress(status: MoveStatus): string {
 *   return stagesOf(status).join(' → ')
 * }
 */
export function stagesOf({ stage, move }: Pick<MoveStatus, 'stage' | 'move'>): readonly MoveStage[] {
  switch (stage) {
    case 'failed':
      return move.guid === undefined ? ['submitted', 'failed'] : ['submitted', 'sent', 'failed']
    case 'unreceived':
      return ['submitted', 'sent', 'verified', 'unreceived']
    case 'credited':
    case 'parked':
      return [...path, stage]
    case 'claimed':
      return [...path, 'parked', 'claimed']
    default:
      return path.slice(0, path.indexOf(stage) + 1)
  }
}
