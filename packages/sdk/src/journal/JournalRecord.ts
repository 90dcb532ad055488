import type { Hex } from '../model/Hex.ts'

/** One line about one move. A plain value, which never changes. */
export type JournalRecord = {
  /** 32 bytes, lower case. */
  readonly moveId: Hex
  /** How far the move was when this was written, e.g. `intended`. */
  readonly state: string
  /** Milliseconds since 1970 by the clock of whoever wrote it: for people. What came first is said by the order alone. */
  readonly at: number
  /** What was to be remembered; `null` for nothing. Check what it is before you use it, e.g. with `parseMove`. */
  readonly data: unknown
}

/** A move as its journal knows it. Where it really is, its chains say. */
export type JournaledMove = {
  readonly id: Hex
  /** The state of its last record. */
  readonly state: string
  /** The data of its first record. */
  readonly intent: unknown
  /** All that was recorded of it, oldest first. */
  readonly records: readonly JournalRecord[]
}

/** What is to be noted about a move. */
export type JournalEvent = {
  /** Small letters and dashes, e.g. `compose-failed`. */
  readonly state: string
  /** A plain value, bigints included. */
  readonly data?: unknown
}

/** What compacting leaves of a move: all of its records, the first and the last, or none. */
export type JournalKeep = 'all' | 'ends' | 'none'
