import { NothingToPickError } from './ConformanceErrors.ts'

/** Chance that repeats itself: the same seed gives the same numbers. */
export type Random = {
  readonly seed: number
  /** A whole number from `least` to `most`, both included. */
  readonly integer: (least: number, most: number) => number
  /** Likewise, of any size; every order of magnitude is as likely as another. */
  readonly bigint: (least: bigint, most: bigint) => bigint
  readonly boolean: () => boolean
  /** One of them. Throws a `NothingToPickError` where there is none. */
  readonly pick: <item>(list: readonly item[]) => item
  /** The same, in another order. */
  readonly shuffle: <item>(list: readonly item[]) => readonly item[]
}

/**
 * Chance for worlds and checks.
 *
 * @example
 * import { Random } from '@unimargin/adapters/conformance'
 *
 * const random = Random.from(7)
 * random.pick(['WETH', 'USDC']) // the same with every run
 */
export function from(seed: number): Random {
  let state = mix(seed | 0)
  const word = (): number => {
    state = (state + 0x6d2b_79f5) | 0
    return mix(state)
  }
  const below = (limit: bigint): bigint => {
    // As many digits as the limit has and 64 more: what is left of a bias nobody meets.
    const words = Math.ceil(limit.toString(16).length / 8) + 2
    let value = 0n
    for (let count = 0; count < words; count++) value = (value << 32n) | BigInt(word())
    return value % limit
  }
  const integer = (least: number, most: number) => least + Number(below(BigInt(most - least + 1)))
  const pick = <item>(list: readonly item[]): item => {
    const chosen = list.slice(integer(0, Math.max(0, list.length - 1)))
    for (const item of chosen) return item
    throw new NothingToPickError()
  }
  return {
    seed,
    integer,
    pick,
    bigint: (least, most) => {
      const span = most - least
      if (span <= 0n) return least
      const bits = integer(1, span.toString(2).length)
      return least + (below(1n << BigInt(bits)) % (span + 1n))
    },
    boolean: () => integer(0, 1) === 1,
    shuffle: (list) =>
      list
        .map((item) => ({ item, rank: word() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ item }) => item),
  }
}

function mix(value: number): number {
  let state = (value + 0x9e37_79b9) | 0
  state = Math.imul(state ^ (state >>> 16), 0x21f0_aaad)
  state = Math.imul(state ^ (state >>> 15), 0x735a_2d97)
  return (state ^ (state >>> 15)) >>> 0
}
