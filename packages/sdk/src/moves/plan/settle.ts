import * as Search from '../../risk/Search.ts'
import { arrange, isArranged } from './arrange.ts'
import * as Option from './Option.ts'
import * as Program from './Program.ts'
import { teeth } from './teeth.ts'

/** An answer in whole units that was checked by the protocols' own rules, or what it misses. */
export type Settlement =
  | { readonly status: 'settled'; readonly units: Program.Units; readonly cost: bigint }
  | { readonly status: 'missed'; readonly misses: readonly Miss[] }
  /** Nothing is missed at the end, but its steps on one chain have no order in which donors keep their floors. */
  | { readonly status: 'unordered'; readonly misses: readonly Miss[] }

/** Whom a near answer leaves short, by what: weighted collateral in the unit of the market. */
export type Miss = {
  readonly party: number
  /** The place of a scene, or which of its floors. */
  readonly of: number | Program.FloorKind
  readonly by: number
}

/** How a point is settled. */
export type Settling = {
  /** Options that have to be used. */
  readonly forced: readonly number[]
  /** Steps on one chain in an order that the relaxation finds fine: what it misses is told where no other is. */
  readonly order?: readonly number[]
  /** More may be sent than is needed. */
  readonly isAny: boolean
}

/** How often what one repair breaks is repaired in turn. */
const ROUNDS = 6
/** A share so near to a bound is at the bound. */
const NEAR = 1e-9

/**
 * Makes whole units of what a relaxation found, such that every cap, every floor and every target holds by the rules themselves:
 * what gives too much gives less, then whoever is short gets the least more that helps, then nobody sends more than needed (unless any
 * answer will do).
 */
export function settle(
  program: Program.Program,
  wanted: Float64Array,
  { forced, order = [], isAny }: Settling,
): Settlement {
  const units = snapped(program, wanted)
  for (const place of forced) units[place] ||= program.options[place]?.least ?? 0n
  const used = [...units.keys()].filter((place) => (units[place] ?? 0n) > 0n)
  // Who gives less for the teeth of a floor leaves others short: what was missed is the floor, and what helps it may be had.
  const floors = missesOf(program, units).filter(
    ({ party, of }) => typeof of !== 'number' && program.parties[party]?.rule.thresholdUnit !== undefined,
  )
  // What is at its least cannot give a unit up: whoever shares a cap with it does.
  const isAtLeast = (place: number) => (units[place] ?? 0n) <= (program.options[place]?.least ?? 0n)
  const byEase = [...used.filter((place) => !isAtLeast(place)), ...used.filter(isAtLeast)]
  for (const place of byEase) lower(program, units, place)
  const misses = missesOf(program, units)
  const byCost = used.sort((left, right) => perDollar(program, left, units) - perDollar(program, right, units))
  for (let round = 0; round < ROUNDS; round++) {
    const short = shortParties(program, units)
    const before = [...units]
    if (short.length === 0) break
    for (const party of short) for (const place of byCost) raise(program, units, party, place)
    if (before.every((count, place) => count === units[place])) break
  }
  if (!holds(program, units)) {
    const missed = misses.length > 0 ? misses : missesOf(program, units)
    // What others miss may be no more than what a floor took from them: that first.
    return { status: 'missed', misses: floors.length > 0 ? floors : missed }
  }
  const known = arrange(program, units)
  if (known === undefined) return { status: 'unordered', misses: missesOnTheWay(program, units, order) }
  if (isAny) return settled(program, units)
  const dearestFirst = [...byCost].reverse()
  const trimmed = [...units]
  for (const place of dearestFirst) trim(program, trimmed, place, { isForced: forced.includes(place) })
  if (arrange(program, trimmed) !== undefined) return settled(program, trimmed)
  // What is more than enough in the end may be needed on the way.
  for (const place of dearestFirst) trim(program, units, place, { isForced: forced.includes(place), order: known })
  return settled(program, units)
}

