import type { Hex } from '../../model/Hex.ts'

/** What an operator says its head is. */
export type HeadReport = {
  readonly operator: string
  readonly number: bigint
  readonly hash: Hex
  readonly parentHash: Hex | undefined
  /** Seconds since 1970, as the block says. */
  readonly timestamp: bigint
}

/** A height at which may be read. */
export type Candidate = {
  readonly number: bigint
  /** The hash of its block, where enough operators have named it: as their head, or as the parent of it. */
  readonly hash: Hex | undefined
  /** Whose head is as high, so that they should have the block. */
  readonly holders: readonly string[]
}

/**
 * The heights at which `agree` operators may be asked, best first. The head is the `agree`-th highest: fewer than `agree`
 * liars cannot push it above what an honest operator has, and one that stands still cannot hold it back. Below it come the
 * other heights that were named, for the case that nothing can be read there. No single operator's word binds a hash to a
 * height, or it could pass an old block off as the head. Empty when fewer than `agree` operators report one.
 */
export function candidates(reports: readonly HeadReport[], agree: number): readonly Candidate[] {
  const numbers = reports.map(({ number }) => number).sort((one, other) => (one > other ? -1 : one < other ? 1 : 0))
  const height = numbers[agree - 1]
  if (height === undefined) return []
  return [...new Set(numbers)]
    .filter((number) => number <= height)
    .map((number) => ({
      number,
      hash: hashAt(reports, number, agree),
      holders: reports.filter((report) => report.number >= number).map(({ operator }) => operator),
    }))
}

function hashAt(reports: readonly HeadReport[], at: bigint, agree: number): Hex | undefined {
  const named = reports.flatMap(({ number, hash, parentHash }) =>
    number === at ? [hash] : number === at + 1n && parentHash !== undefined ? [parentHash] : [],
  )
  return named.find((hash) => named.filter((other) => other.toLowerCase() === hash.toLowerCase()).length >= agree)
}
