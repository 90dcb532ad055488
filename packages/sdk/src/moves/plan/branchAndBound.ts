import { orderOf } from './arrange.ts'
import type { Program, Units } from './Program.ts'
import { type RowSource, relax } from './relax.ts'
import { type Miss, settle } from './settle.ts'
import { type LinearProgram, type LinearSolution, simplex } from './simplex.ts'

/** What a search is asked for. */
export type Question = {
  /** Nodes at most; none unless given. */
  readonly effort?: number | undefined
  /** Places of options that have to be used. */
  readonly used?: readonly number[] | undefined
  /** Answers that cost as much are of no interest: US dollars. */
  readonly below?: number | undefined
  /** Any answer will do. */
  readonly isAny?: boolean | undefined
}

/** The cheapest answer, or that there is none. */
export type Finding =
  | {
      readonly status: 'found'
      readonly units: Units
      /** US dollars, WAD. */
      readonly cost: bigint
      /** No answer costs less: US dollars. Absent where that is the answer's own cost, to the rounding of amounts. */
      readonly lowerBound: number | undefined
    }
  | { readonly status: 'none' }
  /** The effort was spent before an answer was found. */
  | { readonly status: 'exhausted' }

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
  /** Who gives before whom: what comes from who gives later does not help to keep a floor. */
  readonly turns: readonly Turn[]
  /** By what each row is narrower than it was read. */
  readonly tightened: Float64Array
  readonly retries: number
  readonly bound: number
}

/** Places of two parties. */
type Turn = { readonly first: number; readonly second: number }

type LinearRow = LinearProgram['rows'][number]
type Optimum = Extract<LinearSolution, { status: 'optimal' }>

/**
 * The cheapest answer to a program. Best first: costs that are due for any amount are spread over the most that could be needed,
 * which bounds every answer from below, and what the relaxation uses in part is then tried with and without. A node is only left
 * when its bound is not below an answer that was settled, or when nothing settles in it.
 */
