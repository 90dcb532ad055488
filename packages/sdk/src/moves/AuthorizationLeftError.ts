import { BaseError } from '../errors/BaseError.ts'
import { reasonOf } from '../errors/reasonOf.ts'
import type { MoveCall } from './MoveIntent.ts'

/** The router was authorised for a move that did not go through, and may act for the owner until that is taken back. */
export class AuthorizationLeftError extends BaseError {
  override readonly name = 'AuthorizationLeftError'
  /** Takes it back: for the owner to send. */
  readonly revoke: MoveCall
  /** Whether the move may still be included, which needs the authorisation: `cause` says why that is not known. */
  readonly mayBeSent: boolean

  constructor(revoke: MoveCall, mayBeSent: boolean, cause: unknown) {
    super('The router is still authorised to act for the owner.', {
      facts: { Contract: revoke.to, Chain: revoke.chainId, Reason: reasonOf(cause) },
      action: mayBeSent
        ? 'Track the move with `getMoveStatus`; when it is sent or failed, send `revoke`.'
        : 'The move was not sent. Send `revoke`.',
      docsPath: 'moves#a-program-that-dies',
      cause,
    })
    this.revoke = revoke
    this.mayBeSent = mayBeSent
  }
}
