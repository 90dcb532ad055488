import { BaseError } from '../errors/BaseError.ts'

/** The adapter of a market cannot simulate a liquidation. */
export class NoLiquidationModelError extends BaseError {
  override readonly name = 'NoLiquidationModelError'
  readonly market: string

  constructor(market: string) {
    super('Nobody can say how a position of this market would be liquidated.', {
      facts: { Market: market },
      action: "Pass the adapter its protocol's `liquidation`, an import of its own.",
    })
    this.market = market
  }
}
