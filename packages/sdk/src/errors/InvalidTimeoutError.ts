import { BaseError } from './BaseError.ts'

/** A timeout or interval that no timer can keep: zero, negative, not a number, or above 2^31 − 1 (timers overflow there). */
export class InvalidTimeoutError extends BaseError {
  override readonly name = 'InvalidTimeoutError'
  readonly timeout: number
  readonly parameter: string

  constructor(timeout: number, parameter = 'timeout') {
    super(`\`${parameter}\` is out of range.`, {
      facts: { Value: timeout },
      action: 'Pass milliseconds, from 1 to 2147483647.',
    })
    this.timeout = timeout
    this.parameter = parameter
  }
}
