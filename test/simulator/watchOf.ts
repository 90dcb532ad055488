import { isTerminal, type MoveState, type MoveStatus, MoveTransitions, type TrackedMove } from '@unimargin/sdk'
import * as Progress from '../../packages/sdk/src/moves/track/Progress.ts'
import type { Nodes } from './nodesOf.ts'
import type { World } from './World.ts'

/** Whoever looks at a move again and again, and what is wrong with what they were told. */
export type Watch = {
  /** As it is known. */
  move: TrackedMove
  /** What was told last. */
  last: MoveState
  readonly told: MoveState[]
  readonly problems: string[]
  readonly look: <answer>(ask: () => Promise<answer>, statusOf: (answer: answer) => MoveStatus) => Promise<answer>
}

export function watchOf(
  world: World,
  nodes: Nodes,
  begun: TrackedMove,
  objectionsTo: (status: MoveStatus, nodes: Nodes, world: World) => readonly string[],
): Watch {
  let progress: Progress.Progress | undefined
  const watch: Watch = {
    move: begun,
    last: 'intended',
    told: [],
    problems: [],
    look: async (ask, statusOf) => {
      nodes.shown.length = 0
      Object.assign(nodes.gaps, { count: 0, lagging: 0 })
      const answer = await ask()
      const status = statusOf(answer)
      const { problems, told } = watch
      problems.push(...objectionsTo(status, nodes, world))
      watch.move = status.move
      const before = progress?.state
      const followed = Progress.follow(progress, status)
      progress = followed.progress
      world.story.push(`seen ${status.state}, told ${followed.states.join(' ')}`)
      followed.states.reduce((from: MoveState | undefined, next) => {
        const kind = from === undefined ? 'forward' : MoveTransitions.kindOf(from, next)
        if (kind === undefined) problems.push(`${from} was followed by ${next}`)
        // What is read from receipts no request binds to a block: whoever asks several nodes may meet one that is behind.
        const isExcused = world.way.isDirect && nodes.gaps.lagging + nodes.gaps.count > 0
        if (kind === 'undone' && !world.isReorganised && !isExcused)
          problems.push(`${from} became ${next} without a reorganisation`)
        told.push(next)
        return next
      }, before)
      watch.last = progress.state
      // Whoever watches has ended there; a look after it is the first of another watch.
      if (isTerminal(watch.last)) progress = undefined
      return answer
    },
  }
  return watch
}
