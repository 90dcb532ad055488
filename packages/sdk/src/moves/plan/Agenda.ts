import type { Node } from './Node.ts'

/** What a search has still to visit. */
export type Agenda = {
  /** Cheapest last. */
  readonly byBound: Node[]
  /** Where any answer will do: latest last, those among them that were visited meanwhile. Every other visit goes on from there. */
  readonly byAge: Node[] | undefined
  visits: number
}

/**
 * Nothing to be done. Where any answer will do, bounds tell little: every other visit then goes deeper where the last one was, so
 * that neither way of search costs more than twice what it would alone.
 */
export function create(isAny: boolean): Agenda {
  return { byBound: [], byAge: isAny ? [] : undefined, visits: 0 }
}

/** Adds a node: of those with the same bound the first is visited first. */
export function add({ byBound, byAge }: Agenda, node: Node): void {
  let [from, to] = [0, byBound.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((byBound[middle]?.bound ?? 0) > node.bound) from = middle + 1
    else to = middle
  }
  byBound.splice(from, 0, node)
  byAge?.push(node)
}

/** Takes the next node to visit. */
export function next(agenda: Agenda): Node | undefined {
  agenda.visits += 1
  if (agenda.byAge === undefined || agenda.visits % 2 === 1) return agenda.byBound.pop()
  for (let node = agenda.byAge.pop(); node !== undefined; node = agenda.byAge.pop()) {
    const index = agenda.byBound.indexOf(node)
    if (index < 0) continue
    agenda.byBound.splice(index, 1)
    return node
  }
  return undefined
}
