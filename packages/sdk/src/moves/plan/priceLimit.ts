import type { KnownLegs } from '../../model/Leg.ts'
import * as Legs from '../../risk/Legs.ts'
import * as Wad from '../../units/Wad.ts'
import { branchAndBound } from './branchAndBound.ts'
import type { BindingConstraint } from './MarginPlan.ts'
import type { Option } from './Option.ts'
import { firstIn, type Holdings, type Party } from './Party.ts'
import * as Program from './Program.ts'
import type { Problem } from './toProblem.ts'
import { toProgram } from './toProgram.ts'
import type { Touched } from './touched.ts'

/** How much less of a health factor is tried. */
const LESS_HEALTH = Wad.WAD / 20n

/** What more of a limit would be worth: the cheapest plan is sought again, with as much again or with 0.05 less of a factor. */
export function priceLimit(problem: Problem, cost: bigint, limit: Touched): BindingConstraint {
  const { constraint } = limit
  if (limit.kind === 'loan-to-value') return { constraint, more: 0n, saves: 0n }
  const { more, program, usedMore } = loosened(problem, limit)
  if (more === 0n) return { constraint, more, saves: 0n }
  const found = branchAndBound(program, { effort: problem.effort, below: Number(cost) / 1e18 })
  if (found.status !== 'found' || found.cost >= cost) return { constraint, more, saves: 0n }
  // No more than the cheaper plan needs; the rest of a millionth is what whole units leave.
  const needed = usedMore(found.units)
  const isLess = needed > 0n && needed < more - more / 1_000_000n
  return { constraint, more: isLess ? needed : more, saves: cost - found.cost }
}

type Loosened = {
  readonly more: bigint
  readonly program: Program.Program
  /** How much of `more` an answer needs. */
  readonly usedMore: (units: Program.Units) => bigint
}

function loosened(problem: Problem, limit: Exclude<Touched, { kind: 'loan-to-value' }>): Loosened {
  if (limit.kind === 'cap') return moreOf(problem, limit.cap)
  if (limit.kind === 'floor') return lowerFloor(problem, limit.party)
  if (limit.kind === 'target') return lowerTarget(problem, limit.party, limit.scene)
  return lowerLeast(problem, limit.place)
}

function moreOf(problem: Problem, cap: Program.Cap): Loosened {
  const { constraint, most } = cap
  if (constraint.kind === 'balance') return moreHeld(problem, constraint.position, constraint.asset.address, cap)
  const more = constraint.kind === 'owed' ? interestOn(problem, cap) : most
  const program = rebuilt(problem, {
    mostOf: (other) => (isSameLimit(other, cap) ? most + more : other.most),
  })
  return { more, program, usedMore: (units) => usedOf(program, cap, units) - most }
}

/** What is owed by the horizon, and not now: nobody can pay more. */
function interestOn({ parties }: Problem, { constraint, most }: Program.Cap): bigint {
  if (constraint.kind !== 'owed') return 0n
  const party = parties.find(({ position }) => position.id === constraint.position)
  const owed = party?.scenes[0]?.holdings.legs.debt.find(({ asset }) =>
    Legs.isSame(asset.address, constraint.asset.address),
  )
  return owed === undefined || owed.amount <= most ? 0n : owed.amount - most
}

/** As if the position held as much again: where it is collateral it counts. */
function moreHeld(problem: Problem, id: string, asset: string, cap: Program.Cap): Loosened {
  const more = cap.most
  const parties = problem.parties.map((party): Party => {
    if (party.position.id !== id) return party
    const holding = (holdings: Holdings): Holdings => {
      const legs = withMore(holdings, asset, more)
      return { ...holdings, legs, assessment: party.rule.assess(legs) }
    }
    return {
      ...party,
      legs: withMore({ ...party.flight, legs: party.legs }, asset, more),
      flight: holding(party.flight),
      scenes: party.scenes.map((scene) => ({
        ...scene,
        holdings: holding(scene.holdings),
        unaided: holding(scene.unaided),
      })),
    }
  })
  const program = rebuilt(problem, { parties, mostOf: ({ most }) => most })
  const isCounted = problem.parties.some(({ position, hasDebt }) => position.id === id && hasDebt)
  return { more, program, usedMore: (units) => (isCounted ? more : usedOf(program, cap, units) - cap.most) }
}

