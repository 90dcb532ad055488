import { BaseError } from './BaseError.ts'

/** No complete answer came before the deadline. It covers everything: connecting, headers, body, and retries. */
export class RequestTimeoutError extends BaseError {
  override readonly name = 'RequestTimeoutError'
  /** Milliseconds. */
  readonly timeout: number

  constructor(timeout: number) {
    super(`No complete answer within ${timeout} ms.`, {
      action: 'Try again, pass a longer `timeout`, or use another node.',
    })
    this.timeout = timeout
  }
}
