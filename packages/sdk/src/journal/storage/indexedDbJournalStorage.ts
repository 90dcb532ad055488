import { isUnimarginError } from '../../errors/BaseError.ts'
import { assertJournalName } from '../assertJournalName.ts'
import { JournalLockLostError, type JournalOperation, JournalStorageError } from '../JournalErrors.ts'
import type { JournalLockOptions, JournalStorage } from '../JournalStorage.ts'
import { heartbeat } from '../lock/heartbeat.ts'
import { heldByWebLock, type WebLocks } from '../lock/heldByWebLock.ts'
import { untilFree } from '../lock/untilFree.ts'
import { failureOf } from './failureOf.ts'
import { locksOf } from './locksOf.ts'

export type IndexedDbJournalStorageOptions = {
  /** 1 to 100 letters, digits, dots, dashes and underscores. */
  readonly name: string
  /** `indexedDB` unless given. */
  readonly indexedDb?: IDBFactory | undefined
  /** `navigator.locks` unless given; `null` for the heartbeat that takes its place where a browser has none. */
  readonly locks?: WebLocks | null | undefined
  /** Milliseconds without a heartbeat after which a tab is taken for dead. Hidden tabs are slowed to one a minute: 90,000. */
  readonly staleAfter?: number | undefined
}

/** Who holds a journal. Kept beside its lines, so that one transaction sees both. */
type Holder = { readonly epoch: number; readonly beat: number; readonly isReleased: boolean }

const DATABASE = 'unimargin-journal'
const STORE = 'lines'
const BEAT = 1_000

/**
 * Keeps a journal in IndexedDB: an entry for each record, each in a transaction that is on the disk when it resolves, as far as
 * the browser keeps that promise (`durability: "strict"`). Nothing is touched before the journal is created.
 *
 * Only one tab writes at a time: each transaction looks whether the journal is still its own.
 *
 * @throws InvalidJournalNameError
 *
 * @example
 * import { createJournal, indexedDbJournalStorage } from '@unimargin/sdk'
 *
 * const journal = await createJournal({ storage: indexedDbJournalStorage({ name: 'moves' }), wait: 5_000 })
 */
export function indexedDbJournalStorage(options: IndexedDbJournalStorageOptions): JournalStorage {
  const { name, staleAfter = 90_000 } = options
  assertJournalName(name)
  return {
    durability: 'disk',
    lock: async (lockOptions) => {
      const database = await attempt('lock', () => openDatabase(options.indexedDb ?? factoryOf()))
      try {
        return await held(database, { name, staleAfter, locks: options.locks }, lockOptions)
      } catch (error) {
        database.close()
        throw error
      }
    },
  }
}

