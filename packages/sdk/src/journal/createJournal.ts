import { AbortedError } from '../errors/AbortedError.ts'
import { InvalidTimeoutError } from '../errors/InvalidTimeoutError.ts'
import type { Hex } from '../model/Hex.ts'
import * as History from './History.ts'
import {
  InvalidJournalPageError,
  JournalClosedError,
  JournalLockLostError,
  MoveAlreadyRecordedError,
  MoveNotRecordedError,
} from './JournalErrors.ts'
import type { JournalEvent, JournaledMove, JournalKeep, JournalRecord } from './JournalRecord.ts'
import type { JournalDurability, JournalStorage } from './JournalStorage.ts'
import { openHistory } from './openHistory.ts'
import { moveIdOf } from './recordCodec.ts'

const MAX_WAIT = 2_147_483_647
const MAX_PAGE = 1_000

export type CreateJournalParameters = {
  readonly storage: JournalStorage
  /** Milliseconds to wait while another process or tab holds the journal. 0 unless given: not to wait. */
  readonly wait?: number | undefined
  /** What to do with a damaged journal: `refuse` unless given. `keep-prefix` forgets what the damaged part alone knew. */
  readonly onDamage?: 'refuse' | 'keep-prefix' | undefined
  /** The clock that records are stamped with. `Date.now` unless given. */
  readonly now?: (() => number) | undefined
  /** Stops waiting. */
  readonly signal?: AbortSignal | undefined
}

/** Which moves to list. */
export type JournalPage = {
  /** How many at most, 1 to 1,000. 50 unless given. */
  readonly limit?: number | undefined
  /** The `next` of the page before. */
  readonly before?: Hex | undefined
  /** Only those that it accepts. */
  readonly where?: ((move: JournaledMove) => boolean) | undefined
}

