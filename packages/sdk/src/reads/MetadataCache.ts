import { AbortedError } from '../errors/AbortedError.ts'
import { RequestTimeoutError } from '../errors/RequestTimeoutError.ts'
import { reasonOf } from '../errors/reasonOf.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import type { Read } from './Read.ts'
import { type DeadlineOptions, MAX_TIMEOUT, withDeadline } from './withDeadline.ts'

/** Slow-moving facts that are worth keeping. */
export type MetadataEntry<value = unknown> = {
  /** Unique in the client, e.g. a market's key. */
  readonly key: string
  /** Seconds that the facts may be used for. */
  readonly ttl: number
  readonly read: Read<value>
}

/** Parameters of {@link MetadataCache.load}. */
export type LoadParameters<entries extends readonly MetadataEntry[]> = DeadlineOptions & {
  readonly entries: entries
  /** Milliseconds since 1970: the cache has no clock. */
  readonly now: number
  /** Reads several at once; gives one result per read, in their order. */
  readonly readAll: (reads: readonly Read<unknown>[], signal: AbortSignal) => Promise<readonly ReadResult<unknown>[]>
}

/** What became of each entry, in their order. */
export type LoadResults<entries extends readonly MetadataEntry[]> = {
  readonly [index in keyof entries]: entries[index] extends MetadataEntry<infer value> ? ReadResult<value> : never
}

/** Slow-moving facts, kept for their time to live. */
export type MetadataCache = {
  /**
   * Gives each entry from memory while it is fresh. What is missing is read at once, in one go; who asks meanwhile waits for
   * the same read. Failures are not kept.
   *
   * The shared read ends only when nobody waits for it any more: each has their own deadline.
   *
   * @throws AbortedError when `signal` is aborted.
   */
  load<const entries extends readonly MetadataEntry[]>(
    parameters: LoadParameters<entries>,
  ): Promise<LoadResults<entries>>
  /** Forgets an entry if it was read longer than `minAge` seconds ago: for facts that proved outdated. */
  forget(key: string, options: { readonly now: number; readonly minAge: number }): void
}

type Batch = {
  readonly results: Promise<readonly ReadResult<unknown>[]>
  readonly controller: AbortController
  waiting: number
}
type Pending = { readonly batch: Batch; readonly index: number }

/**
 * Creates an empty cache. It does no I/O and has no clock of its own.
 *
 * @example
 * import { createMetadataCache } from '@unimargin/sdk'
 *
 * const cache = createMetadataCache()
 */
export function createMetadataCache(): MetadataCache {
  const kept = new Map<string, { readonly value: unknown; readonly readAt: number }>()
  const pending = new Map<string, Pending>()

  const start = (
    { readAll, now }: LoadParameters<readonly MetadataEntry[]>,
    missing: readonly MetadataEntry[],
  ): void => {
    const controller = new AbortController()
    const reads = missing.map(({ read }) => read)
    // Who waits has a deadline; the read ends with the last of them, not with the one who happened to start it.
    const results = withDeadline((signal) => readAll(reads, signal), {
      timeout: MAX_TIMEOUT,
      signal: controller.signal,
    })
      .catch((error: unknown) =>
        reads.map((): ReadResult<unknown> => ({ status: 'unavailable', reason: reasonOf(error) })),
      )
      .then((read) => {
        for (const [index, { key }] of missing.entries()) {
          const result = read[index]
          if (result?.status === 'ok') kept.set(key, { value: result.value, readAt: now })
          if (pending.get(key)?.batch === batch) pending.delete(key)
        }
        return read
      })
    const batch: Batch = { results, controller, waiting: 0 }
    for (const [index, { key }] of missing.entries()) pending.set(key, { batch, index })
  }

  const freshly = ({ key, ttl }: MetadataEntry, now: number): ReadResult<unknown> | undefined => {
    const entry = kept.get(key)
    // A clock that was set back must not keep facts for ever.
    const isFresh = entry !== undefined && now >= entry.readAt && now - entry.readAt < ttl * 1_000
    return isFresh ? { status: 'ok', value: entry.value } : undefined
  }

  const leave = (batch: Batch): void => {
    batch.waiting -= 1
    if (batch.waiting > 0) return
    batch.controller.abort()
    for (const [key, entry] of pending) if (entry.batch === batch) pending.delete(key)
  }

  return {
    load: async (parameters) => {
      const { entries, now, signal, timeout } = parameters
      const fresh = entries.map((entry) => freshly(entry, now))
      const missing = new Map(
        entries
          .filter(({ key }, index) => fresh[index] === undefined && !pending.has(key))
          .map((entry) => [entry.key, entry]),
      )
      if (signal?.aborted === true) throw new AbortedError(signal.reason)
      if (missing.size > 0) start(parameters, [...missing.values()])
      const waits = entries.map(({ key }, index) => (fresh[index] === undefined ? pending.get(key) : undefined))
      const batches = new Set(waits.flatMap((wait) => (wait === undefined ? [] : [wait.batch])))
      for (const batch of batches) batch.waiting += 1
      const joined = async (): Promise<readonly ReadResult<unknown>[]> =>
        Promise.all(
          waits.map(
            async (wait, index) => (await wait?.batch.results)?.[wait?.index ?? 0] ?? fresh[index] ?? NO_RESULT,
          ),
        )
      try {
        const results = batches.size === 0 ? await joined() : await withDeadline(joined, { signal, timeout })
        return results as LoadResults<typeof entries>
      } catch (error) {
        if (!(error instanceof RequestTimeoutError)) throw error
        const late: ReadResult<never> = { status: 'unavailable', reason: error.shortMessage }
        return fresh.map((result) => result ?? late) as unknown as LoadResults<typeof entries>
      } finally {
        for (const batch of batches) leave(batch)
      }
    },
    forget: (key, { now, minAge }) => {
      const entry = kept.get(key)
      if (entry !== undefined && Math.abs(now - entry.readAt) >= minAge * 1_000) kept.delete(key)
    },
  }
}

const NO_RESULT: ReadResult<never> = { status: 'unavailable', reason: 'no result' }
