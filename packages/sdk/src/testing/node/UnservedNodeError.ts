import { BaseError } from '../../errors/BaseError.ts'

/** A node that these servers do not serve. */
export class UnservedNodeError extends BaseError {
  override readonly name = 'UnservedNodeError'
  readonly url: string

  constructor(url: string) {
    super('The node is not served here.', {
      facts: { Node: url },
      action: 'Pass the node, or its chain, to `serveNodes`.',
    })
    this.url = url
  }
}
