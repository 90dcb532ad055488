/** Random numbers that a seed fixes: the same seed plays the same run on every machine. */
export type Random = {
  /** An integer of 0 to `count − 1`. */
  readonly below: (count: number) => number
  readonly chance: (percent: number) => boolean
  readonly pick: <value>(from: readonly [value, ...value[]]) => value
  /** An integer of `min` to `max` whose number of digits is uniform: every order of magnitude is as likely. */
  readonly magnitude: (min: bigint, max: bigint) => bigint
}

/** Creates the numbers of a seed (mulberry32 over a hash of the text). */
export function create(seed: string): Random {
  let state = 2_166_136_261
  for (const letter of seed) state = Math.imul(state ^ letter.charCodeAt(0), 16_777_619)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (count: number): number => Math.floor((next() / 2 ** 32) * count)
  const uniform = (count: bigint): bigint => {
    let value = 0n
    for (let bits = 0; 1n << BigInt(bits) <= count << 32n; bits += 32) value = (value << 32n) | BigInt(next())
    return value % count
  }
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: (from) => from[below(from.length)] ?? from[0],
    magnitude: (min, max) => {
      const digits = min.toString().length + below(max.toString().length - min.toString().length + 1)
      const low = 10n ** BigInt(digits - 1)
      const value = low + uniform(low * 9n)
      return value < min ? min : value > max ? max : value
    },
  }
}
