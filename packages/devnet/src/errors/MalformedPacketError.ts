import { BaseError } from '@unimargin/sdk'

/** Bytes that are no LayerZero V2 packet, or options that are not of type 3. */
export class MalformedPacketError extends BaseError {
  override readonly name = 'MalformedPacketError'

  constructor(reason: string) {
    super('These bytes are not what LayerZero V2 sends.', {
      facts: { Reason: reason },
      action: 'Send with options of type 3, as every current OFT does.',
    })
  }
}
