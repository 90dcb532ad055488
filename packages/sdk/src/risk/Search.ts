/**
 * Searches for a boundary among whole numbers by asking at most about 2·log2(most) questions. The rules that are asked may
 * have small teeth (Aave floors an average threshold), so `least` starts at an estimate and finds the boundary beside it.
 */

/**
 * The least number of 1 to `most` that passes while its predecessor does not, next to an estimate; `undefined` when `most`
 * does not pass. Zero counts as not passing.
 */
export function least(parameters: {
  readonly estimate: bigint
  readonly most: bigint
  readonly passes: (candidate: bigint) => boolean
}): bigint | undefined {
  const { most, passes } = parameters
  if (most < 1n || !passes(most)) return undefined
  const start = clamp(parameters.estimate, 1n, most)
  let high = start
  let low = 0n
  if (passes(start)) {
    for (let step = 1n; ; step *= 2n) {
      low = high > step ? high - step : 0n
      if (low === 0n || !passes(low)) break
      high = low
    }
  } else {
    low = start
    for (let step = 1n; ; step *= 2n) {
      high = clamp(low + step, 1n, most)
      if (high === most || passes(high)) break
      low = high
    }
  }
  return boundary(low, high, (candidate) => !passes(candidate)) + 1n
}

/** The greatest number of 0 to `most` that holds while its successor does not; `undefined` when not even zero holds. */
export function greatest(parameters: {
  readonly most: bigint
  readonly holds: (candidate: bigint) => boolean
}): bigint | undefined {
  const { most, holds } = parameters
  if (!holds(0n)) return undefined
  if (most <= 0n || holds(most)) return most > 0n ? most : 0n
  return boundary(0n, most, holds)
}

/** The last number that holds between one that does (`low`) and one that does not (`high`). */
function boundary(low: bigint, high: bigint, holds: (candidate: bigint) => boolean): bigint {
  let [inside, outside] = [low, high]
  while (outside - inside > 1n) {
    const middle = (inside + outside) / 2n
    if (holds(middle)) inside = middle
    else outside = middle
  }
  return inside
}

function clamp(value: bigint, least: bigint, most: bigint): bigint {
  if (value < least) return least
  return value > most ? most : value
}
