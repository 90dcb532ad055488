import { orderOf } from './arrange.ts'
import type { Finding, Question } from './Finding.ts'
import * as Order from './Order.ts'
import type { Program, Units } from './Program.ts'
import { type RowSource, relax } from './relax.ts'
import { type Miss, settle } from './settle.ts'
import { type LinearProgram, type LinearSolution, simplex } from './simplex.ts'

/** One way to search. */
export type Exploration = Question & {
  /** Each party gives in one go: few orders, of which one nearly always is the best. Otherwise every step has its own place. */
  readonly isByTurns: boolean
  /** An answer, to be undercut. */
  readonly known?: { readonly units: Units; readonly cost: bigint } | undefined
}

const [FREE, OFF, ON] = [0, 1, 2]
const [OPEN, SILENT, GIVING] = [0, 1, 2]
/** A share below is nothing. */
const NOTHING = 1e-9
/** US dollars, and a share of the cost, that are no difference: whole units make as much. */
const EQUAL = 1e-9
/** What whole units may be off a row. */
const NEARLY = 1e-6
const MOST_RETRIES = 14

type Node = {
  /** For each option whether it is left open, out of use or in use. */
  readonly choice: Uint8Array
  /** For each party that is below its floor whether it is left open, gives nothing, or keeps it. */
  readonly giving: Uint8Array
  /** Which parties give before which: what reaches them later does not help them to keep a floor. */
  readonly turns: Order.Order
  /** Which steps on one chain are done before which. */
  readonly order: Order.Order
  /** By what each row is narrower than it was read. */
  readonly tightened: Float64Array
  readonly retries: number
  readonly bound: number
}

type LinearRow = LinearProgram['rows'][number]
type Optimum = Extract<LinearSolution, { status: 'optimal' }>

/**
 * The cheapest answer in one way of search. A node is left when its bound is not below an answer that was settled, or when nothing
 * settles in it.
 */
