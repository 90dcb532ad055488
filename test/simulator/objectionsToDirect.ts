import type { MoveStatus } from '@unimargin/sdk'
import * as Chain from './Chain.ts'
import type { Nodes } from './nodesOf.ts'
import { objectionsThere } from './objections.ts'
import { AMOUNT, DESTINATION, SOURCE } from './places.ts'
import type { SourceState } from './SourceState.ts'
import type { World } from './World.ts'

/** What is wrong with the status of a direct move, of which no contract keeps a record: as for a routed one otherwise. */
export function objectionsToDirect(status: MoveStatus, nodes: Nodes, world: World): readonly string[] {
  const { state, move, amount } = status
  const { shown, gaps } = nodes
  const sources = shown.flatMap((one) => (one.chainId === SOURCE ? [one.block] : []))
  const { hash, direct, minedIn } = move
  const withdrawal = direct?.done.withdraw
  const isIn = (block: Chain.Block<SourceState>, one: string | undefined) =>
    one !== undefined && Chain.find(block, one as `0x${string}`)?.mined.isReverted === false
  const isReverted = (block: Chain.Block<SourceState>, one: string | undefined) =>
    one !== undefined && Chain.find(block, one as `0x${string}`)?.mined.isReverted === true
  const isWithout = (block: Chain.Block<SourceState>) => !isIn(block, hash)
  const isHeld = (block: Chain.Block<SourceState>) => block.state.held >= AMOUNT
  const isLate = ({ timestamp }: Chain.Block<SourceState>) => timestamp > world.deadline
  const sourceSays = (says: boolean) => (says ? [] : [`${state} is not what the source showed`])
  switch (state) {
    case 'intended':
    case 'signed':
    case 'submitted':
      return sourceSays(sources.length === 0 || sources.some(isWithout) || gaps.count > 0)
    case 'replaced': {
      const { nonce } = direct?.handed ?? {}
      const isUsed = ({ state: { count } }: Chain.Block<SourceState>) => nonce !== undefined && count > nonce
      return sourceSays(sources.some(isWithout) && sources.some(isUsed))
    }
    case 'mined':
      return sourceSays(
        sources.some(isHeld) ||
          // On its way by a sending that was handed over, and whose receipt was not shown.
          (direct?.handed?.step === 'send' && sources.some((block) => isIn(block, withdrawal))) ||
          (minedIn !== undefined &&
            (sources.length === 0 ||
              gaps.count > 0 ||
              sources.some((block) => block.number < minedIn || isIn(block, hash)))),
      )
    case 'reorged': {
      // Two nodes of which each shows it may be on different branches.
      const isMixed = gaps.lagging + gaps.count > 0
      return sourceSays(isMixed || (world.isReorganised && sources.some(isWithout)))
    }
    case 'refunded':
      return sourceSays(sources.some(isHeld) && sources.some((block) => isLate(block) || isReverted(block, hash)))
    case 'failed':
      return sourceSays(
        sources.some((block) => isWithout(block) && isLate(block)) ||
          sources.some((block) => isReverted(block, hash) || isReverted(block, withdrawal)),
      )
    case 'delivered': {
      // Executed and removed are told apart by logs alone, and what was supplied by a receipt.
      const isUntold = amount === undefined && status.issues.length > 0
      const isBehind = gaps.lagging + gaps.count > 0
      const objections = objectionsThere(status, nodes, world)
      const isThere = shown.some((one) => one.chainId === DESTINATION)
      // What was paid out once is believed, also if the destination took it back and the message was removed then.
      const isKept = world.isReorganised && direct?.received !== undefined
      return isThere && (isUntold || isBehind || isKept) ? [] : objections
    }
    default:
      return objectionsThere(status, nodes, world)
  }
}
