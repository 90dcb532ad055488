import { BaseError } from './BaseError.ts'

/** A timeout that no timer can keep: zero, negative, not a number, or above 2^31 − 1 (timers overflow there). */
export class InvalidTimeoutError extends BaseError {
  override readonly name = 'InvalidTimeoutError'
  readonly timeout: number

  constructor(timeout: number) {
    super('`timeout` is out of range.', {
      facts: { Timeout: timeout },
      action: 'Pass milliseconds, from 1 to 2147483647.',
    })
    this.timeout = timeout
  }
}
