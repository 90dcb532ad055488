import { BaseError } from '../errors/BaseError.ts'

/** The client was closed: before it was asked, or while it was at work. */
export class ClientClosedError extends BaseError {
  override readonly name = 'ClientClosedError'

  constructor() {
    super('The margin client is closed.', {
      action: 'Create another one with `createMarginClient`; what a wallet has sent already is under way.',
    })
  }
}
