import type { Program } from './Program.ts'
import { type Row, relax } from './relax.ts'
import { simplex } from './simplex.ts'

const ROUNDS = 40
const PRECISION = 1e-13

/**
 * The highest common factor, up to a limit, that the relaxation of a program lets its targets be; minima of routes, and floors of who
 * would have to get before giving, aside. Dinkelbach's method: with the targets at a factor, the most that all can exceed it by
 * tells the next, until nobody can.
 *
 * @param wanting the program with its targets at a factor.
 * @param from a factor that can be met.
 */
export function mostConceivable(wanting: (factor: bigint) => Program, from: bigint, limit: bigint): bigint {
  const { reach } = relax(wanting(limit))
  let factor = from
  for (let round = 0; round < ROUNDS; round++) {
    const gain = gainOver(wanting(factor), Number(factor) / 1e18, reach)
    if (gain * 1e18 >= Number(limit - factor)) return limit
    if (gain <= (Number(factor) / 1e18) * PRECISION) return factor
    factor += BigInt(Math.floor(gain * 1e18))
  }
  return factor
}

/** By how much more than the factor that is wanted everybody can have, at the point where the poorest exceeds it most. */
function gainOver(program: Program, factor: number, reach: Float64Array): number {
  const { rows } = relax(program, reach)
  const width = reach.length
  const wanted = rows.flatMap((row) => (row.source.kind === 'target' ? [{ row, debt: debtOf(program, row) }] : []))
  if (wanted.length === 0) return Number.POSITIVE_INFINITY
  // Everybody's surplus shall be `most − missing` of their debts at least, with as little missing as can be.
  const most = wanted.reduce(
    (least, { row, debt }) => Math.min(least, (highest(row) - row.least) / debt),
    Number.MAX_VALUE,
  )
  if (most <= 0) return 0
  const costs = new Float64Array(width + 1)
  costs[width] = 1
  const upper = new Float64Array(width + 1).fill(1)
  upper[width] = most
  const found = simplex({
    costs,
    lower: new Float64Array(width + 1),
    upper,
    rows: rows
      .filter(({ source }) => source.kind !== 'floor' || !source.isConditional)
      .map((row) => {
        const debt = row.source.kind === 'target' ? debtOf(program, row) : 0
        const coefficients = new Float64Array(width + 1)
        coefficients.set(row.coefficients)
        coefficients[width] = debt
        return { coefficients, least: row.least + most * debt }
      }),
  })
  if (found.status === 'infeasible') return 0
  return wanted.reduce((least, { row, debt }) => {
    const surplus = row.coefficients.reduce(
      (sum, coefficient, place) => sum + coefficient * (found.values[place] ?? 0),
      0,
    )
    const left = debt - repaidOf(program, row, factor, found.values)
    return left <= debt * 1e-12 ? least : Math.min(least, (surplus - row.least) / left)
  }, Number.POSITIVE_INFINITY)
}

/** What is owed, in the row's scale. */
function debtOf({ parties }: Program, { source, scale }: Row): number {
  if (source.kind !== 'target') return 0
  const scene = parties[source.party]?.scenes[source.scene]
  return scene === undefined ? 0 : (Number(scene.holdings.assessment.weightedDebt) / 1e18) * scale
}

/** What is paid back of it, in the row's scale. */
function repaidOf({ options, links }: Program, row: Row, factor: number, values: Float64Array): number {
  if (row.source.kind !== 'target') return 0
  return (links[row.source.party]?.ins ?? []).reduce((sum, place) => {
    const isRepaid = options[place]?.candidate.purpose === 'repay'
    return isRepaid
      ? sum + ((row.coefficients[place] ?? 0) * (values[place] ?? 0)) / Math.max(factor, Number.MIN_VALUE)
      : sum
  }, 0)
}

/** The most that the left side of a row can be. */
function highest({ coefficients }: Row): number {
  return coefficients.reduce((sum, coefficient) => sum + Math.max(0, coefficient), 0)
}
