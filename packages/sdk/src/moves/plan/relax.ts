import type { CollateralLeg, DebtLeg } from '../../model/Leg.ts'
import { asForLoan } from '../../risk/backing.ts'
import * as Legs from '../../risk/Legs.ts'
import * as Option from './Option.ts'
import { firstIn, type Holdings, type Party } from './Party.ts'
import { type Cap, type FloorKind, floorsOf, type Program } from './Program.ts'

/** What a row of the relaxation stands for. */
export type RowSource =
  | { readonly kind: 'target'; readonly party: number; readonly scene: number }
  /** `isConditional`: the party is below it now, so that it holds only if the party gives. */
  | { readonly kind: 'floor'; readonly party: number; readonly of: FloorKind; readonly isConditional: boolean }
  | { readonly kind: 'cap'; readonly cap: Cap }

export type Row = {
  readonly source: RowSource
  readonly coefficients: Float64Array
  readonly least: number
  /** By what its numbers were multiplied. */
  readonly scale: number
}

/** The program in floats: each variable is how often an option moves its `reach`. */
export type Relaxation = {
  readonly rows: readonly Row[]
  /** Units of each option that could be needed at all. */
  readonly reach: Float64Array
  /** How often it may be moved: about once, unless less is left of it. */
  readonly upper: Float64Array
  /** US dollars: of any amount, and of all of `reach` besides. */
  readonly fixed: Float64Array
  readonly slope: Float64Array
  /** The least share that can be moved, if any is. */
  readonly least: Float64Array
  /** Who cannot do without some of the options. */
  readonly covers: readonly Cover[]
  /** What all of `reach` is worth, as a share of the most of them. */
  readonly weight: Float64Array
}

/** Somebody who needs help at all. */
export type Cover = {
  /** For each option that helps which share of the need it could meet by itself; at most one. */
  readonly shares: Float64Array
}

/** Room for what is not linear in a rule, e.g. the floored average threshold of Aave up to 3.4. */
const MARGIN = 1.004
/** What such a rule may keep back of all that is wanted, however little is missing: a basis point of an average of half. */
const TOOTH = 2e-4
const WAD = 1e18
/** A share of what is wanted that no rounding of a rule makes. */
const CERTAIN = 1e-6

/**
 * The program as rows over real numbers. It is nowhere narrower than the program, but for its curves.
 *
 * @param wider what each option may reach instead of what its targets need; every row is kept then.
 */
export function relax(program: Program, wider?: Float64Array): Relaxation {
  const { options, parties, links } = program
  const demands = parties.flatMap((party, index) => demandsOf(program, party, index))
  const reach = wider ?? Float64Array.from(options, (option, place) => reachOf(program, demands, option, place))
  const rows = [
    ...demands.map(({ source, need, weights }) => toRow(source, need, weights, reach)),
    ...program.caps.map((cap) => capRow(program, cap, reach)),
  ]
  const worth = Float64Array.from(options, (option, place) => worthOf(option) * (reach[place] ?? 0))
  const most = worth.reduce((highest, of) => Math.max(highest, of), 0)
  return {
    covers: program.parties.flatMap((_, party) => coverOf(program, demands, party)),
    weight: worth.map((of) => (most === 0 ? 0 : of / most)),
    rows: rows.filter((row) => wider !== undefined || isWorth(row, links)),
    reach,
    upper: Float64Array.from(options, ({ most }, place) => {
      const once = reach[place] ?? 0
      return once === 0 ? 0 : Math.min(Number(most) / once, MARGIN + 16 / once)
    }),
    fixed: Float64Array.from(options, ({ gas, messaging }) => Number(gas + messaging) / WAD),
    slope: Float64Array.from(options, (option, place) => slopeOf(option) * (reach[place] ?? 0)),
    least: Float64Array.from(options, ({ least }, place) => {
      const most = reach[place] ?? 0
      return most === 0 ? 0 : Math.min(1, Number(least) / most)
    }),
  }
}

type Demand = {
  readonly source: Exclude<RowSource, { kind: 'cap' }>
  /** What is missing of weighted collateral, in the unit of the market; negative: what can be spared. */
  readonly need: number
  /** What is wanted of weighted collateral. */
  readonly owed: number
  /** What a unit of an option adds to it, by place. */
  readonly weights: ReadonlyMap<number, number>
}

function demandsOf(program: Program, party: Party, index: number): readonly Demand[] {
  const demands = party.scenes.flatMap(({ target, holdings }, scene): readonly Demand[] =>
    target === undefined
      ? []
      : [demandOf(program, index, { kind: 'target', party: index, scene }, holdings, Number(target) / WAD)],
  )
  if (party.floor === undefined || !party.mayGive) return demands
  const { rule, flight, floor } = party
  const floors = floorsOf(party, floor, flight.legs).map(({ kind, legs, factor }) => {
    const assessment = rule.assess(legs)
    const isConditional = assessment.health.status === 'known' && assessment.health.factor < factor
    const source = { kind: 'floor', party: index, of: kind, isConditional } as const
    const firsts = kind === 'floor' ? flight.firsts : asForLoan({ collateral: flight.firsts, debt: [] }).collateral
    return demandOf(program, index, source, { legs, firsts, assessment }, Number(factor) / WAD)
  })
  return [...demands, ...floors]
}

