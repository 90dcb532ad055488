import type { Row } from './rows.ts'

/**
 * A box of amounts, in dollars sent: from `lo` to `hi` for each move that is done, and nothing or up to `hi` for each of which
 * that is open yet.
 */
export type Box = {
  readonly use: Int8Array
  readonly lo: Float64Array
  readonly hi: Float64Array
  /** What has to hold besides, once it is said which local move comes after which. */
  readonly inOrder?: Order
}

/** Local moves, the first ones first, and what has to hold after each of them. */
export type Order = { readonly done: readonly number[]; readonly rows: readonly Row[] }

export const OPEN = 0
export const USED = 1
export const UNUSED = -1

/** Rows are told to hold when they miss by no more than this many dollars. */
const TOLERANCE = 1e-6
const ROUNDS = 8

export function copy({ use, lo, hi, inOrder }: Box, order: Order | undefined = inOrder): Box {
  return { use: use.slice(), lo: lo.slice(), hi: hi.slice(), ...(order && { inOrder: order }) }
}

/** Decides a move; `false` when nothing of it is left. */
export function decide({ use, lo, hi }: Box, index: number, isUsed: boolean, least: Float64Array): boolean {
  use[index] = isUsed ? USED : UNUSED
  lo[index] = isUsed ? Math.max(lo[index] ?? 0, least[index] ?? 0) : 0
  if (!isUsed) hi[index] = 0
  return (hi[index] ?? 0) >= (lo[index] ?? 0) - TOLERANCE
}

/** Whether a row has to hold: a floor matters only to who gives. */
export function applies(row: Row, { use }: Box): boolean {
  if (row.donor === undefined || row.base >= 0) return true
  return row.given?.some((index) => use[index] === USED) ?? true
}

/** What a row comes to at best inside a box. */
function bestOf({ base, coefficients }: Row, { lo, hi }: Box): number {
  let best = base
  for (let index = 0; index < coefficients.length; index += 1) {
    const coefficient = coefficients[index] ?? 0
    best += coefficient * (coefficient > 0 ? (hi[index] ?? 0) : (lo[index] ?? 0))
  }
  return best
}

/** Cuts off what no row allows; `false` when nothing is left of the box. */
export function tighten(box: Box, rows: readonly Row[], least: Float64Array): boolean {
  const { use, lo, hi } = box
  for (let round = 0; round < ROUNDS; round += 1) {
    let hasChanged = false
    for (const row of box.inOrder === undefined ? rows : [...rows, ...box.inOrder.rows]) {
      if (!applies(row, box)) continue
      const slack = bestOf(row, box) + TOLERANCE + Math.abs(row.base) * 1e-9
      if (slack < 0) return false
      for (let index = 0; index < row.coefficients.length; index += 1) {
        const coefficient = row.coefficients[index] ?? 0
        const [low, high] = [lo[index] ?? 0, hi[index] ?? 0]
        if (coefficient === 0 || use[index] === UNUSED) continue
        if (coefficient > 0) {
          const needed = high - slack / coefficient
          if (needed > low + TOLERANCE) {
            if (use[index] === OPEN && !decide(box, index, true, least)) return false
            lo[index] = Math.max(lo[index] ?? 0, needed)
            hasChanged = true
          }
        } else {
          const allowed = low - slack / coefficient
          if (allowed >= high - TOLERANCE) continue
          hi[index] = allowed
          hasChanged = true
          if (allowed >= (least[index] ?? 0) - TOLERANCE) continue
          if (use[index] === USED || !decide(box, index, false, least)) return false
        }
      }
    }
    if (!hasChanged) break
  }
  return true
}
