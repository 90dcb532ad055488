import { BaseError } from '@unimargin/sdk'
import type { Hex } from 'viem'

/** No message with this GUID was sent on any chain of the devnet. */
export class UnknownMessageError extends BaseError {
  override readonly name = 'UnknownMessageError'
  readonly guid: Hex

  constructor(guid: Hex) {
    super('No such message was sent.', {
      facts: { GUID: guid },
      action: 'Take the GUID from the `PacketSent` event or the send receipt, after its transaction was mined.',
    })
    this.guid = guid
  }
}
