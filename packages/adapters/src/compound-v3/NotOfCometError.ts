import { BaseError } from '@unimargin/sdk'

/** A market or an asset that this Comet's adapter has not read. */
export class NotOfCometError extends BaseError {
  override readonly name = 'NotOfCometError'
  /** The asset's address, or the market's key. */
  readonly of: string

  constructor(of: string) {
    super('It is not of this Comet.', {
      facts: { Of: of },
      action: 'Pass a state and a position of one view of this market, and an asset that the state lists.',
    })
    this.of = of
  }
}
