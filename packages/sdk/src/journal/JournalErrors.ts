import { BaseError } from '../errors/BaseError.ts'
import type { Hex } from '../model/Hex.ts'

const docsPath = 'moves#journal'

/** A journal is not what was written: a byte of it was changed, or lines of it are missing. */
export class JournalDamagedError extends BaseError {
  override readonly name = 'JournalDamagedError'
  /** Byte at which the damage was seen. */
  readonly offset: number
  /** How many records before it are whole. */
  readonly records: number

  constructor(offset: number, records: number, reason: string) {
    super('The journal of moves is damaged.', {
      facts: { 'At byte': offset, 'Whole records before it': records, Reason: reason },
      action:
        'Restore it from a copy. Or pass `onDamage: "keep-prefix"`: the records before the damage are kept, the damaged text is set aside, and moves that only it knew have to be looked for on their chains.',
      docsPath,
    })
    this.offset = offset
    this.records = records
  }
}

/** A journal that a later version wrote, or something else than a journal. */
export class JournalVersionError extends BaseError {
  override readonly name = 'JournalVersionError'
  readonly version: number

  constructor(version: number) {
    super('The journal of moves was written by another version.', {
      facts: { Version: version },
      action: 'Update @unimargin/sdk. Nothing was changed in the journal.',
      docsPath,
    })
    this.version = version
  }
}

/** Somebody else has the journal, and is alive. */
export class JournalLockedError extends BaseError {
  override readonly name = 'JournalLockedError'
  readonly holder: string

  constructor(holder: string) {
    super('Another process or tab holds the journal of moves.', {
      facts: { Holder: holder },
      action: 'Use that one, close it, or pass `wait` in milliseconds to wait until it is closed.',
      docsPath,
    })
    this.holder = holder
  }
}

/** The journal was taken over by another, because this process or tab was not seen alive for too long. */
export class JournalLockLostError extends BaseError {
  override readonly name = 'JournalLockLostError'

  constructor() {
    super('Another process or tab has taken the journal of moves over.', {
      action: 'Create the journal again to see what was written since. Submit nothing that was not recorded.',
      docsPath,
    })
  }
}

/** What a storage was doing when it failed. */
export type JournalOperation = 'lock' | 'read' | 'append' | 'replace' | 'set-aside'

/** Why a storage failed: it is full, it may not be written, it is not there, or the device does not work. */
export type JournalStorageFailure = 'no-space' | 'no-access' | 'missing' | 'failed'

const actions: Readonly<Record<JournalStorageFailure, string>> = {
  'no-space':
    'Make room, then try again. What was recorded before is still there; submit nothing that was not recorded.',
  'no-access': 'Allow this process or page to write there, then try again. Submit nothing that was not recorded.',
  missing: 'Use another storage: this one does not exist here (no browser, or one that keeps nothing).',
  failed: 'Look at the device, then try again. What was recorded before is kept; submit nothing that was not recorded.',
}

/** A storage did not do what it was asked for. What was recorded before is not touched by that. */
export class JournalStorageError extends BaseError {
  override readonly name = 'JournalStorageError'
  readonly operation: JournalOperation
  readonly failure: JournalStorageFailure

  constructor(operation: JournalOperation, failure: JournalStorageFailure, cause?: unknown) {
    super(`The storage of the journal of moves failed to ${operation}.`, {
      facts: { Failure: failure },
      action: actions[failure],
      docsPath,
      cause,
    })
    this.operation = operation
    this.failure = failure
  }
}

/** The journal was closed. */
export class JournalClosedError extends BaseError {
  override readonly name = 'JournalClosedError'

  constructor() {
    super('The journal of moves is closed.', { action: 'Create it again.', docsPath })
  }
}

/** A move is recorded once: a second intent with its id would be the same move again. */
export class MoveAlreadyRecordedError extends BaseError {
  override readonly name = 'MoveAlreadyRecordedError'
  readonly id: Hex
  readonly state: string

  constructor(id: Hex, state: string) {
    super('A move with this id is in the journal already.', {
      facts: { Id: id, State: state },
      action: 'Go on with that one: `journal.get(id)`. Another move needs an id of its own.',
      docsPath,
    })
    this.id = id
    this.state = state
  }
}

/** Something is to be noted about a move that was never recorded. */
export class MoveNotRecordedError extends BaseError {
  override readonly name = 'MoveNotRecordedError'
  readonly id: string

  constructor(id: string) {
    super('No move with this id is in the journal.', {
      facts: { Id: id },
      action: 'Record its intent first, with `journal.record`.',
      docsPath,
    })
    this.id = id
  }
}

/** What is to be recorded is no record: an id that is not 32 bytes, a state that is no name, data that is no plain value. */
export class InvalidJournalRecordError extends BaseError {
  override readonly name = 'InvalidJournalRecordError'
  readonly field: string

  constructor(field: string, reason: string, cause?: unknown) {
    super('This cannot be recorded in the journal of moves.', {
      facts: { Field: field, Reason: reason },
      action: 'Pass an id of `0x` and 64 hex digits, a state of letters and dashes, and plain values as data.',
      docsPath,
      cause,
    })
    this.field = field
  }
}

/** A name that no journal can have. */
export class InvalidJournalNameError extends BaseError {
  override readonly name = 'InvalidJournalNameError'

  constructor(name: string) {
    super('This is no name for a journal.', {
      facts: { Name: name },
      action: 'Pass 1 to 100 letters, digits, dots, dashes and underscores, e.g. an address.',
      docsPath,
    })
  }
}

/** A page that nobody could turn. */
export class InvalidJournalPageError extends BaseError {
  override readonly name = 'InvalidJournalPageError'
  readonly limit: number

  constructor(limit: number) {
    super('`limit` is out of range.', { facts: { Value: limit }, action: 'Pass 1 to 1000.', docsPath })
    this.limit = limit
  }
}