export function branchAndBound(program: Program, question: Question = {}): Finding {
  const { rows, reach, slope, least, weight, upper: most, ...due } = relax(program)
  // Without what is due for any amount nothing needs to be tried with and without it.
  const fixed = question.isAny === true ? new Float64Array(due.fixed.length) : due.fixed
  const covers = question.isAny === true ? [] : due.covers
  const floors = new Map(rows.flatMap((row) => (row.source.kind === 'floor' ? [[row.source.party, row]] : [])))
  const width = program.options.length
  const awake = Uint8Array.from(rows, ({ least }) => (least > 0 ? 1 : 0))
  const below = question.below ?? Number.POSITIVE_INFINITY
  let best: { readonly units: Units; readonly cost: bigint } | undefined
  let bestCost = below
  const tried = new Set<string>()
  if (question.isAny !== true) {
    // Whether there is any answer is known much sooner than which is the cheapest.
    const any = branchAndBound(program, { ...question, below: undefined, isAny: true })
    if (any.status !== 'found') return any
    if (Number(any.cost) / 1e18 < below) keep(any)
  }
  const open: Node[] = []
  const root = new Uint8Array(width)
  for (const place of question.used ?? []) root[place] = ON
  push({
    choice: root,
    giving: new Uint8Array(program.parties.length),
    turns: [],
    tightened: new Float64Array(rows.length),
    retries: 0,
    bound: 0,
  })

  let nodes = 0
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!isCheaper(node.bound)) break
    if (question.effort !== undefined && nodes >= question.effort) {
      return best === undefined ? { status: 'exhausted' } : { status: 'found', ...best, lowerBound: node.bound }
    }
    nodes += 1
    visit(node)
    if (question.isAny === true && best !== undefined) return { status: 'found', ...best, lowerBound: 0 }
  }
  return best === undefined ? { status: 'none' } : { status: 'found', ...best, lowerBound: undefined }

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
      reorder(node, found.values)
      return
    }
    const settled = settle(program, unitsOf(found), question.used)
    if (settled.status === 'settled') {
      keep(settled)
      return
    }
    if (settled.status === 'unordered') {
      reorder(node, Float64Array.from(settled.units, Number))
      return
    }
    // As narrow as the last of these, nothing that whole units could miss is left.
    if (node.retries >= MOST_RETRIES || settled.misses.length === 0) return
    push({ ...node, tightened: narrowed(node, settled.misses), retries: node.retries + 1 })
  }

  /** Of parties that give in a circle, one gives before the one gives that it gets from. */
  function reorder(node: Node, amounts: Float64Array): void {
    const circle = circleAmong(program, amounts, node.turns)
    if (circle === undefined) {
      // Whole units alone keep them from it.
      if (node.retries >= MOST_RETRIES) return
      const tightened = node.tightened.map((by, index) =>
        rows[index]?.source.kind === 'floor' ? by + 1e-12 * 10 ** node.retries : by,
      )
      push({ ...node, tightened, retries: node.retries + 1 })
      return
    }
    for (const place of circle) {
      const { donor, receiver } = program.ends[place] ?? { donor: -1, receiver: -1 }
      if (isBefore(node.turns, donor, receiver)) continue
      push({ ...node, turns: [...node.turns, { first: receiver, second: donor }], retries: 0 })
    }
  }

  /** Just what the relaxation uses, with all that is due for it: often the cheapest already. */
  function guess(node: Node, used: readonly number[]): void {
    const key = `${used.join()}|${node.giving.join('')}|${node.turns.map(({ first, second }) => `${first}<${second}`).join()}`
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
    if (circleAmong(program, found.values, []) === undefined) return true
    const local = usedIn(found).filter((place) => program.options[place]?.offer === undefined)
    const keeps = (place: number, done: readonly number[]) => {
      const row = floors.get(program.ends[place]?.donor ?? -1)
      if (row === undefined) return true
      const sum = done.reduce((all, step) => all + (row.coefficients[step] ?? 0) * share(found, step), 0)
      return sum >= row.least - NEARLY
    }
    return orderOf(local, keeps) !== undefined
  }

  /** The rows that hold here. */
  function activeRows({ giving, turns }: Node, tightened: Float64Array): LinearRow[] {
    return rows.flatMap((row, index) => {
      const { source } = row
      // A floor counts less of what helps it where somebody's turn comes before another's.
      const isAwake = awake[index] === 1 || (source.kind === 'floor' && turns.length > 0)
      if (!isAwake || !isAsked(source, giving)) return []
      const coefficients = new Float64Array(width + covers.length)
      coefficients.set(row.coefficients)
      if (source.kind === 'floor' && turns.length > 0) {
        for (let place = 0; place < width; place++) {
          const { donor, receiver } = program.ends[place] ?? { donor: -1, receiver: -1 }
          if (receiver === source.party && isBefore(turns, source.party, donor)) coefficients[place] = 0
        }
      }
      return [{ coefficients, least: row.least + (tightened[index] ?? 0) }]
    })
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
    for (const { party, scene, by } of misses) {
      const index = rows.findIndex(
        ({ source }) =>
          source.kind !== 'cap' &&
          source.party === party &&
          (source.kind === 'floor' ? scene === undefined : source.scene === scene),
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

/** The places of steps on one chain that lead from a party back to it, each of which helps the next to keep its floor. */
function circleAmong(
  { ends, options }: Program,
  amounts: Float64Array,
  turns: readonly Turn[],
): readonly number[] | undefined {
  const places = [...amounts.keys()].filter((place) => {
    const { donor, receiver } = ends[place] ?? { donor: -1, receiver: -1 }
    return (amounts[place] ?? 0) > NOTHING && options[place]?.offer === undefined && !isBefore(turns, receiver, donor)
  })
  let shortest: readonly number[] | undefined
  const walk = (path: readonly number[]): void => {
    if (shortest !== undefined && path.length >= shortest.length) return
    const [first, last] = [path[0] ?? -1, path.at(-1) ?? -1]
    if (ends[last]?.receiver === ends[first]?.donor) {
      shortest = path
      return
    }
    for (const place of places) {
      const isVisited = path.some((step) => ends[step]?.donor === ends[place]?.donor)
      if (ends[place]?.donor === ends[last]?.receiver && !isVisited) walk([...path, place])
    }
  }
  for (const place of places) walk([place])
  return shortest
}

/** Whether it follows that one party gives before another. */
function isBefore(turns: readonly Turn[], first: number, second: number): boolean {
  return turns.some((turn) => turn.first === first && (turn.second === second || isBefore(turns, turn.second, second)))
}

function put(states: Uint8Array, index: number, state: number): Uint8Array {
  const copy = Uint8Array.from(states)
  copy[index] = state
  return copy
}
