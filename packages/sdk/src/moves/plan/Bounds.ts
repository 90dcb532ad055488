import { GIVING, type Node, OFF, ON, SILENT } from './Node.ts'
import * as Order from './Order.ts'
import type { FloorKind, Program } from './Program.ts'
import { type Relaxation, type Row, type RowSource, relax, worthOf } from './relax.ts'
import type { Miss } from './settle.ts'
import { type LinearProgram, type LinearSolution, simplex } from './simplex.ts'

/** The relaxation of a program, as the nodes of a search ask it what they cost at least. */
export type Bounds = Pick<
  Relaxation,
  'rows' | 'reach' | 'slope' | 'least' | 'weight' | 'upper' | 'fixed' | 'covers'
> & {
  readonly program: Program
  /** For each party the rows of what it keeps when it gives. */
  readonly floors: readonly (readonly Row[])[]
  /** Whether a row was missed so far, so that it is among those that are solved. */
  readonly awake: Uint8Array
  /** US dollars that a unit of each option is worth, where those are worth counting. */
  readonly worth: Float64Array
}

/** The cheapest point of a node. */
export type Optimum = Extract<LinearSolution, { status: 'optimal' }>

type LinearRow = LinearProgram['rows'][number]

/** A share below is nothing. */
export const NOTHING = 1e-9
/** US dollars: what only units below decide is left to chance. */
const CENT = 0.01
/** What whole units may be off a row. */
const NEARLY = 1e-6

/** Of a program. Where any answer will do, nothing is due for any amount: nothing needs to be tried with and without it. */
export function of(program: Program, isAny: boolean): Bounds {
  const relaxation = relax(program)
  const { rows, fixed, covers } = relaxation
  return {
    ...relaxation,
    program,
    fixed: isAny ? new Float64Array(fixed.length) : fixed,
    covers: isAny ? [] : covers,
    floors: program.parties.map((_, party) =>
      rows.filter(({ source }) => source.kind === 'floor' && source.party === party),
    ),
    awake: Uint8Array.from(rows, ({ least }) => (least > 0 ? 1 : 0)),
    worth: Float64Array.from(program.options, worthOf).map((worth) => (worth < CENT ? 0 : worth)),
  }
}

/** The cheapest point of a node; were its options decided otherwise, or its rows as narrow as said. */
export function solve(
  bounds: Bounds,
  node: Node,
  { choice, tightened }: Pick<Node, 'choice' | 'tightened'> = node,
): LinearSolution {
  const { program, fixed, slope, least, weight, upper: most, covers } = bounds
  const width = program.options.length
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
  for (const [place, { from, to }] of node.ranges) {
    const once = bounds.reach[place] ?? 0
    lower[place] = Math.max(lower[place] ?? 0, from / once)
    upper[place] = Math.min(upper[place] ?? 0, to / once)
    if ((lower[place] ?? 0) > (upper[place] ?? 0)) return { status: 'infeasible' }
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
    const found = simplex({ costs, lower, upper, rows: [...demands, ...activeRows(bounds, node, tightened)] })
    if (found.status !== 'optimal') return found
    if (!wakeMissed(bounds, node, tightened, found.values)) {
      return { ...found, values: found.values.slice(0, width), cost: found.cost + due }
    }
  }
}

/** Rows that nothing has missed so far are left out of the relaxations, most of them for good. Whether one was missed now. */
function wakeMissed({ rows, awake }: Bounds, { giving }: Node, tightened: Float64Array, values: Float64Array): boolean {
  let isAny = false
  for (const [index, { source, coefficients, least }] of rows.entries()) {
    if (awake[index] === 1 || !isAsked(source, giving)) continue
    let sum = -least - (tightened[index] ?? 0)
    for (const [place, coefficient] of coefficients.entries()) sum += coefficient * (values[place] ?? 0)
    if (sum >= -NOTHING) continue
    awake[index] = 1
    isAny = true
  }
  return isAny
}

/** The rows that hold in a node. */
function activeRows(
  { program, rows, awake, floors, covers }: Bounds,
  { giving, turns, order, choice }: Node,
  tightened: Float64Array,
): readonly LinearRow[] {
  const width = program.options.length
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

/** Whether a row holds: the floor of who is below it only for who gives. */
function isAsked(source: RowSource, giving: Uint8Array): boolean {
  return source.kind !== 'floor' || !source.isConditional || giving[source.party] === GIVING
}

/** How often a point moves the reach of an option. */
export function share({ values }: Optimum, place: number): number {
  return values[place] ?? 0
}

/** The options that a point uses. */
export function usedIn(found: Optimum): readonly number[] {
  return [...found.values.keys()].filter((place) => share(found, place) > NOTHING)
}

/** Those of them that stay on one chain. */
export function localIn({ program }: Bounds, found: Optimum): readonly number[] {
  return usedIn(found).filter((place) => program.options[place]?.offer === undefined)
}

/** Units of each option. */
export function unitsOf({ reach }: Bounds, { values }: Optimum): Float64Array {
  return values.map((value, place) => {
    const units = value <= NOTHING ? 0 : value * (reach[place] ?? 0)
    const whole = Math.round(units)
    return Math.abs(units - whole) < NEARLY ? whole : units
  })
}

/** Whether a party is below what it has to keep if it gives. */
export function isBelowFloor({ floors }: Bounds, party: number): boolean {
  return (floors[party] ?? []).some(({ source }) => source.kind === 'floor' && source.isConditional)
}

/** Whether the donor of a step keeps its floor by it, as far as the rows tell. */
export function keepsIn({ program, floors }: Bounds, found: Optimum) {
  return (place: number, done: readonly number[]): boolean =>
    (floors[program.ends[place]?.donor ?? -1] ?? []).every(({ coefficients, least }) => {
      const sum = done.reduce((all, step) => all + (coefficients[step] ?? 0) * share(found, step), 0)
      return sum >= least - NEARLY
    })
}

/** The rows of a node, narrower by what settling a point has missed; more so from time to time. */
export function narrowed({ rows }: Bounds, before: Float64Array, misses: readonly Miss[], time: number): Float64Array {
  const tightened = Float64Array.from(before)
  for (const { party, of, by } of misses) {
    const index = rows.findIndex(({ source }) => isOf(source, party, of))
    if (index >= 0) tightened[index] = (tightened[index] ?? 0) + by * (rows[index]?.scale ?? 1) * 3 ** time
  }
  return tightened
}

function isOf(source: RowSource, party: number, of: number | FloorKind): boolean {
  if (source.kind === 'cap' || source.party !== party) return false
  return (source.kind === 'floor' ? source.of : source.scene) === of
}

/** The rows of a node, all floors narrower by a little: more so from time to time. */
export function withNarrowerFloors({ rows }: Bounds, before: Float64Array, time: number): Float64Array {
  return before.map((by, index) => (rows[index]?.source.kind === 'floor' ? by + 1e-12 * 10 ** time : by))
}
