import { assertJournalName } from '../assertJournalName.ts'
import { JournalLockLostError, type JournalOperation, JournalStorageError } from '../JournalErrors.ts'
import type { JournalStorage } from '../JournalStorage.ts'
import { heartbeat } from '../lock/heartbeat.ts'
import { heldByWebLock, type WebLocks } from '../lock/heldByWebLock.ts'
import { pause } from '../lock/pause.ts'
import { untilFree } from '../lock/untilFree.ts'
import { failureOf } from './failureOf.ts'
import { locksOf } from './locksOf.ts'

/** The part of `localStorage` that is used. */
export type WebStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

export type WebJournalStorageOptions = {
  /** 1 to 100 letters, digits, dots, dashes and underscores. */
  readonly name: string
  /** `localStorage` unless given. */
  readonly storage?: WebStorage | undefined
  /** `navigator.locks` unless given; `null` for the heartbeat that takes its place where a browser has none. */
  readonly locks?: WebLocks | null | undefined
  /** Milliseconds without a heartbeat after which a tab is taken for dead. Hidden tabs are slowed to one a minute: 90,000. */
  readonly staleAfter?: number | undefined
}

const PREFIX = 'unimargin.journal'
const BEAT = 1_000
/** Long enough for another tab that saw a free lock at the same moment to have written its own name. */
const SETTLE = 50

/**
 * Keeps a journal in `localStorage`, a key for each record. Nothing is touched before the journal is created.
 *
 * Browsers write it to the disk some seconds later: it survives the death of a tab, not a power cut. Prefer
 * {@link indexedDbJournalStorage} where there is IndexedDB.
 *
 * @throws InvalidJournalNameError
 *
 * @example
 * import { createJournal, webJournalStorage } from '@unimargin/sdk'
 *
 * const journal = await createJournal({ storage: webJournalStorage({ name: 'moves' }), wait: 5_000 })
 */
export function webJournalStorage(options: WebJournalStorageOptions): JournalStorage {
  const { name, staleAfter = 90_000 } = options
  assertJournalName(name)
  return {
    durability: 'process',
    lock: async ({ wait, signal }) => {
      const storage = options.storage ?? localStorageOf()
      const locks = options.locks === undefined ? locksOf() : options.locks
      const keys = keysOf(storage, `${PREFIX}:${name}:`)
      const held =
        locks === null
          ? await heldByHeartbeat(storage, `${PREFIX}:${name}:lock`, { wait, signal, staleAfter })
          : { ...(await heldByWebLock(locks, `${PREFIX}:${name}`, { wait, signal })), isMine: () => true }
      let { generation, count } = latest(keys.lines())

      const attempt = (operation: JournalOperation, run: () => void): void => {
        try {
          run()
        } catch (cause) {
          throw new JournalStorageError(operation, failureOf(cause), cause)
        }
      }
      const assertMine = (): void => {
        if (!held.isMine()) throw new JournalLockLostError()
      }
      const replace = async (text: string): Promise<void> => {
        assertMine()
        // One key, so that it is there wholly or not at all. The highest generation counts.
        attempt('replace', () => storage.setItem(keys.of(generation + 1, 0), text))
        assertMine()
        generation += 1
        count = 1
        for (const line of keys.lines()) if (line.generation < generation) storage.removeItem(line.key)
      }
      try {
        const text = keys.text(generation)
        // Whoever was taken for dead goes on writing into its own generation.
        if (locks === null && text !== '') await replace(text)
      } catch (error) {
        held.release()
        throw error
      }
      return {
        lost: held.lost,
        read: async () => keys.text(generation),
        append: async (text) => {
          assertMine()
          attempt('append', () => storage.setItem(keys.of(generation, count), text))
          assertMine()
          count += 1
        },
        replace,
        setAside: async (text) => {
          assertMine()
          attempt('set-aside', () => storage.setItem(`${PREFIX}:${name}:damaged:${generation}`, text))
        },
        release: async () => held.release(),
      }
    },
  }
}

type LineKey = { readonly key: string; readonly generation: number; readonly index: number }

function keysOf(storage: WebStorage, prefix: string) {
  const lines = (): readonly LineKey[] => {
    const found: LineKey[] = []
    for (let at = 0; at < storage.length; at += 1) {
      const key = storage.key(at)
      const [, generation, index] =
        /^(\d{1,15}):(\d{1,15})$/.exec(key?.startsWith(prefix) ? key.slice(prefix.length) : '') ?? []
      if (key !== null && generation !== undefined)
        found.push({ key, generation: Number(generation), index: Number(index) })
    }
    return found.sort((a, b) => a.generation - b.generation || a.index - b.index)
  }
  const text = (generation: number): string =>
    lines()
      .filter((line) => line.generation === generation)
      .map(({ key }) => storage.getItem(key) ?? '')
      .join('')
  return { lines, text, of: (generation: number, index: number) => `${prefix}${generation}:${index}` }
}

function latest(lines: readonly LineKey[]): { readonly generation: number; readonly count: number } {
  const last = lines.at(-1)
  return last === undefined ? { generation: 0, count: 0 } : { generation: last.generation, count: last.index + 1 }
}

/** A key with the name of the holder, which changes as long as it lives. */
async function heldByHeartbeat(
  storage: WebStorage,
  key: string,
  options: { readonly wait: number; readonly signal?: AbortSignal | undefined; readonly staleAfter: number },
) {
  const lost = new AbortController()
  const mine = `${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`
  const isMine = (): boolean => {
    const isStill = storage.getItem(key)?.startsWith(`${mine} `) === true
    if (!isStill) lost.abort()
    return isStill
  }
  const look = async () => {
    const beat = storage.getItem(key)
    return beat === null ? ({ status: 'free' } as const) : ({ status: 'held', holder: 'another tab', beat } as const)
  }
  let beats = 0
  const write = (): void => storage.setItem(key, `${mine} ${beats++}`)
  try {
    for (;;) {
      await untilFree(look, options)
      write()
      await pause(SETTLE, options.signal)
      if (storage.getItem(key)?.startsWith(`${mine} `)) break
    }
  } catch (cause) {
    if (storage.getItem(key)?.startsWith(`${mine} `)) storage.removeItem(key)
    throw isDomException(cause) ? new JournalStorageError('lock', failureOf(cause), cause) : cause
  }
  const stop = heartbeat(async () => {
    if (isMine()) write()
  }, BEAT)
  const release = (): void => {
    void stop()
    if (isMine()) storage.removeItem(key)
  }
  return { isMine, release, lost: lost.signal }
}

function isDomException(cause: unknown): boolean {
  return typeof DOMException !== 'undefined' && cause instanceof DOMException
}

function localStorageOf(): WebStorage {
  try {
    const found = globalThis.localStorage
    if (found !== undefined && found !== null) return found
  } catch (cause) {
    // A browser that keeps nothing says so by throwing.
    throw new JournalStorageError('lock', 'no-access', cause)
  }
  throw new JournalStorageError('lock', 'missing')
}