export function explore(program: Program, question: Exploration): Finding & { readonly isRestricted: boolean } {
  const { rows, reach, slope, least, weight, upper: most, ...due } = relax(program)
  // Without what is due for any amount nothing needs to be tried with and without it.
  const fixed = question.isAny === true ? new Float64Array(due.fixed.length) : due.fixed
  const covers = question.isAny === true ? [] : due.covers
  const floors = program.parties.map((_, party) =>
    rows.filter(({ source }) => source.kind === 'floor' && source.party === party),
  )
  const width = program.options.length
  const awake = Uint8Array.from(rows, ({ least }) => (least > 0 ? 1 : 0))
  const below = question.below ?? Number.POSITIVE_INFINITY
  let best = question.known
  let bestCost = best === undefined ? below : Math.min(below, Number(best.cost) / 1e18)
  let isRestricted = false
  const tried = new Set<string>()
  const open: Node[] = []
  const root = new Uint8Array(width)
  for (const place of question.used ?? []) root[place] = ON
  push({
    choice: root,
    giving: new Uint8Array(program.parties.length),
    turns: [],
    order: [],
    tightened: new Float64Array(rows.length),
    retries: 0,
    bound: 0,
  })

  let nodes = 0
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!isCheaper(node.bound)) break
    if (question.effort !== undefined && nodes >= question.effort) {
      return best === undefined
        ? { status: 'exhausted', isRestricted, nodes }
        : { status: 'found', ...best, lowerBound: node.bound, isRestricted, nodes }
    }
    nodes += 1
    visit(node)
    if (question.isAny === true && best !== undefined)
      return { status: 'found', ...best, lowerBound: 0, isRestricted, nodes }
  }
  return best === undefined
    ? { status: 'none', isProven: true, isRestricted, nodes }
    : { status: 'found', ...best, lowerBound: undefined, isRestricted, nodes }

  function isCheaper(cost: number): boolean {
    return bestCost === Number.POSITIVE_INFINITY || cost < bestCost - EQUAL * (1 + bestCost)
  }

  /** Cheapest last. */
  function push(node: Node): void {
    let [from, to] = [0, open.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((open[middle]?.bound ?? 0) > node.bound) from = middle + 1
      else to = middle
    }
    open.splice(from, 0, node)
  }

  function visit(node: Node): void {
    const found = solve(node, node.choice, node.tightened)
    if (found.status === 'infeasible') return
    const bound = Math.max(node.bound, found.cost)
    if (!isCheaper(bound)) return
    const here = { ...node, bound }
    const undecided = program.parties.findIndex((_, party) => givesBelowFloor(here, party, found))
    if (undecided >= 0) {
      for (const state of [SILENT, GIVING]) push({ ...here, giving: put(here.giving, undecided, state) })
      return
    }
    const used = usedIn(found)
    const gap = used.reduce((sum, place) => sum + missing(here, place, found), 0)
    const isLeaf =
      gap <= 1e-9 + found.cost * 1e-12 && used.every((place) => share(found, place) >= (least[place] ?? 0) - NOTHING)
    if (isLeaf) {
      attempt(here, found)
      return
    }
    if (isCheaper(found.cost + gap)) guess(here, used)
    const place = widest(here, used, found)
    for (const state of [OFF, ON]) push({ ...here, choice: put(here.choice, place, state), retries: 0 })
  }

  /** Settles what the node says. Where the rules are narrower than their rows, the rows that they miss are narrowed. */
  function attempt(node: Node, found: Optimum): void {
    if (!isOrderable(found)) {
      reorder(node, found)
      return
    }
    const settled = settle(program, unitsOf(found), question.used)
    if (settled.status === 'settled') {
      keep(settled)
      return
    }
    if (settled.status === 'unordered') {
      reorder(node, found)
      return
    }
    // As narrow as the last of these, nothing that whole units could miss is left.
    if (node.retries >= MOST_RETRIES || settled.misses.length === 0) return
    push({ ...node, tightened: narrowed(node, settled.misses), retries: node.retries + 1 })
  }

  /** Of parties that help each other in a circle, one gives before the one gives that it gets from. */
  function takeTurns(node: Node, found: Optimum): void {
    const circle = Order.circleOfParties(program, node.turns, localIn(found))
    if (circle === undefined) {
      narrowFloors(node)
      return
    }
    isRestricted = true
    for (const place of circle) {
      const { donor, receiver } = program.ends[place] ?? { donor: -1, receiver: -1 }
      const turns = Order.decided(node.turns, receiver, donor)
      if (turns !== undefined) push({ ...node, turns, retries: 0 })
    }
  }

  /** Where whole units alone keep steps from every order. */
  function narrowFloors(node: Node): void {
    if (node.retries >= MOST_RETRIES) return
    const tightened = node.tightened.map((by, index) =>
      rows[index]?.source.kind === 'floor' ? by + 1e-12 * 10 ** node.retries : by,
    )
    push({ ...node, tightened, retries: node.retries + 1 })
  }

  /** Decides the order of two steps that have none in which every donor keeps its floor; first whether they are done at all. */
  function reorder(node: Node, found: Optimum): void {
    if (question.isByTurns) {
      takeTurns(node, found)
      return
    }
    const open = Order.openIn(program, node.order, localIn(found), keepsIn(found))
    if (open === undefined) {
      narrowFloors(node)
      return
    }
    const { first, second } = open
    const free = [first, second].find((place) => node.choice[place] === FREE)
    if (free !== undefined) {
      for (const state of [OFF, ON]) push({ ...node, choice: put(node.choice, free, state), retries: 0 })
      return
    }
    for (const order of [Order.decided(node.order, first, second), Order.decided(node.order, second, first)]) {
      if (order !== undefined) push({ ...node, order, retries: 0 })
    }
  }

  /** Just what the relaxation uses, with all that is due for it: often the cheapest already. */
  function guess(node: Node, used: readonly number[]): void {
    const key = [
      used,
      node.giving,
      node.turns.map(({ first, second }) => `${first}<${second}`),
      node.order.map(({ first, second }) => `${first}<${second}`),
    ].join('|')
    if (tried.has(key)) return
    tried.add(key)
    const choice = node.choice.map((_, place) => (used.includes(place) ? ON : OFF))
    for (const place of question.used ?? []) choice[place] = ON
    let tightened = node.tightened
    for (let retries = 0; retries < 4; retries++) {
      const found = solve(node, choice, tightened)
      if (found.status === 'infeasible' || !isCheaper(found.cost) || !isOrderable(found)) return
      const settled = settle(program, unitsOf(found), question.used)
      if (settled.status === 'settled') keep(settled)
      if (settled.status !== 'missed') return
      tightened = narrowed({ ...node, tightened, retries }, settled.misses)
    }
  }

  function keep({ units, cost }: { readonly units: Units; readonly cost: bigint }): void {
    if ((question.used ?? []).some((place) => (units[place] ?? 0n) === 0n)) return
    const dollars = Number(cost) / 1e18
    if (best === undefined ? dollars >= below : cost >= best.cost) return
    best = { units, cost }
    bestCost = dollars
  }

  function solve(node: Node, choice: Uint8Array, tightened: Float64Array): LinearSolution {
    // A column more for each that needs help: what is due for the help that the others' shares do not count.
    const size = width + covers.length
    const costs = new Float64Array(size)
    const lower = new Float64Array(size)
    const upper = new Float64Array(size)
    let due = 0
    for (let place = 0; place < width; place++) {
      const [once, more] = [fixed[place] ?? 0, slope[place] ?? 0]
      const state = choice[place]
      costs[place] = state === ON ? more : once + more
      if (state === ON) {
        due += once
        lower[place] = least[place] ?? 0
      }
      const donor = program.ends[place]?.donor ?? -1
      upper[place] = state === OFF || node.giving[donor] === SILENT ? 0 : (most[place] ?? 0)
      if ((lower[place] ?? 0) > (upper[place] ?? 0)) return { status: 'infeasible' }
      // Of equals the one that moves less, and always the same.
      costs[place] = (costs[place] ?? 0) + 1e-10 * (weight[place] ?? 0) + (1e-13 * place) / width
    }
    const demands: LinearRow[] = []
    for (const [index, { shares }] of covers.entries()) {
      const coefficients = new Float64Array(size)
      let [wanted, cheapest] = [1, Number.POSITIVE_INFINITY]
      for (let place = 0; place < width; place++) {
        const part = shares[place] ?? 0
        if (part === 0 || upper[place] === 0) continue
        if (choice[place] === ON) wanted -= part
        else {
          coefficients[place] = part
          cheapest = Math.min(cheapest, (fixed[place] ?? 0) / part)
        }
      }
      if (wanted <= 0) continue
      if (cheapest === Number.POSITIVE_INFINITY) return { status: 'infeasible' }
      costs[width + index] = cheapest
      upper[width + index] = 1
      coefficients[width + index] = 1
      demands.push({ coefficients, least: wanted - NOTHING })
    }
    for (;;) {
      const found = simplex({ costs, lower, upper, rows: [...demands, ...activeRows(node, tightened)] })
      if (found.status !== 'optimal') return found
      if (!wakeMissed(node, tightened, found.values)) {
        return { ...found, values: found.values.slice(0, width), cost: found.cost + due }
      }
    }
  }

  /** Rows that nothing has missed so far are left out of the relaxations, most of them for good. Whether one was missed now. */
  function wakeMissed({ giving }: Node, tightened: Float64Array, values: Float64Array): boolean {
    let isAny = false
    for (const [index, { source, coefficients, least }] of rows.entries()) {
      if (awake[index] === 1 || !isAsked(source, giving)) continue
      let sum = -least - (tightened[index] ?? 0)
      for (let place = 0; place < width; place++) sum += (coefficients[place] ?? 0) * (values[place] ?? 0)
      if (sum >= -NOTHING) continue
      awake[index] = 1
      isAny = true
    }
    return isAny
  }

  /** Whether steps on one chain can be sent one after the other, as far as the rows tell. */
  function isOrderable(found: Optimum): boolean {
    return orderOf(localIn(found), keepsIn(found)) !== undefined
  }

  /** Whether the donor of a step keeps its floor by it, as far as the rows tell. */
  function keepsIn(found: Optimum) {
    return (place: number, done: readonly number[]): boolean => {
      return (floors[program.ends[place]?.donor ?? -1] ?? []).every(({ coefficients, least }) => {
        const sum = done.reduce((all, step) => all + (coefficients[step] ?? 0) * share(found, step), 0)
        return sum >= least - NEARLY
      })
    }
  }

  function localIn(found: Optimum): readonly number[] {
    return usedIn(found).filter((place) => program.options[place]?.offer === undefined)
  }

  /** The rows that hold here. */
  function activeRows({ giving, turns, order, choice }: Node, tightened: Float64Array): LinearRow[] {
    const active = rows.flatMap((row, index): readonly LinearRow[] => {
      const { source } = row
      const isTimed = source.kind === 'floor' && turns.length > 0
      if ((awake[index] !== 1 && !isTimed) || !isAsked(source, giving)) return []
      const coefficients = new Float64Array(width + covers.length)
      coefficients.set(row.coefficients)
      if (isTimed) {
        for (let place = 0; place < width; place++) {
          const { donor, receiver } = program.ends[place] ?? { donor: -1, receiver: -1 }
          if (receiver === source.party && Order.follows(turns, receiver, donor)) coefficients[place] = 0
        }
      }
      return [{ coefficients, least: row.least + (tightened[index] ?? 0) }]
    })
    // A floor at each moment that the order tells something about.
    for (const moment of Order.stepsIn(order)) {
      if (choice[moment] !== ON) continue
      for (const row of floors[program.ends[moment]?.donor ?? -1] ?? []) {
        const coefficients = new Float64Array(width + covers.length)
        for (let place = 0; place < width; place++) {
          const coefficient = row.coefficients[place] ?? 0
          if (coefficient !== 0 && Order.counts(program, order, moment, place)) coefficients[place] = coefficient
        }
        active.push({ coefficients, least: row.least + (tightened[rows.indexOf(row)] ?? 0) })
      }
    }
    return active
  }

  function unitsOf({ values }: Optimum): Float64Array {
    return values.map((value, place) => (value <= NOTHING ? 0 : value * (reach[place] ?? 0)))
  }

  function usedIn(found: Optimum): readonly number[] {
    return [...found.values.keys()].filter((place) => share(found, place) > NOTHING)
  }

  /** What the relaxation did not count of what is due for any amount. */
  function missing({ choice }: Node, place: number, found: Optimum): number {
    return choice[place] === ON ? 0 : (fixed[place] ?? 0) * (1 - share(found, place))
  }

  function widest(node: Node, used: readonly number[], found: Optimum): number {
    let [chosen, most] = [used[0] ?? 0, -1]
    for (const place of used) {
      if (node.choice[place] !== FREE) continue
      const short = Math.max(0, (least[place] ?? 0) - share(found, place))
      const gap = missing(node, place, found) + short
      if (gap > most) [chosen, most] = [place, gap]
    }
    return chosen
  }

  function givesBelowFloor(node: Node, party: number, found: Optimum): boolean {
    if (node.giving[party] !== OPEN) return false
    if (!(program.links[party]?.outs ?? []).some((place) => share(found, place) > NOTHING)) return false
    return rows.some(({ source }) => source.kind === 'floor' && source.party === party && source.isConditional)
  }

  function narrowed(node: Node, misses: readonly Miss[]): Float64Array {
    const tightened = Float64Array.from(node.tightened)
    for (const { party, of, by } of misses) {
      const index = rows.findIndex(
        ({ source }) =>
          source.kind !== 'cap' &&
          source.party === party &&
          (source.kind === 'floor' ? source.of === of : source.scene === of),
      )
      if (index >= 0) tightened[index] = (tightened[index] ?? 0) + by * (rows[index]?.scale ?? 1) * 3 ** node.retries
    }
    return tightened
  }
}

/** Whether a row holds: the floor of who is below it only for who gives. */
function isAsked(source: RowSource, giving: Uint8Array): boolean {
  return source.kind !== 'floor' || !source.isConditional || giving[source.party] === GIVING
}

function share({ values }: Optimum, place: number): number {
  return values[place] ?? 0
}

function put(states: Uint8Array, index: number, state: number): Uint8Array {
  const copy = Uint8Array.from(states)
  copy[index] = state
  return copy
}
