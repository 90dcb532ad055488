import type { KnownLegs } from '../../model/Leg.ts'
import { asForLoan } from '../../risk/backing.ts'
import * as Legs from '../../risk/Legs.ts'
import * as Wad from '../../units/Wad.ts'
import type { Constraint } from './MarginPlan.ts'
import * as Option from './Option.ts'
import { firstIn, type Holdings, type Party } from './Party.ts'

/** What several moves may use together at most. */
export type Cap = {
  /** Tells caps apart. */
  readonly key: string
  readonly constraint: Constraint
  /** Base units. */
  readonly most: bigint
  /** Of what leaves the donors, or of what arrives. */
  readonly measure: 'amount' | 'arrives'
  /** Places of the options that use it. */
  readonly options: readonly number[]
}

/** Everything that is possible, and everything that is asked. An answer is a number of units for each option. */
export type Program = {
  readonly parties: readonly Party[]
  readonly options: readonly Option.Option[]
  readonly caps: readonly Cap[]
  /** For each option the places of its donor and its receiver among the parties. */
  readonly ends: readonly { readonly donor: number; readonly receiver: number }[]
  /** For each party the places of the options by which it gives and gets. */
  readonly links: readonly { readonly outs: readonly number[]; readonly ins: readonly number[] }[]
  /** For each option the caps that limit it. */
  readonly capsOf: readonly (readonly Cap[])[]
}

/** Units for each option, by place. */
export type Units = readonly bigint[]

/** Puts a program together. */
export function make(parties: readonly Party[], options: readonly Option.Option[], caps: readonly Cap[]): Program {
  const places = new Map(parties.map(({ position }, index) => [position.id, index]))
  const ends = options.map(({ candidate }) => ({
    donor: places.get(candidate.donor) ?? -1,
    receiver: places.get(candidate.receiver) ?? -1,
  }))
  const all = options.map((_, index) => index)
  return {
    parties,
    options,
    caps,
    ends,
    links: parties.map((_, party) => ({
      outs: all.filter((index) => ends[index]?.donor === party),
      ins: all.filter((index) => ends[index]?.receiver === party),
    })),
    capsOf: all.map((index) => caps.filter((cap) => cap.options.includes(index))),
  }
}

/** How an answer is counted. */
export type Counting = {
  /** Whether what crosses chains has arrived. */
  readonly isArrived: boolean
  /** Whether protocols round against the owner what they can. */
  readonly isSlack: boolean
}

/** A party's legs after its part of an answer. */
export function after(
  { options, links }: Pick<Program, 'options' | 'links'>,
  party: number,
  units: Units,
  holdings: Holdings,
  { isArrived, isSlack }: Counting,
): KnownLegs {
  let { legs } = holdings
  const link = links[party]
  if (link === undefined) return legs
  for (const place of link.ins) {
    const [option, count] = [options[place], units[place] ?? 0n]
    if (option === undefined || count === 0n) continue
    if (!isArrived && option.offer !== undefined) continue
    const arrives = Option.arrivesOf(option, count) - (isSlack ? option.rounding.receiver : 0n)
    if (arrives <= 0n) continue
    const { address } = option.candidate.received
    if (option.candidate.purpose === 'repay') {
      legs = Legs.repaid(legs, address, arrives)
      continue
    }
    const first = firstIn(holdings, address)
    if (first !== undefined) legs = Legs.supplied(legs, first, arrives)
  }
  for (const place of link.outs) {
    const [option, count] = [options[place], units[place] ?? 0n]
    if (option === undefined || count === 0n) continue
    const leaves = Option.amountOf(option, count) + (isSlack ? option.rounding.donor : 0n)
    legs = Legs.withdrawn(legs, option.candidate.asset.address, leaves)
  }
  return legs
}

/** Whether a party meets its targets when everything has arrived. */
export function meetsTargets(program: Program, party: number, units: Units): boolean {
  return (program.parties[party]?.scenes ?? []).every((_, scene) => meetsTarget(program, party, scene, units))
}

