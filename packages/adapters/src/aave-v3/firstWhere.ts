/** The smallest number from `low` to `high` of which something is true that stays true from there on; else the one after `high`. */
export function firstWhere(low: bigint, high: bigint, isTrue: (value: bigint) => boolean): bigint {
  let [from, to] = [low, high + 1n]
  while (from < to) {
    const middle = (from + to) / 2n
    if (isTrue(middle)) to = middle
    else from = middle + 1n
  }
  return from
}
