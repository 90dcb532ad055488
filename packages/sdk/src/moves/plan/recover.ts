import type { KnownHealth } from '../../model/Health.ts'
import * as Wad from '../../units/Wad.ts'
import { branchAndBound } from './branchAndBound.ts'
import { mostConceivable } from './mostConceivable.ts'
import type { Party } from './Party.ts'
import * as Program from './Program.ts'

/** The best that can be reached, and by what. */
export type Recovery = { readonly health: KnownHealth; readonly units: Program.Units }

/** Nobody needs a hundred times more; it ends a search where debts can be paid in full. */
const PLENTY = 100n
/** Shares of what could be gained by which the relaxation may be off the rules, tried in turn. */
const SHORTER = [10n, 12n].map((digits) => 10n ** digits)
/** The share of it that whole units of coarse routes may keep back: what was sought that near to the most is sought for long. */
const COARSE = 1_000n
const [SHORT, LONG] = [150, 600]
/** Nodes for each other try, and for all, where something else than rounding keeps the rules from it. */
const EFFORT = 300
const EFFORTS = 2_500
/** The first step up from what is, as a share of it: a thousandth. */
const FIRST_STRIDE = 1_000n
/** A share of a factor that is not worth a try. */
const PRECISION = 10n ** 12n

/**
 * The highest common target that some of the parties can meet in one scene, all floors kept, and moves to it. The relaxation bounds
 * it from above; what is returned was settled by the rules. Where minima of routes or the order of steps keep it from that bound,
 * it is the best of a few tries between.
 *
 * @param enough a factor beyond which nothing more is sought; some hundredfold unless given.
 */
export function recover(
  program: Program.Program,
  among: readonly number[],
  scenario: string,
  enough?: bigint,
): Recovery {
  const none = program.options.map(() => 0n)
  const base = weakest(program, among, scenario, none)
  let best: Recovery = { health: base, units: none }
  if (base.status === 'no-debt') return best
  const floor = base.factor
  const limit = enough ?? PLENTY * (floor + Wad.WAD)
  if (floor >= limit) return best
  const highest = mostConceivable((factor) => wanting(program, among, scenario, factor), floor, limit)
  if (highest <= floor) return best
  let left = EFFORTS
  const reaches = (factor: bigint, nodes = EFFORT): boolean => {
    const effort = Math.max(1, Math.min(nodes, left))
    const found = branchAndBound(wanting(program, among, scenario, factor), { effort, isAny: true, isRough: true })
    left -= found.nodes
    if (found.status !== 'found') return false
    const health = weakest(program, among, scenario, found.units)
    if (isBetter(health, best.health)) best = { health, units: found.units }
    return true
  }
  if (highest === limit && reaches(limit)) return best
  if (SHORTER.some((share) => reaches(highest - Wad.mulUp(highest - floor, share), SHORT))) return best
  let [low, high] = [floor, highest]
  const raise = (factor: bigint, nodes = EFFORT): boolean => {
    const isReached = reaches(factor, nodes)
    if (!isReached) high = factor
    else low = best.health.status === 'known' && best.health.factor > factor ? best.health.factor : factor
    return isReached
  }
  if (!raise(highest - (highest - floor) / COARSE, LONG)) {
    // What can be reached is soon found, and that nothing can is not: from below first.
    for (let stride = floor / FIRST_STRIDE; left > 0 && low + stride < high; stride *= 8n) {
      if (!raise(low + stride)) break
    }
  }
  while (left > 0 && high - low > Wad.mulUp(low, PRECISION)) {
    // Where debts can be paid in circles the bound is far above what any order of the steps allows.
    raise(high > 2n * low ? geometric(low, high) : (low + high) / 2n)
  }
  return best
}

function geometric(low: bigint, high: bigint): bigint {
  return BigInt(Math.floor(Math.sqrt(Number(low) * Number(high))))
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
export function wanting(
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
