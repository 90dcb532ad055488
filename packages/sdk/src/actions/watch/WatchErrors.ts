import { BaseError } from '../../errors/BaseError.ts'

/** A watch was used after its end: by `close`, by its signal, or with its client. */
export class WatchClosedError extends BaseError {
  override readonly name = 'WatchClosedError'

  constructor() {
    super('This watch is closed.', { action: 'Start another one with `watchMarginView`.' })
  }
}

/** Two watched accounts have the same id. */
export class DuplicateAccountError extends BaseError {
  override readonly name = 'DuplicateAccountError'
  readonly id: string

  constructor(id: string) {
    super('Two accounts to watch have the same id.', {
      facts: { Id: id },
      action: 'Pass each account once, or give each an `id` of its own.',
    })
    this.id = id
  }
}

/** A listener of a watch failed. The watch goes on. */
export class ListenerError extends BaseError {
  override readonly name = 'ListenerError'
  readonly event: string

  constructor(event: string, cause: unknown) {
    super(`A listener to "${event}" failed.`, {
      action: 'Catch what your listener throws; the watch and the other listeners go on.',
      cause,
    })
    this.event = event
  }
}
