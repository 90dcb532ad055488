import type { PlanMovesParameters, RiskContext } from '@unimargin/sdk'
import { open } from './Book.ts'
import { candidatesOf, type Move } from './candidates.ts'
import { type Row, rowsOf } from './rows.ts'

type Linear = { readonly base: number; readonly coefficients: Float64Array }
type Range = { readonly from: number; readonly to: number; readonly isOpen: boolean }

const ONE = 1e18
/** Share of what is weighed that is no proof. */
const CERTAIN = 1e-7
/** Ways of doing and not doing moves that are looked at. */
const MOST = 2_000

/**
 * Whether it is certain that nothing meets everything that is wanted. The rows are weighed such that, whatever is sent, their sum
 * is below zero, although each of them must not be: a proof that holds by itself, however the weights were found. Where the least
 * amounts of routes matter, with each move that is done and that is not done. `false` says nothing.
 */
export function isRefuted(context: RiskContext, parameters: PlanMovesParameters): boolean {
  const book = open(context, parameters)
  const moves = candidatesOf(book, parameters)
  const rows = rowsOf(book, parameters, moves)
  const ranges = moves.map((move): Range => ({ from: 0, to: dollarsOf(move, move.most), isOpen: true }))
  const least = moves.map((move) => dollarsOf(move, move.least))
  let left = MOST
  const search = (ranges_: readonly Range[]): boolean => {
    left -= 1
    if (left < 0) return false
    const given = silenced(rows, ranges_)
    if (weightsAgainst(applying(rows, given), given) !== undefined) return true
    // The one whose least amount is the largest share of what it could be.
    const [place] = given
      .flatMap(({ isOpen, to }, index) => (isOpen && to > 0 ? [index] : []))
      .sort((one, other) => (least[other] ?? 0) / (given[other]?.to ?? 1) - (least[one] ?? 0) / (given[one]?.to ?? 1))
    if (place === undefined) return false
    const decided = (range: Range) => given.map((old, index) => (index === place ? range : old))
    const [from, to] = [least[place] ?? 0, given[place]?.to ?? 0]
    return (
      search(decided({ from: 0, to: 0, isOpen: false })) && (from > to || search(decided({ from, to, isOpen: false })))
    )
  }
  return search(unlifted(rows, ranges))
}

function dollarsOf({ donor, asset, price }: Move, amount: bigint): number {
  const decimals = donor.held.collateral.find((leg) => leg.asset.address === asset)?.asset.decimals ?? 0
  return (Number(amount) / 10 ** decimals) * (Number(price) / ONE)
}

/** Who is below its floor, and gets nothing on its own chain, gives nothing. */
function silenced(rows: readonly Row[], ranges: readonly Range[]): readonly Range[] {
  const silent = new Set(
    rows.flatMap(({ base, coefficients, given = [] }) =>
      base < 0 && coefficients.every((coefficient, index) => coefficient <= 0 || ranges[index]?.to === 0) ? given : [],
    ),
  )
  return ranges.map((range, index) => (silent.has(index) && range.isOpen ? { from: 0, to: 0, isOpen: false } : range))
}

/**
 * Who is below its floor gives nothing before steps on chains have lifted it there; who cannot be lifted as long as it gives nothing
 * itself never gives.
 */
function unlifted(rows: readonly Row[], ranges: readonly Range[]): readonly Range[] {
  const nothing = { from: 0, to: 0, isOpen: false }
  // What holds on the way as well: targets are for the end.
  const always = rows.filter(
    ({ receiver, base, donor }) => receiver === undefined && (donor === undefined || base >= 0),
  )
  let known = ranges
  for (let isNew = true; isNew; ) {
    isNew = false
    for (const row of rows) {
      const { base, given = [] } = row
      if (base >= 0 || given.every((index) => known[index]?.to === 0)) continue
      const without = known.map((range, index) => (given.includes(index) ? nothing : range))
      if (weightsAgainst([...always, row], without) === undefined) continue
      known = without
      isNew = true
    }
  }
  return known
}

/** What holds whatever is done: a floor matters only to who gives. */
function applying(rows: readonly Row[], ranges: readonly Range[]): readonly Linear[] {
  return rows.filter(
    ({ base, donor, given = [] }) =>
      donor === undefined || base >= 0 || given.some((index) => (ranges[index]?.from ?? 0) > 0),
  )
}