/** Whether it meets the target of one scene. */
export function meetsTarget(program: Program, party: number, scene: number, units: Units): boolean {
  return targetMissed(program, party, scene, units) === undefined
}

/** The legs by which a party misses the target of one scene, if it does. */
export function targetMissed(program: Program, party: number, scene: number, units: Units): KnownLegs | undefined {
  const [who, what] = [program.parties[party], program.parties[party]?.scenes[scene]]
  const { target, holdings } = what ?? {}
  if (who === undefined || target === undefined || holdings === undefined) return undefined
  return slacksOf(who)
    .map((isSlack) => after(program, party, units, holdings, { isArrived: true, isSlack }))
    .find((legs) => !isAtLeast(who, legs, target))
}

/** Whether protocols round away what they can: where an average is floored more may be worse, so that both have to do. */
function slacksOf({ rule }: Party): readonly boolean[] {
  return rule.thresholdUnit === undefined ? [true] : [true, false]
}

/** By what a party that gives is measured: the rule's health, or what its protocol lends. */
export type FloorKind = 'floor' | 'loan-to-value'

/** Something that a party that gives has to keep, and what it keeps. */
export type Kept = { readonly kind: FloorKind; readonly legs: KnownLegs; readonly factor: bigint }

/** Whether a party that gives keeps its floor while nothing that crosses chains has arrived, and its protocol lets it give. */
export function keepsFloor(program: Program, party: number, units: Units): boolean {
  return floorsMissed(program, party, units).length === 0
}

/** What a party that gives does not keep. */
export function floorsMissed(program: Program, party: number, units: Units): readonly Kept[] {
  const who = program.parties[party]
  const { floor } = who ?? {}
  if (who === undefined || floor === undefined || !gives(program, party, units)) return []
  return slacksOf(who).flatMap((isSlack) =>
    floorsOf(who, floor, after(program, party, units, who.flight, { isArrived: false, isSlack })).filter(
      ({ legs, factor }) => !isAtLeast(who, legs, factor),
    ),
  )
}

/** What has to be kept of some legs. */
export function floorsOf({ rule }: Pick<Party, 'rule'>, floor: bigint, legs: KnownLegs): readonly Kept[] {
  const health: Kept = { kind: 'floor', legs, factor: floor }
  if (rule.withdrawal !== 'loan-to-value') return [health]
  return [health, { kind: 'loan-to-value', legs: asForLoan(legs), factor: Wad.WAD }]
}

/** Whether anything leaves a party. */
export function gives({ links }: Pick<Program, 'links'>, party: number, units: Units): boolean {
  return (links[party]?.outs ?? []).some((place) => (units[place] ?? 0n) > 0n)
}

function isAtLeast({ rule }: Party, legs: KnownLegs, factor: bigint): boolean {
  const { health } = rule.assess(legs)
  return health.status === 'no-debt' || health.factor >= factor
}

/** The most units of an option that the caps leave, beside the others of an answer. */
export function roomOf({ options, capsOf }: Program, place: number, units: Units): bigint {
  const option = options[place]
  if (option === undefined) return 0n
  let most = option.most
  for (const cap of capsOf[place] ?? []) {
    const left = cap.most - usedBy(options, cap, units, place)
    const room = left < 0n ? 0n : cap.measure === 'amount' ? left / option.unit : Option.unitsArriving(option, left)
    if (room !== undefined && room < most) most = room
  }
  return most
}

/** What the options of a cap use of it, base units; all but one of them, if so asked. */
export function usedBy(options: readonly Option.Option[], cap: Cap, units: Units, except?: number): bigint {
  let used = 0n
  for (const place of cap.options) {
    const [option, count] = [options[place], units[place] ?? 0n]
    if (place === except || option === undefined || count === 0n) continue
    used += cap.measure === 'amount' ? Option.amountOf(option, count) : Option.arrivesOf(option, count)
  }
  return used
}

/** What an answer costs, US dollars, WAD. */
export function costOf({ options }: Pick<Program, 'options'>, units: Units): bigint {
  let cost = 0n
  for (const [place, option] of options.entries()) cost += Option.costsOf(option, units[place] ?? 0n).total
  return cost
}
