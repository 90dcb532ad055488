/**
 * Least `costs · x` with every row `coefficients · x ≥ least` and every `x` within its bounds. Floats: it steers a search, and
 * nothing that it finds is believed before it was computed exactly.
 */
export type LinearProgram = {
  /** Zero or more each, so that the search can begin with every variable at its lower bound. */
  readonly costs: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** Rows are expected with a largest coefficient of about one. */
  readonly rows: readonly { readonly coefficients: Float64Array; readonly least: number }[]
}

/** What the least cost is, and where; or that no point is within all bounds. */
export type LinearSolution =
  | {
      readonly status: 'optimal'
      readonly cost: number
      readonly values: Float64Array
      /** What one more of a row's `least` would cost. */
      readonly prices: Float64Array
    }
  | { readonly status: 'infeasible' }

const TOLERANCE = 1e-9
const PIVOT = 1e-10

/**
 * The dual simplex method with bounded variables on a dense dictionary: costs are not negative, so that all variables at their
 * lower bounds are optimal but for the rows that they miss, and each pivot mends one of them.
 */
export function simplex({ costs, lower, upper, rows }: LinearProgram): LinearSolution {
  const [width, height] = [costs.length, rows.length]
  const total = width + height
  // Basic variable of row `i`: constant + Σ dictionary[i][j] · (nonbasic variable `j`). First the rows' surpluses.
  const dictionary = rows.map(({ coefficients }) => Float64Array.from(coefficients))
  const reduced = Float64Array.from(costs)
  const low = new Float64Array(total)
  const high = new Float64Array(total).fill(Number.POSITIVE_INFINITY)
  low.set(lower)
  high.set(upper)
  const value = new Float64Array(total)
  value.set(lower)
  const basic = Array.from({ length: height }, (_, index) => width + index)
  const nonbasic = Array.from({ length: width }, (_, index) => index)
  const isHigh = new Uint8Array(total)
  for (const [index, { coefficients, least }] of rows.entries()) {
    let sum = -least
    for (let column = 0; column < width; column++) sum += at(coefficients, column) * at(value, column)
    value[width + index] = sum
  }

  const limit = 60 * (total + 10)
  for (let round = 0; ; round++) {
    const isCautious = round > 6 * (total + 10)
    const row = leaving(basic, value, low, high, isCautious)
    if (row < 0) break
    if (round > limit) break
    const line = dictionary[row]
    const out = basic[row]
    if (line === undefined || out === undefined) break
    const isShort = at(value, out) < at(low, out)
    const column = entering({ line, nonbasic, reduced, low, high, isHigh, isShort, isCautious })
    if (column < 0) return { status: 'infeasible' }
    pivot(row, column, isShort)
  }
  return optimal()

  function pivot(row: number, column: number, isShort: boolean): void {
    const line = dictionary[row]
    const [out, into] = [basic[row], nonbasic[column]]
    if (line === undefined || out === undefined || into === undefined) return
    const goal = isShort ? at(low, out) : at(high, out)
    const by = at(line, column)
    const step = (goal - at(value, out)) / by
    for (let other = 0; other < height; other++) {
      const name = basic[other]
      const coefficients = dictionary[other]
      if (name !== undefined && coefficients !== undefined)
        value[name] = at(value, name) + at(coefficients, column) * step
    }
    value[into] = at(value, into) + step
    value[out] = goal
    isHigh[out] = isShort ? 0 : 1
    // The entering variable in terms of the leaving one.
    for (let index = 0; index < width; index++) line[index] = index === column ? 1 / by : -at(line, index) / by
    for (let other = 0; other < height; other++) {
      const coefficients = dictionary[other]
      if (other !== row && coefficients !== undefined) substitute(coefficients, line, column)
    }
    substitute(reduced, line, column)
    basic[row] = into
    nonbasic[column] = out
  }

  function optimal(): LinearSolution {
    const values = value.slice(0, width)
    const prices = new Float64Array(height)
    let cost = 0
    for (let index = 0; index < width; index++) {
      cost += at(costs, index) * at(values, index)
      const name = nonbasic[index]
      if (name !== undefined && name >= width) prices[name - width] = at(reduced, index)
    }
    return { status: 'optimal', cost, values, prices }
  }
}

/** The row whose variable is farthest out of its bounds; the first of them where pivots could go in circles. */
function leaving(
  basic: readonly number[],
  value: Float64Array,
  low: Float64Array,
  high: Float64Array,
  isFirst: boolean,
): number {
  let [worst, found] = [TOLERANCE, -1]
  for (const [row, name] of basic.entries()) {
    const miss = Math.max(at(low, name) - at(value, name), at(value, name) - at(high, name))
    if (miss <= worst) continue
    found = row
    if (isFirst) return found
    worst = miss
  }
  return found
}

/** The column that mends the row at the least cost. */
function entering({
  line,
  nonbasic,
  reduced,
  low,
  high,
  isHigh,
  isShort,
  isCautious,
}: {
  readonly line: Float64Array
  readonly nonbasic: readonly number[]
  readonly reduced: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  readonly isHigh: Uint8Array
  readonly isShort: boolean
  readonly isCautious: boolean
}): number {
  let [least, size, found, lowest] = [Number.POSITIVE_INFINITY, 0, -1, Number.POSITIVE_INFINITY]
  for (const [column, name] of nonbasic.entries()) {
    const coefficient = at(line, column)
    const helps = (isHigh[name] === 1 ? -coefficient : coefficient) * (isShort ? 1 : -1)
    if (helps <= PIVOT || at(low, name) === at(high, name)) continue
    const ratio = Math.abs(at(reduced, column)) / helps
    // Of equals the larger coefficient, for the sake of precision; the first name where pivots could go in circles.
    const isTie = Math.abs(ratio - least) <= 1e-12 * (1 + least)
    const isBetter = isTie ? (isCautious ? name < lowest : helps > size) : ratio < least
    if (!isBetter) continue
    least = isTie ? Math.min(least, ratio) : ratio
    size = helps
    found = column
    lowest = name
  }
  return found
}

/** A dictionary's line once the variable of a column is what `by` says. */
function substitute(line: Float64Array, by: Float64Array, column: number): void {
  const factor = at(line, column)
  if (factor === 0) return
  line[column] = 0
  for (let index = 0; index < line.length; index++) line[index] = at(line, index) + factor * at(by, index)
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0
}