function settled(program: Program.Program, units: Program.Units): Settlement {
  return { status: 'settled', units, cost: Program.costOf(program, units) }
}

function snapped({ options }: Program.Program, wanted: Float64Array): bigint[] {
  return options.map(({ least, most }, place) => {
    const want = wanted[place] ?? 0
    if (want <= 0) return 0n
    if (want >= Number(most) * (1 - NEAR)) return most
    const units = BigInt(Math.floor(want))
    if (units >= least) return units
    return least
  })
}

/** Brings an option within the caps and its donor's floor. */
function lower(program: Program.Program, units: bigint[], place: number): void {
  const option = program.options[place]
  const donor = program.ends[place]?.donor ?? -1
  if (option === undefined) return
  const room = Program.roomOf(program, place, units)
  if ((units[place] ?? 0n) > room) units[place] = room
  // Who has to get before it gives has it mended below.
  if (
    !Program.keepsFloor(program, donor, units) &&
    Program.keepsFloor(program, donor, alone(program, units, place, donor))
  ) {
    const most = units[place] ?? 0n
    units[place] =
      Search.greatest({ most, holds: (count) => Program.keepsFloor(program, donor, put(units, place, count)) }) ?? 0n
  }
  if ((units[place] ?? 0n) < option.least) units[place] = 0n
}

/** Just what leaves a donor, but for one option, of which the least leaves. */
function alone({ options, ends }: Program.Program, units: Program.Units, place: number, donor: number): Program.Units {
  return units.map((count, other) =>
    other === place ? (options[place]?.least ?? 0n) : ends[other]?.donor === donor ? count : 0n,
  )
}

/** Gives a party that is short the least more by one option that mends it, or all that there is. */
function raise(program: Program.Program, units: bigint[], party: number, place: number): void {
  const { donor, receiver } = program.ends[place] ?? { donor: -1, receiver: -1 }
  const option = program.options[place]
  if (option === undefined || receiver !== party) return
  // What crosses chains comes too late for a floor.
  const isMissing = (state: Program.Units) =>
    option.offer === undefined ? isShort(program, party, state) : !Program.meetsTargets(program, party, state)
  if (!isMissing(units)) return
  const before = units[place] ?? 0n
  const room = Program.roomOf(program, place, units)
  const most = lesser(room - before, nearby(option, before))
  const from = before < option.least ? option.least - before : 1n
  if (most < from) return
  const passes = (more: bigint) => more >= from && !isMissing(put(units, place, before + more))
  const wanted =
    Search.least({ estimate: from, most, passes }) ??
    teeth(program, units, place, { from: before, to: room + 1n })
      .map((count) => count - before)
      .find(passes)
  if (wanted === undefined) return
  const isDonorSafe = Program.meetsTargets(program, donor, units)
  const canSpare = (more: bigint) => {
    const next = put(units, place, before + more)
    return Program.keepsFloor(program, donor, next) && (!isDonorSafe || Program.meetsTargets(program, donor, next))
  }
  if (canSpare(wanted)) units[place] = before + wanted
}

/** Units by which whole numbers and the curves of a rule may be off the relaxation. */
function nearby({ least, unit, rounding }: Option.Option, before: bigint): bigint {
  return before / 256n + least + 16n + (8n * (rounding.donor + rounding.receiver)) / unit
}

function lesser(left: bigint, right: bigint): bigint {
  return left < right ? left : right
}

/** Takes back what an option carries beyond need; with an order, beyond what each step needs when its turn comes. */
function trim(
  program: Program.Program,
  units: bigint[],
  place: number,
  { isForced, order }: { readonly isForced: boolean; readonly order?: readonly number[] },
): void {
  const { donor, receiver } = program.ends[place] ?? { donor: -1, receiver: -1 }
  const option = program.options[place]
  const most = units[place] ?? 0n
  if (option === undefined || most === 0n) return
  // Where an average is floored, who gives less may be worse off.
  const isEnough = (count: bigint) => {
    const state = put(units, place, count)
    if (isShort(program, receiver, state) || isShort(program, donor, state)) return false
    return order === undefined || isArranged(program, state, order)
  }
  const none = isForced ? option.least : 0n
  if (isEnough(none)) {
    units[place] = none
    return
  }
  const passes = (count: bigint) => count >= option.least && isEnough(count)
  const leastNear = (count: bigint) => Search.least({ estimate: count, most: count, passes }) ?? count
  const near = leastNear(most)
  units[place] = near
  const lower = teeth(program, units, place, { from: 0n, to: near }).find(passes)
  if (lower !== undefined) units[place] = leastNear(lower)
}

