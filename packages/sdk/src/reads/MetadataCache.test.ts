import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AbortedError } from '../errors/AbortedError.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import { createMetadataCache, type MetadataEntry } from './MetadataCache.ts'
import * as Read from './Read.ts'

const entry = (key: string, ttl = 60): MetadataEntry<string> => ({ key, ttl, read: Read.succeed(key) })

/** A reader that counts, and answers when it is told to. */
function reader() {
  const asked: {
    readonly keys: readonly unknown[]
    readonly signal: AbortSignal
    readonly answer: (results?: readonly ReadResult<unknown>[]) => void
  }[] = []
  const readAll = (reads: readonly Read.Read<unknown>[], signal: AbortSignal) =>
    new Promise<readonly ReadResult<unknown>[]>((resolve) => {
      const values = reads.map((read) => read.decode([]) as ReadResult<unknown>)
      const keys = values.map((result) => (result.status === 'ok' ? result.value : undefined))
      asked.push({ keys, signal, answer: (results = values) => resolve(results) })
    })
  return { asked, readAll }
}

const FAILURE: ReadResult<never> = { status: 'unavailable', reason: 'nobody answered' }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('load', () => {
  test('default: reads what is missing in one go, then gives it from memory', async () => {
    const { asked, readAll } = reader()
    const cache = createMetadataCache()
    const first = cache.load({ entries: [entry('a'), entry('b')], now: 0, readAll })
    asked[0]?.answer()
    await expect(first).resolves.toEqual([
      { status: 'ok', value: 'a' },
      { status: 'ok', value: 'b' },
    ])
    const second = cache.load({ entries: [entry('b'), entry('c')], now: 59_999, readAll })
    asked[1]?.answer()
    await expect(second).resolves.toEqual([
      { status: 'ok', value: 'b' },
      { status: 'ok', value: 'c' },
    ])
    expect(asked.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c']])
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each([
    ['when its time to live is over', 60_000],
    ['when the clock was set back', -1],
  ])('behavior: reads again %s', async (_, now) => {
    const { asked, readAll } = reader()
    const cache = createMetadataCache()
    const first = cache.load({ entries: [entry('a')], now: 0, readAll })
    asked[0]?.answer()
    await first
    const second = cache.load({ entries: [entry('a')], now, readAll })
    asked[1]?.answer()
    await second
    expect(asked).toHaveLength(2)
  })

  test('behavior: who asks meanwhile shares the read', async () => {
    const { asked, readAll } = reader()
    const cache = createMetadataCache()
    const results = [
      cache.load({ entries: [entry('a'), entry('b')], now: 0, readAll }),
      cache.load({ entries: [entry('b')], now: 0, readAll }),
      cache.load({ entries: [entry('b'), entry('b')], now: 0, readAll }),
    ]
    asked[0]?.answer()
    await expect(Promise.all(results)).resolves.toMatchObject([
      [{ value: 'a' }, { value: 'b' }],
      [{ value: 'b' }],
      [{ value: 'b' }, { value: 'b' }],
    ])
    expect(asked).toHaveLength(1)
  })

  test('behavior: a failure is given to all who waited, and not kept', async () => {
    const { asked, readAll } = reader()
    const cache = createMetadataCache()
    const waiting = [1, 2].map(() => cache.load({ entries: [entry('a')], now: 0, readAll }))
    asked[0]?.answer([FAILURE])
    await expect(Promise.all(waiting)).resolves.toEqual([[FAILURE], [FAILURE]])
    const again = cache.load({ entries: [entry('a')], now: 0, readAll })
    asked[1]?.answer()
    await expect(again).resolves.toEqual([{ status: 'ok', value: 'a' }])
  })

  test('behavior: a reader that throws, or gives too few results, is a failure', async () => {
    const cache = createMetadataCache()
    const refused = cache.load({ entries: [entry('a')], now: 0, readAll: () => Promise.reject(new TypeError('no')) })
    await expect(refused).resolves.toEqual([{ status: 'unavailable', reason: 'no' }])
    const short = cache.load({ entries: [entry('a')], now: 0, readAll: async () => [] })
    await expect(short).resolves.toMatchObject([{ status: 'unavailable' }])
  })

  test('behavior: too late is unavailable; what is in memory is given all the same', async () => {
    const { asked, readAll } = reader()
    const cache = createMetadataCache()
    const first = cache.load({ entries: [entry('a')], now: 0, readAll })
    asked[0]?.answer()
    await first
    const late = cache.load({ entries: [entry('a'), entry('b')], now: 1, readAll, timeout: 50 })
    await vi.advanceTimersByTimeAsync(50)
    await expect(late).resolves.toMatchObject([{ status: 'ok' }, { status: 'unavailable' }])
    expect(asked[1]?.signal.aborted).toBe(true)
  })

  test('error: AbortedError for the one who aborts; the others get their answer', async () => {
    const { asked, readAll } = reader()
    const cache = createMetadataCache()
    const controller = new AbortController()
    const gone = cache.load({ entries: [entry('a')], now: 0, readAll, signal: controller.signal })
    const stays = cache.load({ entries: [entry('a')], now: 0, readAll })
    const expectation = expect(gone).rejects.toThrow(AbortedError)
    controller.abort()
    await expectation
    expect(asked[0]?.signal.aborted).toBe(false)
    asked[0]?.answer()
    await expect(stays).resolves.toEqual([{ status: 'ok', value: 'a' }])
  })

  test('behavior: the shared read ends when nobody waits any more, and the next one starts anew', async () => {
    const { asked, readAll } = reader()
    const cache = createMetadataCache()
    const controller = new AbortController()
    const gone = cache.load({ entries: [entry('a')], now: 0, readAll, signal: controller.signal })
    const expectation = expect(gone).rejects.toThrow(AbortedError)
    controller.abort()
    await expectation
    expect(asked[0]?.signal.aborted).toBe(true)
    const next = cache.load({ entries: [entry('a')], now: 0, readAll })
    asked[1]?.answer()
    await expect(next).resolves.toEqual([{ status: 'ok', value: 'a' }])
  })

  test('error: AbortedError at once when aborted before: nothing is read', async () => {
    const { asked, readAll } = reader()
    const load = createMetadataCache().load({ entries: [entry('a')], now: 0, readAll, signal: AbortSignal.abort() })
    await expect(load).rejects.toThrow(AbortedError)
    expect(asked).toHaveLength(0)
  })
})

describe('forget', () => {
  test.each([
    [59_999, 1],
    [60_000, 2],
  ])('default: forgets what is old enough, at %d ms: %d reads', async (now, reads) => {
    const { asked, readAll } = reader()
    const cache = createMetadataCache()
    const first = cache.load({ entries: [entry('a', 3_600)], now: 0, readAll })
    asked[0]?.answer()
    await first
    cache.forget('a', { now, minAge: 60 })
    cache.forget('unheard of', { now, minAge: 60 })
    const second = cache.load({ entries: [entry('a', 3_600)], now, readAll })
    asked[1]?.answer()
    await second
    expect(asked).toHaveLength(reads)
  })
})
