import type { KnownHealth } from '../../model/Health.ts'
import * as Wad from '../../units/Wad.ts'
import { branchAndBound } from './branchAndBound.ts'
import type { Party } from './Party.ts'
import * as Program from './Program.ts'
import { relax } from './relax.ts'
import { simplex } from './simplex.ts'

/** The best that can be reached, and by what. */
export type Recovery = { readonly health: KnownHealth; readonly units: Program.Units }

/** Nobody needs more; it ends a search where debts can be paid in full. */
const MOST = 10n ** 27n
/** Shares by which a bound of floats may be off, tried in turn. */
const SHORTER = [10n ** 9n, 10n ** 11n, 10n ** 13n]

/**
 * The highest common target that some of the parties can meet in one scene, all floors kept, and the cheapest moves to it. The
 * relaxation bounds it from above; what is returned was settled by the rules.
 */
export function recover(
  program: Program.Program,
  among: readonly number[],
  scenario: string,
  effort?: number,
): Recovery {
  const none = program.options.map(() => 0n)
  const base = weakest(program, among, scenario, none)
  const floor = base.status === 'known' ? base.factor : MOST
  const nothing: Recovery = { health: base, units: none }
  if (floor >= MOST) return nothing
  const highest = boundary(floor, MOST, (factor) => isConceivable(wanting(program, among, scenario, factor)))
  if (highest <= floor) return nothing
  const reached = (factor: bigint): Recovery | undefined => {
    const wanted = wanting(program, among, scenario, factor)
    const found = branchAndBound(wanted, { effort, isAny: true })
    if (found.status !== 'found') return undefined
    const health = weakest(program, among, scenario, found.units)
    return isBetter(health, base) ? { health, units: found.units } : undefined
  }
  for (const share of SHORTER) {
    const found = reached(highest - Wad.mulDown(highest - floor, share))
    if (found !== undefined) return found
  }
  // Minima of routes keep it from where the relaxation is: feel for it.
  let [low, high, best] = [floor, highest, nothing]
  for (let round = 0; round < 24; round++) {
    const middle = (low + high) / 2n
    const found = reached(middle)
    if (found === undefined) high = middle
    else {
      best = found
      low = found.health.status === 'known' && found.health.factor > middle ? found.health.factor : middle
      if (low >= high) break
    }
  }
  return best
}

/** The weakest of some parties in a scene, everything having arrived. */
export function weakest(
  program: Program.Program,
  among: readonly number[],
  scenario: string,
  units: Program.Units,
): KnownHealth {
  let health: KnownHealth = { status: 'no-debt' }
  for (const index of among) {
    const party = program.parties[index]
    const scene = party?.scenes.find((candidate) => candidate.scenario === scenario)
    if (party === undefined || scene === undefined) continue
    const legs = Program.after(program, index, units, scene.holdings, { isArrived: true, isSlack: false })
    const own = party.rule.assess(legs).health
    if (isBetter(health, own)) health = own
  }
  return health
}

/** Whether one health is above another. */
export function isBetter(one: KnownHealth, other: KnownHealth): boolean {
  if (other.status === 'no-debt') return false
  return one.status === 'no-debt' || one.factor > other.factor
}

/** The same program when some parties want one factor in one scene, and nobody wants anything else but to keep floors. */
function wanting(
  program: Program.Program,
  among: readonly number[],
  scenario: string,
  factor: bigint,
): Program.Program {
  const parties = program.parties.map(
    (party, index): Party => ({
      ...party,
      scenes: party.scenes.map((scene) => ({
        ...scene,
        target: among.includes(index) && scene.scenario === scenario ? factor : undefined,
      })),
    }),
  )
  return { ...program, parties }
}

/** Whether the relaxation, minima and floors of who would have to get before giving aside, has any point. */
function isConceivable(program: Program.Program): boolean {
  const { rows, reach } = relax(program)
  const width = reach.length
  const found = simplex({
    costs: new Float64Array(width),
    lower: new Float64Array(width),
    upper: new Float64Array(width).fill(1),
    rows: rows.filter(({ source }) => source.kind !== 'floor' || !source.isConditional),
  })
  return found.status === 'optimal'
}

/** The last factor that holds between one that does and one that does not, to twelve digits. */
function boundary(low: bigint, high: bigint, holds: (factor: bigint) => boolean): bigint {
  let [inside, outside] = [low, high]
  // By digits first: what is sought may lie near either end.
  while (outside > 2n * inside + 2n) {
    const middle = geometric(inside, outside)
    if (holds(middle)) inside = middle
    else outside = middle
  }
  for (let round = 0; round < 44 && outside - inside > 1n; round++) {
    const middle = (inside + outside) / 2n
    if (holds(middle)) inside = middle
    else outside = middle
  }
  return inside
}

function geometric(low: bigint, high: bigint): bigint {
  return BigInt(Math.floor(Math.sqrt(Math.max(1, Number(low)) * Number(high))))
}