function withMore(holdings: Holdings, asset: string, more: bigint): KnownLegs {
  const { legs } = holdings
  const first = firstIn(holdings, asset) ?? legs.collateral.find((leg) => Legs.isSame(leg.asset.address, asset))
  return first === undefined ? legs : Legs.supplied(legs, first, more)
}

function lowerFloor(problem: Problem, party: number): Loosened {
  const floor = problem.parties[party]?.floor ?? Wad.WAD
  const program = rebuilt(problem, { parties: put(problem.parties, party, { floor: Wad.WAD }) })
  return {
    more: floor - Wad.WAD,
    program,
    usedMore: (units) => floor - factorOf(program, party, units, program.parties[party]?.flight, false),
  }
}

function lowerTarget(problem: Problem, party: number, place: number): Loosened {
  const scenes = problem.parties[party]?.scenes ?? []
  const target = scenes[place]?.target ?? Wad.WAD
  const more = target - Wad.WAD < LESS_HEALTH ? target - Wad.WAD : LESS_HEALTH
  const program = rebuilt(problem, {
    parties: put(problem.parties, party, {
      scenes: scenes.map((scene, index) => (index === place ? { ...scene, target: target - more } : scene)),
    }),
  })
  return {
    more,
    program,
    usedMore: (units) => target - factorOf(program, party, units, scenes[place]?.holdings, true),
  }
}

function lowerLeast(problem: Problem, place: number): Loosened {
  const option = problem.program.options[place]
  const least = option?.least ?? 1n
  const unit = option?.unit ?? 1n
  const isIt = (other: Option) => other.offer === option?.offer
  const program = rebuilt(problem, {
    options: problem.options.map((other) => (isIt(other) ? { ...other, least: 1n } : other)),
  })
  return {
    more: (least - 1n) * unit,
    program,
    usedMore: (units) =>
      program.options.reduce((needed, other, index) => {
        const count = units[index] ?? 0n
        const short = isIt(other) && count > 0n && count < least ? (least - count) * unit : 0n
        return short > needed ? short : needed
      }, 0n),
  }
}

function rebuilt(
  problem: Problem,
  {
    parties = problem.parties,
    options = problem.options,
    mostOf,
  }: {
    readonly parties?: readonly Party[]
    readonly options?: readonly Option[]
    readonly mostOf?: Parameters<typeof toProgram>[3]
  },
): Program.Program {
  return toProgram(problem.parameters, parties, options, mostOf).program
}

function put(parties: readonly Party[], place: number, changes: Partial<Party>): readonly Party[] {
  return parties.map((party, index) => (index === place ? { ...party, ...changes } : party))
}

function isSameLimit(one: Pick<Program.Cap, 'key'>, other: Pick<Program.Cap, 'key'>): boolean {
  return one.key === other.key
}

function usedOf(program: Program.Program, cap: Program.Cap, units: Program.Units): bigint {
  const same = program.caps.find((other) => isSameLimit(other, cap))
  return same === undefined ? 0n : Program.usedBy(program.options, same, units)
}

/** A party's health by an answer, with what protocols may round away; as much as one likes where nothing is owed. */
function factorOf(
  program: Program.Program,
  party: number,
  units: Program.Units,
  holdings: Holdings | undefined,
  isArrived: boolean,
): bigint {
  if (holdings === undefined) return 0n
  const legs = Program.after(program, party, units, holdings, { isArrived, isSlack: true })
  const health = program.parties[party]?.rule.assess(legs).health
  return health?.status === 'known' ? health.factor : 2n ** 256n
}
