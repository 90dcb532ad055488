import type { MoveStatus } from '../MoveStatus.ts'
import type { MoveState } from './MoveState.ts'
import * as Transitions from './Transitions.ts'

/** How far a move was seen to come, and at which blocks that was seen. */
export type Progress = { readonly state: MoveState; readonly blocks: MoveStatus['blocks'] }

/**
 * Takes one more look into account: the states that the move came through since the last, in order, each a legal step after the
 * one before. A look at older blocks than the last, or one with a hole in it, takes nothing back.
 */
export function follow(
  progress: Progress | undefined,
  status: Pick<MoveStatus, 'state' | 'blocks' | 'issues'>,
): { readonly progress: Progress; readonly states: readonly MoveState[] } {
  const next = { state: status.state, blocks: { ...progress?.blocks, ...known(status.blocks) } }
  if (progress === undefined) return { progress: next, states: wayTo(status.state) }
  const steps = Transitions.between(progress.state, status.state) ?? []
  const takesBack = steps.some(({ kind }) => kind === 'undone')
  if (takesBack && !isCredible(progress, status)) return { progress, states: [] }
  return { progress: next, states: steps.map(({ to }) => to) }
}

/** What has passed before the first look: from a transaction on, because nobody intends what is under way. */
function wayTo(state: MoveState): readonly MoveState[] {
  if (state === 'intended' || state === 'signed') return [state]
  const steps = Transitions.between('submitted', state) ?? []
  return ['submitted', ...steps.map(({ to }) => to)]
}

function isCredible(before: Progress, { blocks, issues }: Pick<MoveStatus, 'blocks' | 'issues'>): boolean {
  const isOlder = (was: { readonly number: bigint } | undefined, is: { readonly number: bigint } | undefined) =>
    was !== undefined && is !== undefined && is.number < was.number
  if (isOlder(before.blocks.source, blocks.source) || isOlder(before.blocks.destination, blocks.destination))
    return false
  return issues.every(({ path }) => path === 'sentMove')
}

function known(blocks: MoveStatus['blocks']): MoveStatus['blocks'] {
  const { source, destination } = blocks
  return { ...(source === undefined ? {} : { source }), ...(destination === undefined ? {} : { destination }) }
}