/** Weights of rows that refute them together, if any were found; proved here. */
function weightsAgainst(rows: readonly Linear[], ranges: readonly Range[]): Float64Array | undefined {
  // From the least amounts on, and each row by its size.
  const shifted = rows.map(({ base, coefficients }) => {
    const start = ranges.reduce((sum, { from }, index) => sum + from * (coefficients[index] ?? 0), base)
    const size = coefficients.reduce((most, coefficient) => Math.max(most, Math.abs(coefficient)), 1e-9)
    return { base: start / size, coefficients: coefficients.map((coefficient) => coefficient / size) }
  })
  const widths = ranges.map(({ from, to }) => Math.max(0, to - from))
  const weights = heaviest(shifted, widths)
  let [sum, size] = [0, 0]
  shifted.forEach(({ base }, row) => {
    sum += (weights[row] ?? 0) * base
    size += Math.abs((weights[row] ?? 0) * base)
  })
  for (const [index, width] of widths.entries()) {
    const slope = shifted.reduce(
      (all, { coefficients }, row) => all + (weights[row] ?? 0) * (coefficients[index] ?? 0),
      0,
    )
    sum += width * Math.max(0, slope)
    size += width * Math.max(0, slope)
  }
  return sum < -CERTAIN * size && size > 0 ? weights : undefined
}

/**
 * Weights `y` (their sum at most one) and prices `z` of the widths with the greatest `−b·y − w·z`, such that no width's slope is above
 * its price: the textbook's simplex by Bland's rule, from weights of zero.
 */
function heaviest(rows: readonly Linear[], widths: readonly number[]): Float64Array {
  const [m, n] = [rows.length, widths.length]
  const columns = m + n
  // Line j: Σ A[i][j] y[i] − z[j] ≤ 0; the last: Σ y ≤ 1. Behind the variables the right-hand side.
  const lines = Array.from({ length: n + 1 }, (_, line) => {
    const values = new Float64Array(columns + 1)
    rows.forEach(({ coefficients }, row) => {
      values[row] = line === n ? 1 : (coefficients[line] ?? 0)
    })
    if (line < n) values[m + line] = -1
    else values[columns] = 1
    return values
  })
  const gain = Float64Array.from({ length: columns + 1 }, (_, column) =>
    column < m ? -(rows[column]?.base ?? 0) : column < columns ? -(widths[column - m] ?? 0) : 0,
  )
  // A column stands for a variable that is zero; the others are slacks, by their line.
  const zero = Array.from({ length: columns }, (_, column) => column)
  const basic = Array.from({ length: n + 1 }, (_, line) => columns + line)
  for (let round = 0; round < 5_000; round += 1) {
    let into = -1
    for (let column = 0; column < columns; column += 1) {
      if ((gain[column] ?? 0) > 1e-9 && (into < 0 || (zero[column] ?? 0) < (zero[into] ?? 0))) into = column
    }
    if (into < 0) break
    let [out, least] = [-1, Number.POSITIVE_INFINITY]
    lines.forEach((line, index) => {
      const by = line[into] ?? 0
      if (by <= 1e-11) return
      const ratio = (line[columns] ?? 0) / by
      const isEqual = Math.abs(ratio - least) <= 1e-12
      if (ratio < least - 1e-12 || (isEqual && (basic[index] ?? 0) < (basic[out] ?? 0))) [out, least] = [index, ratio]
    })
    const pivot = lines[out]
    if (pivot === undefined) break
    const by = pivot[into] ?? 1
    for (let column = 0; column <= columns; column += 1)
      pivot[column] = column === into ? 1 / by : (pivot[column] ?? 0) / by
    for (const line of [...lines.filter((_, index) => index !== out), gain]) {
      const factor = line[into] ?? 0
      if (factor === 0) continue
      for (let column = 0; column <= columns; column += 1) {
        line[column] = (column === into ? 0 : (line[column] ?? 0)) - factor * (pivot[column] ?? 0)
      }
    }
    const name = basic[out] ?? 0
    basic[out] = zero[into] ?? 0
    zero[into] = name
  }
  const weights = new Float64Array(m)
  basic.forEach((name, line) => {
    if (name < m) weights[name] = Math.max(0, lines[line]?.[columns] ?? 0)
  })
  return weights
}