async function held(
  database: IDBDatabase,
  {
    name,
    staleAfter,
    locks = locksOf(),
  }: { readonly name: string; readonly staleAfter: number; readonly locks: WebLocks | null | undefined },
  options: JournalLockOptions,
) {
  const holderKey = [name, 'holder']
  const lines = IDBKeyRange.bound([name, 'line', 0], [name, 'line', Number.POSITIVE_INFINITY])
  const lost = new AbortController()
  const lock = locks === null ? undefined : await heldByWebLock(locks, `${DATABASE}:${name}`, options)
  lock?.lost.addEventListener('abort', () => lost.abort(), { once: true })

  const look = async () => {
    const holder = await attempt('lock', () => inTransaction(database, 'readonly', (store) => store.get(holderKey)))
    const { epoch, beat, isReleased } = holderOf(holder)
    return isReleased
      ? ({ status: 'free', epoch } as const)
      : ({ status: 'held', epoch, holder: 'another tab or worker', beat: `${epoch}.${beat}` } as const)
  }
  /** The journal is whose epoch is the last; it is taken only from whom we took for dead. */
  const take = async (): Promise<number> => {
    for (;;) {
      const seen = lock === undefined ? await untilFree(look, { ...options, staleAfter }) : await look()
      const epoch = seen.epoch + 1
      const isTaken = await attempt('lock', () =>
        inTransaction(database, 'readwrite', async (store) => {
          const now = holderOf(await settled(store.get(holderKey)))
          if (now.epoch !== seen.epoch) return false
          store.put({ epoch, beat: 0, isReleased: false } satisfies Holder, holderKey)
          return true
        }),
      )
      if (isTaken) return epoch
    }
  }
  let epoch: number
  try {
    epoch = await take()
  } catch (error) {
    lock?.release()
    throw error
  }
  /** In one transaction with the look at whose the journal is: what is not ours any more is not written. */
  const write = (operation: JournalOperation, run: (store: IDBObjectStore) => void | Promise<void>): Promise<void> =>
    attempt(operation, () =>
      inTransaction(database, 'readwrite', async (store) => {
        const now = holderOf(await settled(store.get(holderKey)))
        if (now.epoch !== epoch) {
          lost.abort()
          throw new JournalLockLostError()
        }
        await run(store)
      }),
    )
  let beat = 0
  const stop = heartbeat(() => {
    beat += 1
    return write('lock', (store) => void store.put({ epoch, beat, isReleased: false } satisfies Holder, holderKey))
  }, BEAT)
  let count: number
  try {
    const keys = await attempt('read', () => inTransaction(database, 'readonly', (store) => store.getAllKeys(lines)))
    count = indexOf(keys.at(-1)) + 1
  } catch (error) {
    await stop()
    lock?.release()
    throw error
  }

  return {
    lost: lost.signal,
    read: async (): Promise<string> => {
      const texts: readonly unknown[] = await attempt('read', () =>
        inTransaction(database, 'readonly', (store) => store.getAll(lines)),
      )
      return texts.map((text) => (typeof text === 'string' ? text : '?')).join('')
    },
    append: async (text: string): Promise<void> => {
      await write('append', (store) => void store.add(text, [name, 'line', count]))
      count += 1
    },
    replace: async (text: string): Promise<void> => {
      await write('replace', (store) => {
        store.delete(lines)
        if (text !== '') store.add(text, [name, 'line', 0])
      })
      count = text === '' ? 0 : 1
    },
    setAside: (text: string): Promise<void> =>
      write('set-aside', (store) => void store.put(text, [name, 'damaged', epoch])),
    release: async (): Promise<void> => {
      await stop()
      await write(
        'lock',
        (store) => void store.put({ epoch, beat, isReleased: true } satisfies Holder, holderKey),
      ).catch(
        // Who comes next takes it over from somebody who does not move.
        () => {},
      )
      lock?.release()
      database.close()
    },
  }
}

function openDatabase(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open(DATABASE, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE)
  return settled(request).then((database) => {
    database.onversionchange = () => database.close()
    return database
  })
}

/** Resolves when the transaction is complete. Inside nothing may be awaited but the store's own requests. */
async function inTransaction<value>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => Promise<value> | IDBRequest<value>,
): Promise<value> {
  const transaction = database.transaction(STORE, mode, mode === 'readwrite' ? { durability: 'strict' } : {})
  const complete = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
  try {
    const running = run(transaction.objectStore(STORE))
    const value = await (running instanceof Promise ? running : settled(running))
    await complete
    return value
  } catch (error) {
    // What aborted it by itself has aborted it already.
    complete.catch(() => {})
    try {
      transaction.abort()
    } catch {}
    throw error
  }
}

function settled<value>(request: IDBRequest<value>): Promise<value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function attempt<value>(operation: JournalOperation, run: () => Promise<value>): Promise<value> {
  try {
    return await run()
  } catch (cause) {
    if (isUnimarginError(cause)) throw cause
    throw new JournalStorageError(operation, failureOf(cause), cause)
  }
}

function holderOf(value: unknown): Holder {
  const holder: Partial<Record<keyof Holder, unknown>> = typeof value === 'object' && value !== null ? value : {}
  const { epoch, beat, isReleased } = holder
  if (typeof epoch !== 'number' || !Number.isSafeInteger(epoch)) return { epoch: 0, beat: 0, isReleased: true }
  return { epoch, beat: typeof beat === 'number' ? beat : 0, isReleased: isReleased === true }
}

function indexOf(key: IDBValidKey | undefined): number {
  const index: unknown = Array.isArray(key) ? key[2] : -1
  return typeof index === 'number' ? index : -1
}

function factoryOf(): IDBFactory {
  const found: unknown = globalThis.indexedDB
  if (found === undefined || found === null) throw new JournalStorageError('lock', 'missing')
  return globalThis.indexedDB
}