/** Who is told of records, and of what listeners throw. */
export type WatchJournalOptions = {
  /** Only records of this move. */
  readonly moveId?: Hex | undefined
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * What was meant to be done and what was seen, move by move. It is written before anything is submitted, so that nothing that
 * was submitted is ever forgotten.
 */
export type Journal = {
  readonly durability: JournalDurability
  /** Fires, with a `JournalLockLostError`, when another process or tab took the journal over: submit nothing any more. */
  readonly lost: AbortSignal
  /**
   * Writes down what is about to be done. Submit only when this has resolved: from then on the move is known after any crash.
   *
   * @param intent A plain value with the `id` of the move, 32 bytes.
   * @param state `intended` unless given, for moves that were found rather than made.
   * @throws MoveAlreadyRecordedError
   * @throws InvalidJournalRecordError
   * @throws JournalStorageError, JournalLockLostError, JournalClosedError when it was not written: do not submit.
   */
  readonly record: (intent: { readonly id: Hex }, state?: string) => Promise<JournalRecord>
  /**
   * Writes down what became of a move. Throws what `record` does, but for:
   *
   * @throws MoveNotRecordedError
   */
  readonly append: (moveId: Hex, event: JournalEvent) => Promise<JournalRecord>
  /** Moves, newest first, a page at a time; `next` leads to the following page, and is absent on the last. */
  readonly moves: (page?: JournalPage) => { readonly moves: readonly JournaledMove[]; readonly next?: Hex | undefined }
  /** A move, if it was ever recorded. */
  readonly get: (moveId: Hex) => JournaledMove | undefined
  /** Tells of each record that this journal writes, once it is kept. Gives the function that stops it. */
  readonly watch: (
    listener: (record: JournalRecord, move: JournaledMove) => void,
    options?: WatchJournalOptions,
  ) => () => void
  /** Writes the journal anew with less in it, wholly or not at all. Throws what `append` does. */
  readonly compact: (keep: (move: JournaledMove) => JournalKeep) => Promise<void>
  /** Waits for what is being written, and lets others have the journal. */
  readonly close: () => Promise<void>
}

/**
 * Opens the journal of moves that a storage keeps, for this process or tab alone, and begins one where there is none.
 *
 * What a crash cut off in the middle is left out: it was never promised. Damage elsewhere is an error that says where.
 *
 * @throws JournalLockedError when another process or tab holds it for longer than `wait`.
 * @throws JournalDamagedError
 * @throws JournalVersionError
 * @throws JournalStorageError
 * @throws InvalidTimeoutError when `wait` is not within 0 to 2147483647 milliseconds.
 * @throws AbortedError
 *
 * @example
 * import { createJournal, indexedDbJournalStorage, type MoveIntent } from '@unimargin/sdk'
 *
 * const journal = await createJournal({ storage: indexedDbJournalStorage({ name: 'moves' }) })
 *
 * export async function submit(intent: MoveIntent, send: () => Promise<`0x${string}`>): Promise<void> {
 *   await journal.record(intent)
 *   await journal.append(intent.id, { state: 'submitted', data: { hash: await send() } })
 * }
 */
export async function createJournal(parameters: CreateJournalParameters): Promise<Journal> {
  const { storage, wait = 0, onDamage = 'refuse', now = Date.now, signal } = parameters
  if (!(wait >= 0 && wait <= MAX_WAIT)) throw new InvalidTimeoutError(wait, 'wait')
  if (signal?.aborted === true) throw new AbortedError(signal.reason)
  const writer = await storage.lock({ wait, signal })
  let history: History.History
  try {
    history = await openHistory(writer, onDamage)
  } catch (error) {
    await writer.release()
    throw error
  }
  // Whoever looks at it finds out why, without knowing this file.
  const lost = new AbortController()
  const lose = (): void => lost.abort(new JournalLockLostError())
  if (writer.lost.aborted) lose()
  else writer.lost.addEventListener('abort', lose, { once: true })
  const listeners = new Set<(record: JournalRecord) => void>()
  let queue: Promise<unknown> = Promise.resolve()
  let closing: Promise<void> | undefined

  /** One after the other: each sees what those before it have written. */
  const inTurn = <value>(write: () => Promise<value>): Promise<value> => {
    if (closing !== undefined) return Promise.reject(new JournalClosedError())
    const turn = queue.then(() => {
      if (writer.lost.aborted) throw new JournalLockLostError()
      return write()
    })
    queue = turn.catch(() => {})
    return turn
  }

  const add = async (record: Omit<JournalRecord, 'at'>): Promise<JournalRecord> => {
    const line = History.next(history, { ...record, at: now() })
    await writer.append(line.text)
    History.add(history, line)
    for (const listener of listeners) listener(line.written)
    return line.written
  }

  return {
    durability: storage.durability,
    lost: lost.signal,
    record: (intent, state = 'intended') =>
      inTurn(async () => {
        const moveId = moveIdOf(intent.id)
        const known = History.get(history, moveId)
        if (known !== undefined) throw new MoveAlreadyRecordedError(moveId, known.state)
        return add({ moveId, state, data: intent })
      }),
    append: (id, { state, data = null }) =>
      inTurn(async () => {
        const moveId = moveIdOf(id)
        if (History.get(history, moveId) === undefined) throw new MoveNotRecordedError(moveId)
        return add({ moveId, state, data })
      }),
    moves: ({ limit = 50, before, where = () => true } = {}) => {
      if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE)) throw new InvalidJournalPageError(limit)
      const from = before === undefined ? undefined : moveIdOf(before)
      if (from !== undefined && History.get(history, from) === undefined) throw new MoveNotRecordedError(from)
      return History.page(history, { limit, before: from, where })
    },
    get: (id) => History.get(history, moveIdOf(id)),
    watch: (listener, { moveId, onError } = {}) => {
      const only = moveId === undefined ? undefined : moveIdOf(moveId)
      const own = (record: JournalRecord): void => {
        const move = History.get(history, record.moveId)
        if (move === undefined || (only !== undefined && only !== record.moveId)) return
        // What a listener throws must not look like a record that was not written.
        try {
          listener(record, move)
        } catch (error) {
          onError?.(error)
        }
      }
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    compact: (keep) =>
      inTurn(async () => {
        const { text, after } = History.compacted(history, keep)
        await writer.replace(text)
        history = after
      }),
    close: () => {
      closing ??= queue.then(() => writer.release())
      return closing
    },
  }
}
