import { type MoveState, type MoveStatus, MoveTransitions } from '@unimargin/sdk'
import * as Chain from './Chain.ts'
import type { DestinationState } from './DestinationState.ts'
import type { Nodes } from './nodesOf.ts'
import { DESTINATION, SOURCE } from './places.ts'
import type { SourceState } from './SourceState.ts'
import * as Truth from './truth.ts'
import type { World } from './World.ts'

/**
 * What is wrong with a status: nothing that was never true of the blocks that nodes showed during the look may be said; and where one
 * left something out, the move may be further than is said, never less far.
 */
export function objectionsTo(status: MoveStatus, { shown, gaps }: Nodes, world: World): readonly string[] {
  const { state, move } = status
  const sources = shown.flatMap((one) => (one.chainId === SOURCE ? [one.block] : []))
  const hasGaps = gaps.count > 0
  if (!hasGaps && gaps.lagging === 0 && !world.isReorganised && status.issues.length > 0) {
    return [`issues of honest nodes: ${status.issues.map(({ path, reason }) => `${path}: ${reason}`).join('; ')}`]
  }
  const isWithout = (block: Chain.Block<SourceState>) => block.state.sent === undefined
  const sourceSays = (says: boolean) => (says ? [] : [`${state} is not what the source showed`])
  const { hash, transaction, minedIn } = move
  switch (state) {
    case 'intended':
    case 'signed':
    case 'submitted':
      return sourceSays(sources.length === 0 || sources.some(isWithout) || hasGaps)
    case 'replaced':
      return sourceSays(
        sources.some(isWithout) &&
          sources.some((block) => block.state.count > (transaction?.nonce ?? block.state.count)),
      )
    case 'mined':
      return sourceSays(
        minedIn !== undefined &&
          (sources.length === 0 || hasGaps || sources.some((block) => block.number < minedIn || isIn(block, hash))),
      )
    case 'reorged':
      return sourceSays(world.isReorganised && sources.some(isWithout))
    case 'failed': {
      const isLate = (block: Chain.Block<SourceState>) => isWithout(block) && block.timestamp > world.deadline
      const isReverted = (block: Chain.Block<SourceState>) =>
        hash !== undefined && Chain.find(block, hash)?.mined.isReverted === true
      return sourceSays(sources.some(isLate) || (sources.some(isWithout) && sources.some(isReverted)))
    }
    case 'refunded':
      return ['a routed move is not refunded']
    default:
      return objectionsThere(status, { shown, gaps }, world)
  }
}

/** What is wrong with a state that the destination has to show. */
export function objectionsThere(
  status: MoveStatus,
  { shown, gaps }: Pick<Nodes, 'shown' | 'gaps'>,
  world: World,
): readonly string[] {
  const { state, move } = status
  const hasGaps = gaps.count > 0
  const destinations = shown.flatMap((one) => (one.chainId === DESTINATION ? [one.block] : []))
  if (move.guid === undefined) return [`${state} without a GUID`]
  const truths = destinations.map((block) => truthOf(block, status, state))
  if (truths.length === 0) return state === 'sent' ? [] : [`${state}, and nothing of the destination was shown`]
  if (truths.includes(state)) return []
  // Of two branches of one height: what logs and attestations add is read after the state.
  if (state === 'compose-failed' && world.isReorganised && truths.includes('compose-queued')) return []
  const isAttested = destinations.some(({ state: { letters } }) => letters.get(move.nonce ?? 0n)?.attested.length)
  if (state === 'verifying' && isAttested && truths.map(Truth.plain).includes('sent')) return []
  const isBefore = truths.some((truth) => isForward(state, truth))
  return hasGaps && isBefore && status.issues.length > 0 ? [] : [`${state} where ${truths.join(', ')} was shown`]
}

/** With what logs tell where the status has it from them. */
function truthOf({ state: there }: Chain.Block<DestinationState>, { move }: MoveStatus, said: MoveState): MoveState {
  const { nonce = 0n, guid } = move
  const letter = there.letters.get(nonce)
  const truth = letter?.message.guid === guid ? Truth.atDestination(there, nonce) : 'sent'
  return said === truth ? truth : Truth.plain(truth)
}

function isIn(block: Chain.Block<SourceState>, hash: `0x${string}` | undefined): boolean {
  return hash !== undefined && Chain.find(block, hash) !== undefined
}

function isForward(from: MoveState, to: MoveState): boolean {
  return MoveTransitions.between(from, to)?.every(({ kind }) => kind === 'forward') === true
}