function put(units: readonly bigint[], place: number, count: bigint): Program.Units {
  const copy = [...units]
  copy[place] = count
  return copy
}

function isShort(program: Program.Program, party: number, units: Program.Units): boolean {
  return !Program.meetsTargets(program, party, units) || !Program.keepsFloor(program, party, units)
}

function shortParties(program: Program.Program, units: Program.Units): readonly number[] {
  return [...program.parties.keys()].filter((party) => isShort(program, party, units))
}

/** Whether everything holds at the end, the order of steps aside. */
function holds(program: Program.Program, units: Program.Units): boolean {
  return (
    shortParties(program, units).length === 0 &&
    program.options.every(({ least }, place) => {
      const count = units[place] ?? 0n
      return count === 0n || (count >= least && count <= Program.roomOf(program, place, units))
    })
  )
}

/** What a dollar more of value costs by an option. */
function perDollar({ options }: Program.Program, place: number, units: Program.Units): number {
  const option = options[place]
  if (option === undefined) return 0
  const { total, gas, messaging } = Option.costsOf(option, units[place] ?? 1n)
  const value = Number(Option.amountOf(option, units[place] ?? 1n)) * Number(option.price)
  return value === 0 ? 0 : (Number(total - gas - messaging) / value) * 10 ** option.candidate.asset.decimals
}

/** Who is short of what, in weighted collateral. */
function missesOf(program: Program.Program, units: Program.Units): readonly Miss[] {
  return program.parties.flatMap((party, index) => [
    ...party.scenes.flatMap((scene, place): readonly Miss[] => {
      const legs = Program.targetMissed(program, index, place, units)
      if (scene.target === undefined || legs === undefined) return []
      return [{ party: index, of: place, by: deficit(party.rule.assess(legs), scene.target) }]
    }),
    ...floorMisses(program, index, units),
  ])
}

function isSame(one: Miss, other: Miss): boolean {
  return one.party === other.party && one.of === other.of
}

/** Of what a party has to keep when it gives: once for each, whatever is rounded away. */
function floorMisses(program: Program.Program, index: number, units: Program.Units): readonly Miss[] {
  const { rule } = program.parties[index] ?? {}
  if (rule === undefined) return []
  return Program.floorsMissed(program, index, units)
    .filter(({ kind }, place, all) => all.findIndex((other) => other.kind === kind) === place)
    .map(({ kind, legs, factor }) => ({ party: index, of: kind, by: deficit(rule.assess(legs), factor) }))
}

/** The floors that some order of steps misses: each where it misses most. */
function missesOnTheWay(program: Program.Program, units: Program.Units, order: readonly number[]): readonly Miss[] {
  const done = units.map(() => 0n)
  const found: Miss[] = []
  for (const place of order) {
    done[place] = units[place] ?? 0n
    found.push(...floorMisses(program, program.ends[place]?.donor ?? -1, done))
  }
  return found.filter((miss) => !found.some((other) => isSame(miss, other) && other.by > miss.by))
}

/** At least what a float can tell. */
function deficit(
  { weightedCollateral, weightedDebt }: { readonly weightedCollateral: bigint; readonly weightedDebt: bigint },
  factor: bigint,
): number {
  const wanted = (Number(weightedDebt) / 1e18) * (Number(factor) / 1e18)
  return Math.max(wanted - Number(weightedCollateral) / 1e18, wanted * 1e-13)
}
