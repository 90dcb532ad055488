import type { Hex } from '../../model/Hex.ts'

/** What an operator says its head is. */
export type HeadReport = {
  readonly operator: string
  readonly number: bigint
  readonly hash: Hex
  /** Seconds since 1970, as the block says. */
  readonly timestamp: bigint
}

/** A block that may be read, and who should have it. */
export type Candidate = {
  readonly number: bigint
  readonly hash: Hex
  /** Who named this very block. */
  readonly witnesses: readonly string[]
  /** Witnesses first, then whose head is as high: they should have it too. */
  readonly holders: readonly string[]
}

/**
 * The blocks at which `agree` operators may be asked, best first. The head is the `agree`-th highest: fewer than `agree`
 * liars cannot push it above what an honest operator has, and one that stands still cannot hold it back. Below it come the
 * other heads that were named, for the case that it cannot be read: whoever named a block that does not exist costs a
 * question, not the head. Empty when fewer than `agree` operators report one.
 */
export function candidates(reports: readonly HeadReport[], agree: number): readonly Candidate[] {
  const heights = reports.map(({ number }) => number).sort((one, other) => (one > other ? -1 : one < other ? 1 : 0))
  const height = heights[agree - 1]
  if (height === undefined) return []
  const blocks = new Map(reports.map(({ number, hash }) => [hash.toLowerCase(), { number, hash }]))
  return [...blocks.values()]
    .filter(({ number }) => number <= height)
    .map(({ number, hash }) => {
      const witnesses = reports.filter((report) => report.hash.toLowerCase() === hash.toLowerCase())
      const higher = reports.filter((report) => report.number >= number && !witnesses.includes(report))
      const holders = [...witnesses, ...higher].map(({ operator }) => operator)
      return { number, hash, witnesses: witnesses.map(({ operator }) => operator), holders }
    })
    .sort((one, other) =>
      one.number === other.number ? other.witnesses.length - one.witnesses.length : one.number > other.number ? -1 : 1,
    )
}
