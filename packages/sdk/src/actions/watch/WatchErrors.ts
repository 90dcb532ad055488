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

/** A health factor or a share that no crossing can be told by. */
export class InvalidCrossingError extends BaseError {
  override readonly name = 'InvalidCrossingError'
  readonly parameter: string
  readonly value: bigint

  constructor({ parameter, value }: Pick<InvalidCrossingError, 'parameter' | 'value'>) {
    super(`\`${parameter}\` is out of range.`, {
      facts: { Value: String(value) },
      action: 'Pass WAD bigints: thresholds above zero, and a hysteresis from 0 to 1e18.',
    })
    this.parameter = parameter
    this.value = value
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
