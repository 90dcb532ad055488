import { BaseError } from '../errors/BaseError.ts'

/** Nobody's account was asked for. */
export class NoOwnerError extends BaseError {
  override readonly name = 'NoOwnerError'

  constructor() {
    super('No owner was given.', { action: 'Pass `owner`, or at least one address in `owners`.' })
  }
}
