import type { Block, Finality } from '../model/Block.ts'

/** What a client remembers of its readings: how young the blocks were, and since when something is missing. */
export type ReadHistory = {
  /** Time of the youngest block of a chain that was seen at this finality or a stricter one; seconds since 1970. */
  readonly youngest: (chainId: number, finality: Finality) => bigint | undefined
  /** Remembers the time of a block. `now` in seconds since 1970: the history has no clock. */
  readonly noteBlock: (block: Block, finality: Finality, now: bigint) => void
  /**
   * Takes all that is missing now in one scope, with the time of the reading that missed it, and gives since when each has
   * been missing without a break. What is not named any more is forgotten.
   */
  readonly noteMissing: (scope: string, missing: ReadonlyMap<string, bigint>) => ReadonlyMap<string, bigint>
}

/** A chain that runs ahead of the clock by more seconds is a simulation, or a lie that would make every honest block look old. */
const MAX_AHEAD = 60n

/** Entries kept over all scopes; the scopes that were noted longest ago go first. */
const MAX_ENTRIES = 100_000

const STRICTEST_FIRST: readonly Finality[] = ['finalized', 'safe', 'latest']

/**
 * Creates an empty memory of readings, one per client. It does no I/O, has no clock of its own and is bounded.
 *
 * @example
 * import { createReadHistory } from '@unimargin/sdk'
 *
 * const history = createReadHistory()
 */
export function createReadHistory(): ReadHistory {
  const youngest = new Map<string, bigint>()
  const missingSince = new Map<string, ReadonlyMap<string, bigint>>()
  let entries = 0

  const forget = (scope: string): void => {
    entries -= missingSince.get(scope)?.size ?? 0
    missingSince.delete(scope)
  }

  return {
    youngest: (chainId, finality) =>
      STRICTEST_FIRST.slice(0, STRICTEST_FIRST.indexOf(finality) + 1)
        .map((each) => youngest.get(`${chainId}:${each}`))
        .reduce((most, time) => (most === undefined || (time !== undefined && time > most) ? time : most), undefined),
    noteBlock: ({ chainId, timestamp }, finality, now) => {
      if (timestamp > now + MAX_AHEAD) return
      const key = `${chainId}:${finality}`
      const known = youngest.get(key)
      if (known === undefined || timestamp > known) youngest.set(key, timestamp)
    },
    noteMissing: (scope, missing) => {
      const before = missingSince.get(scope)
      const since = new Map([...missing].map(([key, at]) => [key, earlier(before?.get(key), at)]))
      forget(scope)
      if (since.size === 0) return since
      missingSince.set(scope, since)
      entries += since.size
      for (const oldest of missingSince.keys()) {
        if (entries <= MAX_ENTRIES || oldest === scope) break
        forget(oldest)
      }
      return since
    },
  }
}

function earlier(known: bigint | undefined, time: bigint): bigint {
  return known !== undefined && known < time ? known : time
}
