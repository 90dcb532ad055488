import { describe, expect, test, vi } from 'vitest'
import { playMoves, possibleAfter, STATES, shown } from '../../../test/playMoves.ts'
import { createJournal } from '../createJournal.ts'
import { indexedDbJournalStorage } from './indexedDbJournalStorage.ts'
import { type WebStorage, webJournalStorage } from './webJournalStorage.ts'

class Full extends Error {
  override readonly name = 'QuotaExceededError'
}

/** What a browser would keep; `failAt` is the write from which on it is full. */
function fakeStorage(kept: Map<string, string> = new Map(), failAt = Number.POSITIVE_INFINITY) {
  let writes = 0
  const storage: WebStorage = {
    get length() {
      return kept.size
    },
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      writes += 1
      if (writes >= failAt) throw new Full()
      kept.set(key, value)
    },
    removeItem: (key) => void kept.delete(key),
  }
  return { storage, kept, writes: () => writes }
}

/** Locks that are free at once: of a tab that is alone. */
const alone = { request: async (_: string, __: object, held: (lock: unknown) => Promise<void> | undefined) => held({}) }
const named = (name: string) => expect.objectContaining({ name })

async function look(kept: ReadonlyMap<string, string>): Promise<string> {
  const { storage } = fakeStorage(new Map(kept))
  const journal = await createJournal({ storage: webJournalStorage({ name: 'moves', storage, locks: alone }) })
  const found = shown(journal)
  await journal.close()
  return found
}

describe('webJournalStorage', () => {
  test('default: a key for each record, and one for all of it after compacting', async () => {
    const { storage, kept } = fakeStorage()
    await playMoves(webJournalStorage({ name: 'moves', storage, locks: alone }), () => {})
    expect(await look(kept)).toBe(STATES.closed)
    expect([...kept.keys()]).toEqual(['1:0', '1:1', '1:2'].map((key) => `unimargin.journal:moves:${key}`))
  })

  test('behavior: a tab that ends after any write has lost nothing', async () => {
    const whole = fakeStorage()
    await playMoves(webJournalStorage({ name: 'moves', storage: whole.storage, locks: alone }), () => {})
    for (let failAt = 1; failAt <= whole.writes(); failAt += 1) {
      const { storage, kept } = fakeStorage(undefined, failAt)
      const steps: string[] = []
      const playing = playMoves(
        webJournalStorage({ name: 'moves', storage, locks: alone }),
        (step) => void steps.push(step),
      )
      await expect(playing).rejects.toMatchObject({ name: 'JournalStorageError', failure: 'no-space' })
      expect(possibleAfter(steps.at(-1))[0]).toBe(await look(kept))
    }
  })

  test('behavior: left-overs of a generation before, and foreign keys, are no records', async () => {
    const { storage, kept } = fakeStorage()
    await playMoves(webJournalStorage({ name: 'moves', storage, locks: alone }), () => {})
    for (const key of ['moves:0:0', 'moves:0:9', 'moves:x:1', 'moves:1:1:1', 'moves2:5:0', 'other']) {
      kept.set(`unimargin.journal:${key}`, 'not a line')
    }
    expect(await look(kept)).toBe(STATES.closed)
  })

  test('error: JournalDamagedError for a record that is missing in the middle', async () => {
    const { storage, kept } = fakeStorage()
    await playMoves(webJournalStorage({ name: 'moves', storage, locks: alone }), () => {})
    kept.delete('unimargin.journal:moves:1:1')
    await expect(look(kept)).rejects.toThrow(named('JournalDamagedError'))
  })

  test('error: JournalStorageError where there is no localStorage, and where it may not be used', async () => {
    vi.stubGlobal('localStorage', undefined)
    const storage = webJournalStorage({ name: 'moves' })
    await expect(createJournal({ storage })).rejects.toMatchObject({ name: 'JournalStorageError', failure: 'missing' })
    Object.defineProperty(globalThis, 'localStorage', {
      configurable: true,
      get: () => {
        throw new TypeError('SecurityError: https://wallet.example/?key=secret')
      },
    })
    const refused = createJournal({ storage })
    await expect(refused).rejects.toMatchObject({ name: 'JournalStorageError', failure: 'no-access' })
    await expect(refused).rejects.not.toThrow('secret')
    Reflect.deleteProperty(globalThis, 'localStorage')
    vi.unstubAllGlobals()
  })

  test('error: JournalStorageError where there is no IndexedDB', async () => {
    const storage = indexedDbJournalStorage({ name: 'moves' })
    await expect(createJournal({ storage })).rejects.toMatchObject({ name: 'JournalStorageError', failure: 'missing' })
  })

  test.each(['', 'a:b', '../moves', 'a b'])('error: InvalidJournalNameError for %j', (name) => {
    expect(() => webJournalStorage({ name })).toThrow(named('InvalidJournalNameError'))
    expect(() => indexedDbJournalStorage({ name })).toThrow(named('InvalidJournalNameError'))
  })
})
