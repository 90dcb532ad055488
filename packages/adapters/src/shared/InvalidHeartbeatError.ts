import { BaseError } from '@unimargin/sdk'

/** A heartbeat that no feed can have. */
export class InvalidHeartbeatError extends BaseError {
  override readonly name = 'InvalidHeartbeatError'
  /** The feed, or `defaultHeartbeat`. */
  readonly of: string
  readonly heartbeat: number

  constructor(of: string, heartbeat: number) {
    super('A heartbeat is not a whole number of seconds above zero.', {
      facts: { Of: of, Heartbeat: heartbeat },
      action: 'Pass the seconds within which the feed promises an update.',
    })
    this.of = of
    this.heartbeat = heartbeat
  }
}
