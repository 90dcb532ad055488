import { BaseError } from '../errors/BaseError.ts'

/** The adapter of a market cannot say which calls move anything in or out of it. */
export class NoLendingError extends BaseError {
  override readonly name = 'NoLendingError'
  readonly market: string

  constructor(market: string) {
    super('Nobody can say which calls move an asset in or out of this market.', {
      facts: { Market: market },
      action: 'Give the adapter of the market its `lending`, or make the calls yourself.',
    })
    this.market = market
  }
}
