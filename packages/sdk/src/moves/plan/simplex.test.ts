import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { simplex } from './simplex.ts'

type Rows = readonly (readonly [coefficients: readonly number[], least: number])[]

function solve(costs: readonly number[], rows: Rows, upper = costs.map(() => 1), lower = costs.map(() => 0)) {
  return simplex({
    costs: Float64Array.from(costs),
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
    rows: rows.map(([coefficients, least]) => ({ coefficients: Float64Array.from(coefficients), least })),
  })
}

/** The least cost over all corners of a square, each the meeting of two lines. */
function cheapestCorner(costs: readonly [number, number], rows: Rows): number {
  const lines: Rows = [[[1, 0], 0], [[0, 1], 0], [[1, 0], 1], [[0, 1], 1], ...rows]
  let best = Number.POSITIVE_INFINITY
  for (const [[a = 0, b = 0], c] of lines) {
    for (const [[d = 0, e = 0], f] of lines) {
      const determinant = a * e - b * d
      if (Math.abs(determinant) < 1e-9) continue
      const [x, y] = [(c * e - b * f) / determinant, (a * f - c * d) / determinant]
      const isWithin = x >= -1e-7 && x <= 1 + 1e-7 && y >= -1e-7 && y <= 1 + 1e-7
      const holds = rows.every(([[p = 0, q = 0], least]) => p * x + q * y >= least - 1e-7)
      if (isWithin && holds) best = Math.min(best, costs[0] * x + costs[1] * y)
    }
  }
  return best
}

describe('simplex', () => {
  test('default', () => {
    // The cheaper one as far as it goes, the other for the rest.
    const found = solve([1, 3], [[[1, 1], 1.25]])
    expect(found).toMatchObject({ status: 'optimal', cost: 1.75 })
    expect(found.status === 'optimal' && [...found.values]).toEqual([1, 0.25])
    // One more would cost three more.
    expect(found.status === 'optimal' && [...found.prices]).toEqual([3])
  })

  test('behavior: stays where it is when nothing is missed', () => {
    expect(solve([1, 3], [[[-1, -1], -1]])).toMatchObject({ status: 'optimal', cost: 0 })
    expect(solve([2], [], [1], [0.5])).toMatchObject({ status: 'optimal', cost: 1 })
  })

  test('behavior: says that no point is within all bounds', () => {
    expect(solve([1, 1], [[[1, 1], 2.5]])).toEqual({ status: 'infeasible' })
    expect(
      solve(
        [1],
        [
          [[1], 0.75],
          [[-1], -0.5],
        ],
      ),
    ).toEqual({ status: 'infeasible' })
  })

  test('behavior: ends where all is free of charge and many rows meet in one point', () => {
    const rows: Rows = [
      [[1, -1, 0], 0],
      [[0, 1, -1], 0],
      [[-1, 0, 1], 0],
      [[1, 1, 1], 1.5],
      [[1, 0, 0], 0.5],
    ]
    const found = solve([0, 0, 0], rows)
    expect(found.status === 'optimal' && [...found.values].map((value) => Math.round(value * 1e9))).toEqual([
      5e8, 5e8, 5e8,
    ])
  })

  test('behavior: as cheap as the cheapest corner', () => {
    const coefficient = fc.integer({ min: -8, max: 8 }).map((value) => value / 8)
    const row = fc.tuple(fc.tuple(coefficient, coefficient), coefficient)
    const cost = fc.integer({ min: 0, max: 9 })
    fc.assert(
      fc.property(fc.tuple(cost, cost), fc.array(row, { maxLength: 5 }), (costs, rows) => {
        const expected = cheapestCorner(costs, rows)
        const found = solve(costs, rows)
        if (found.status === 'infeasible') expect(expected).toBe(Number.POSITIVE_INFINITY)
        else expect(found.cost).toBeCloseTo(expected, 6)
      }),
      { numRuns: 2_000 },
    )
  })
})
