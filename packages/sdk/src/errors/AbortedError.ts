import { BaseError } from './BaseError.ts'

/** The caller's own `AbortSignal` fired. */
export class AbortedError extends BaseError {
  override readonly name = 'AbortedError'

  constructor(cause?: unknown) {
    super('The caller aborted.', { action: 'Nothing is wrong: the passed `signal` was aborted.', cause })
  }
}