function demandOf(
  { options, links }: Program,
  party: number,
  source: Demand['source'],
  holdings: Holdings,
  factor: number,
): Demand {
  const { weightedCollateral, weightedDebt } = holdings.assessment
  const weights = new Map<number, number>()
  const link = links[party]
  for (const place of link?.ins ?? []) {
    const option = options[place]
    if (option === undefined || (source.kind === 'floor' && option.offer !== undefined)) continue
    const { received, purpose } = option.candidate
    const perUnit =
      purpose === 'supply'
        ? collateralWeight(firstIn(holdings, received.address))
        : factor * debtWeight(holdings.legs.debt.find(({ asset }) => Legs.isSame(asset.address, received.address)))
    weights.set(place, perUnit * Number(option.receivedUnit) * (Number(Option.keptOf(option.offer)) / 1e36))
  }
  for (const place of link?.outs ?? []) {
    const option = options[place]
    if (option === undefined) continue
    const { address } = option.candidate.asset
    const leg = holdings.legs.collateral.find(({ asset }) => Legs.isSame(asset.address, address))
    weights.set(place, -collateralWeight(leg) * Number(option.unit))
  }
  const owed = factor * (Number(weightedDebt) / WAD)
  return { source, need: owed - Number(weightedCollateral) / WAD, owed, weights }
}

/** Of a base unit, in the unit of the market. */
function collateralWeight(leg: CollateralLeg<bigint> | undefined): number {
  if (leg === undefined || !leg.isCollateral) return 0
  return ((Number(leg.price) / WAD) * (Number(leg.liquidationThreshold) / WAD)) / 10 ** leg.asset.decimals
}

function debtWeight(leg: DebtLeg<bigint> | undefined): number {
  if (leg === undefined) return 0
  return ((Number(leg.price) / WAD) * (Number(leg.liabilityWeight) / WAD)) / 10 ** leg.asset.decimals
}

/** Units that the receiver could need at all, should it have to give whatever it can. */
function reachOf(
  { parties, links, options, ends }: Program,
  demands: readonly Demand[],
  option: Option.Option,
  place: number,
): number {
  const most = Number(option.most)
  let needed = Number(option.least)
  const receiver = ends[place]?.receiver ?? -1
  for (const { source, need, owed, weights } of demands) {
    if (source.party !== receiver) continue
    const weight = weights.get(place) ?? 0
    if (weight <= 0) continue
    let wanted = need + TOOTH * owed
    const assets = new Map<string, number>()
    for (const out of links[receiver]?.outs ?? []) {
      const other = options[out]
      const leg = parties[receiver]?.legs.collateral.find(({ asset }) => asset === other?.candidate.asset)
      if (other === undefined || leg === undefined) continue
      assets.set(leg.asset.address, (-(weights.get(out) ?? 0) / Number(other.unit)) * Number(leg.amount))
    }
    for (const given of assets.values()) wanted += given
    needed = Math.max(needed, wanted / weight)
  }
  // Whole units, and one for what rounding takes: of a coarse route the last may be half of them.
  return Math.min(most, Math.ceil(needed) + 1)
}

/** By the target that misses most of what its helpers could bring. */
function coverOf({ options }: Program, demands: readonly Demand[], party: number): readonly Cover[] {
  let [cover, fewest]: [Float64Array | undefined, number] = [undefined, Number.POSITIVE_INFINITY]
  for (const { source, need, owed, weights } of demands) {
    if (source.kind !== 'target' || source.party !== party || need <= owed * CERTAIN) continue
    const shares = Float64Array.from(options, ({ most }, place) =>
      Math.min(1, (Math.max(0, weights.get(place) ?? 0) * Number(most)) / need),
    )
    const sum = shares.reduce((all, share) => all + share, 0)
    if (sum < fewest) [cover, fewest] = [shares, sum]
  }
  return cover === undefined ? [] : [{ shares: cover }]
}

function toRow(source: RowSource, need: number, weights: ReadonlyMap<number, number>, reach: Float64Array): Row {
  const coefficients = new Float64Array(reach.length)
  let largest = 0
  for (const [place, weight] of weights) {
    const coefficient = weight * (reach[place] ?? 0)
    coefficients[place] = coefficient
    largest = Math.max(largest, Math.abs(coefficient))
  }
  const scale = largest === 0 ? 1 : 1 / largest
  for (let place = 0; place < coefficients.length; place++) {
    coefficients[place] = (coefficients[place] ?? 0) * scale
  }
  return { source, coefficients, least: need * scale, scale }
}

function capRow({ options }: Program, cap: Cap, reach: Float64Array): Row {
  const weights = new Map<number, number>()
  for (const place of cap.options) {
    const option = options[place]
    if (option === undefined) continue
    const share = Number(Option.keptOf(option.offer)) / 1e36
    weights.set(place, cap.measure === 'amount' ? -Number(option.unit) : -Number(option.receivedUnit) * share)
  }
  return toRow({ kind: 'cap', cap }, -Number(cap.most), weights, reach)
}

/** Whether a row can be missed at all, or nearly so. */
function isWorth({ source, coefficients, least }: Row, links: Program['links']): boolean {
  if (source.kind === 'floor' && (links[source.party]?.outs.length ?? 0) === 0) return false
  let lowest = 0
  for (const coefficient of coefficients) lowest += Math.min(0, coefficient)
  return lowest * MARGIN < least + 0.01
}

/** US dollars per unit. */
export function worthOf({ price, unit, candidate }: Option.Option): number {
  return (Number(price) / WAD) * (Number(unit) / 10 ** candidate.asset.decimals)
}

/** What is lost of a unit, US dollars. */
function slopeOf(option: Option.Option): number {
  return (1 - Number(Option.keptOf(option.offer)) / 1e36 + Number(option.waiting) / WAD) * worthOf(option)
}
