import type { MoveStatus } from '../MoveStatus.ts'
import type { MoveState } from './MoveState.ts'
import * as Transitions from './Transitions.ts'

/** How far a move was seen to come, and at which blocks that was seen. */
export type Progress = { readonly state: MoveState; readonly blocks: MoveStatus['blocks'] }

/** What of a look tells how far a move has come. A direct move goes another way than one that a router carries. */
export type Look = Pick<MoveStatus, 'state' | 'blocks' | 'issues' | 'attestations'> & {
  readonly move: { readonly direct?: object | undefined }
}

/**
 * Takes one more look into account: the states that the move came through since the last, in order, each a legal step after the
 * one before. A look at older blocks than the last, or one with a hole in it, takes nothing back.
 */
export function follow(
  progress: Progress | undefined,
  status: Look,
): { readonly progress: Progress; readonly states: readonly MoveState[] } {
  const way = { isDirect: status.move.direct !== undefined }
  const next = { state: status.state, blocks: { ...progress?.blocks, ...known(status.blocks) } }
  if (progress === undefined) return { progress: next, states: wayTo(status.state, way) }
  // Who has attested was not asked for, or no log told of what: that takes no attestation back.
  const isUntold = progress.state === 'verifying' && status.state === 'sent' && status.attestations === undefined
  if (isUntold) return { progress: { ...next, state: progress.state }, states: [] }
  const steps = Transitions.between(progress.state, status.state, way)
  if (steps === undefined) return { progress, states: [] }
  const takesBack = steps.some(({ kind }) => kind === 'undone')
  if (takesBack && !isCredible(progress, status)) return { progress, states: [] }
  return { progress: next, states: steps.map(({ to }) => to) }
}

/** What has passed before the first look: from a transaction on, because nobody intends what is under way. */
function wayTo(state: MoveState, way: { readonly isDirect: boolean }): readonly MoveState[] {
  if (state === 'intended' || state === 'signed') return [state]
  const steps = Transitions.between('submitted', state, way) ?? []
  return ['submitted', ...steps.map(({ to }) => to)]
}

/**
 * Whether a look may take something back: not one at older blocks, nor one that did not see the source, nor one with a hole. What the
 * source has read and does not show any more it may, whatever the destination tells.
 */
function isCredible(
  before: Progress,
  { state, blocks, issues }: Pick<MoveStatus, 'state' | 'blocks' | 'issues'>,
): boolean {
  const isOlder = (was: { readonly number: bigint } | undefined, is: { readonly number: bigint } | undefined) =>
    was !== undefined && is !== undefined && is.number < was.number
  const { source, destination } = blocks
  if (source === undefined || isOlder(before.blocks.source, source)) return false
  if (state === 'reorged') return issues.every(({ kind, chainId }) => kind === 'disputed' || chainId !== source.chainId)
  return !isOlder(before.blocks.destination, destination) && issues.every(({ kind }) => kind === 'disputed')
}

function known(blocks: MoveStatus['blocks']): MoveStatus['blocks'] {
  const { source, destination } = blocks
  return { ...(source === undefined ? {} : { source }), ...(destination === undefined ? {} : { destination }) }
}
