import * as Agenda from './Agenda.ts'
import { orderOf } from './arrange.ts'
import * as Bounds from './Bounds.ts'
import type { Finding, Question } from './Finding.ts'
import * as Node from './Node.ts'
import type { Program, Units } from './Program.ts'
import { MOST_RETRIES, reorder } from './reorder.ts'
import { type Settlement, settle } from './settle.ts'
import { wholes } from './wholes.ts'

/** One way to search. */
export type Exploration = Question & {
  /** Each party gives in one go: few orders, of which one nearly always is the best. Otherwise every step has its own place. */
  readonly isByTurns: boolean
  /** An answer, to be undercut. */
  readonly known?: { readonly units: Units; readonly cost: bigint } | undefined
}

/** US dollars, and a share of the cost, that are no difference: whole units make as much. */
const EQUAL = 1e-9
/** Nodes at most for what whole units of coarse routes may allow where narrowed rows find nothing. */
const WHOLES = 300
/** How often a guess is narrowed. */
const GUESSES = 4

/**
 * The cheapest answer in one way of search. A node is left when its bound is not below an answer that was settled, or when nothing
 * settles in it.
 */
export function explore(program: Program, question: Exploration): Finding & { readonly isRestricted: boolean } {
  const bounds = Bounds.of(program, question.isAny === true)
  const { rows, fixed, least } = bounds
  const forced = question.used ?? []
  const isAny = question.isAny === true
  const below = question.below ?? Number.POSITIVE_INFINITY
  let best = question.known
  let bestCost = best === undefined ? below : Math.min(below, Number(best.cost) / 1e18)
  let isRestricted = false
  const tried = new Set<string>()
  const unordered = new Set<string>()
  /** Parts that narrowed rows may have missed: looked at where nothing else is left. */
  const missed: Node.Node[] = []
  // In one go, parties have so few orders that bounds find one soon.
  const agenda = Agenda.create(isAny && !question.isByTurns)
  const counts = { options: program.options.length, parties: program.parties.length, rows: rows.length }
  push(Node.root(counts, forced))

  let nodes = 0
  let most = Number.POSITIVE_INFINITY
  for (let node = Agenda.next(agenda); node !== undefined; node = Agenda.next(agenda) ?? nextMissed()) {
    if (!isCheaper(node.bound)) break
    if (nodes >= most) return { status: 'none', isProven: false, isRestricted, nodes }
    if (question.effort !== undefined && nodes >= question.effort) {
      return best === undefined
        ? { status: 'exhausted', isRestricted, nodes }
        : { status: 'found', ...best, lowerBound: node.bound, isRestricted, nodes }
    }
    nodes += 1
    visit(node)
    if (isAny && best !== undefined) return { status: 'found', ...best, lowerBound: 0, isRestricted, nodes }
  }
  return best === undefined
    ? { status: 'none', isProven: true, isRestricted, nodes }
    : { status: 'found', ...best, lowerBound: undefined, isRestricted, nodes }

  /** Of these something is found soon, or hardly ever. */
  function nextMissed(): Node.Node | undefined {
    most = Math.min(most, nodes + WHOLES, question.effort ?? Number.POSITIVE_INFINITY)
    return missed.shift()
  }

  function isCheaper(cost: number): boolean {
    return bestCost === Number.POSITIVE_INFINITY || cost < bestCost - EQUAL * (1 + bestCost)
  }

  function push(node: Node.Node): void {
    Agenda.add(agenda, node)
  }

  function visit(node: Node.Node): void {
    const found = Bounds.solve(bounds, node)
    if (found.status === 'infeasible') return
    const bound = Math.max(node.bound, found.cost)
    if (!isCheaper(bound)) return
    const here = { ...node, bound }
    const undecided = program.parties.findIndex((_, party) => givesBelowFloor(here, party, found))
    if (undecided >= 0) {
      for (const state of [Node.SILENT, Node.GIVING]) push(Node.letting(here, undecided, state))
      return
    }
    const used = Bounds.usedIn(found)
    const gap = used.reduce((sum, place) => sum + missing(here, place, found), 0)
    const isLeaf =
      gap <= 1e-9 + found.cost * 1e-12 &&
      used.every((place) => Bounds.share(found, place) >= (least[place] ?? 0) - Bounds.NOTHING)
    if (isLeaf) {
      attempt(here, found)
      return
    }
    if (isCheaper(found.cost + gap)) guess(here, used)
    const place = widest(here, used, found)
    for (const state of [Node.OFF, Node.ON]) push(Node.choosing(here, place, state))
  }

  /** Settles what the node says. Where the rules are narrower than their rows, the rows that they miss are narrowed. */
  function attempt(node: Node.Node, found: Bounds.Optimum): void {
    const settled = settledAt(found)
    if (settled.status === 'settled') {
      keep(settled)
      return
    }
    if (settled.status === 'unordered') {
      if (settled.misses.length > 0) {
        seek(node, { choice: node.choice, tightened: Bounds.narrowed(bounds, node.tightened, settled.misses, 0) })
      }
      const parts = reorder(bounds, node, found, question.isByTurns)
      isRestricted ||= parts.isRestricted
      for (const part of parts.nodes) push(part)
      return
    }
    // Of a coarse route a unit is much: what lacks part of one may have the whole.
    const fuller = settle(program, Bounds.unitsOf(bounds, found).map(Math.ceil), { forced, isAny })
    if (fuller.status === 'settled') keep(fuller)
    const parts = isAny && question.isRough !== true ? wholes(bounds, node, found) : []
    if (parts.length > 0 && node.ranges.size > 0) {
      for (const part of parts) push(part)
      return
    }
    if (node.retries === 0) missed.push(...parts)
    if (node.retries >= MOST_RETRIES || settled.misses.length === 0) return
    push(Node.tightening(node, Bounds.narrowed(bounds, node.tightened, settled.misses, node.retries)))
  }

  /** Just what the relaxation uses, with all that is due for it: often the cheapest already. */
  function guess(node: Node.Node, used: readonly number[]): void {
    const key = `${used}|${Node.orderKey(node)}`
    if (tried.has(key)) return
    tried.add(key)
    const choice = node.choice.map((_, place) => (used.includes(place) ? Node.ON : Node.OFF))
    for (const place of forced) choice[place] = Node.ON
    seek(node, { choice, tightened: node.tightened })
  }

  /** Narrows the rows by what the rules miss, until they accept what is found or a few guesses are spent. */
  function seek(node: Node.Node, { choice, tightened }: Pick<Node.Node, 'choice' | 'tightened'>): void {
    for (let retries = 0; retries < GUESSES; retries++) {
      const found = Bounds.solve(bounds, node, { choice, tightened })
      if (found.status === 'infeasible' || !isCheaper(found.cost)) return
      const settled = settledAt(found)
      if (settled.status === 'settled') {
        keep(settled)
        return
      }
      if (settled.misses.length === 0) return
      tightened = Bounds.narrowed(bounds, tightened, settled.misses, retries)
    }
  }

  /** A point in whole units. Where its steps have no order, as far as rows or rules tell, that is found but once. */
  function settledAt(found: Bounds.Optimum): Settlement {
    const point = found.values.join()
    const order = unordered.has(point)
      ? undefined
      : orderOf(Bounds.localIn(bounds, found), Bounds.keepsIn(bounds, found))
    const settled: Settlement =
      order === undefined
        ? { status: 'unordered', misses: [] }
        : settle(program, Bounds.unitsOf(bounds, found), { forced, order, isAny })
    if (settled.status === 'unordered') unordered.add(point)
    return settled
  }

  function keep({ units, cost }: { readonly units: Units; readonly cost: bigint }): void {
    if (forced.some((place) => (units[place] ?? 0n) === 0n)) return
    const dollars = Number(cost) / 1e18
    if (best === undefined ? dollars >= below : cost >= best.cost) return
    best = { units, cost }
    bestCost = dollars
  }

  /** What the relaxation did not count of what is due for any amount. */
  function missing({ choice }: Node.Node, place: number, found: Bounds.Optimum): number {
    return choice[place] === Node.ON ? 0 : (fixed[place] ?? 0) * (1 - Bounds.share(found, place))
  }

  function widest(node: Node.Node, used: readonly number[], found: Bounds.Optimum): number {
    let [chosen, most] = [used[0] ?? 0, -1]
    for (const place of used) {
      if (node.choice[place] !== Node.FREE) continue
      const short = Math.max(0, (least[place] ?? 0) - Bounds.share(found, place))
      const gap = missing(node, place, found) + short
      if (gap > most) [chosen, most] = [place, gap]
    }
    return chosen
  }

  function givesBelowFloor(node: Node.Node, party: number, found: Bounds.Optimum): boolean {
    if (node.giving[party] !== Node.OPEN || !Bounds.isBelowFloor(bounds, party)) return false
    return (program.links[party]?.outs ?? []).some((place) => Bounds.share(found, place) > Bounds.NOTHING)
  }
}
