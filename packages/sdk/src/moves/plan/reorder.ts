import * as Bounds from './Bounds.ts'
import * as Node from './Node.ts'
import * as Order from './Order.ts'

/** The parts of a node, and whether some of what is in it is in none of them. */
export type Parts = { readonly nodes: readonly Node.Node[]; readonly isRestricted: boolean }

/** How often rows are narrowed by little before a node is given up: as narrow as the last, nothing that whole units miss is left. */
export const MOST_RETRIES = 14

/**
 * Decides the order of steps on one chain that have none in which every donor keeps its floor.
 *
 * @param isByTurns each party gives in one go; otherwise every step has its own place.
 */
export function reorder(bounds: Bounds.Bounds, node: Node.Node, found: Bounds.Optimum, isByTurns: boolean): Parts {
  return isByTurns ? byTurns(bounds, node, found) : { nodes: bySteps(bounds, node, found), isRestricted: false }
}

/** Of parties that help each other in a circle, one gives before the one gives that it gets from. */
function byTurns(bounds: Bounds.Bounds, node: Node.Node, found: Bounds.Optimum): Parts {
  const { program } = bounds
  const circle = Order.circleOfParties(program, node.turns, Bounds.localIn(bounds, found))
  if (circle === undefined) return { nodes: narrower(bounds, node), isRestricted: false }
  const nodes = circle.flatMap((place) => {
    const { donor, receiver } = program.ends[place] ?? { donor: -1, receiver: -1 }
    const turns = Order.decided(node.turns, receiver, donor)
    return turns === undefined ? [] : [Node.ordering(node, { turns })]
  })
  return { nodes, isRestricted: true }
}

/** Of two steps one comes before the other; first whether they are done at all. */
function bySteps(bounds: Bounds.Bounds, node: Node.Node, found: Bounds.Optimum): readonly Node.Node[] {
  const steps = Bounds.localIn(bounds, found)
  const open = Order.openIn(bounds.program, node.order, steps, Bounds.keepsIn(bounds, found))
  if (open === undefined) return narrower(bounds, node)
  const { first, second } = open
  const free = [first, second].find((place) => node.choice[place] === Node.FREE)
  if (free !== undefined) return [Node.OFF, Node.ON].map((state) => Node.choosing(node, free, state))
  return [Order.decided(node.order, first, second), Order.decided(node.order, second, first)].flatMap((order) =>
    order === undefined ? [] : [Node.ordering(node, { order })],
  )
}

/** Where whole units alone keep steps from every order. */
function narrower(bounds: Bounds.Bounds, node: Node.Node): readonly Node.Node[] {
  if (node.retries >= MOST_RETRIES) return []
  return [Node.tightening(node, Bounds.withNarrowerFloors(bounds, node.tightened, node.retries))]
}
