import { BaseError, type Market } from '@unimargin/sdk'

/** A state has no details: the adapter that read it has no lending, and what one can do cannot be told of it. */
export class ReadWithoutLendingError extends BaseError {
  override readonly name = 'ReadWithoutLendingError'
  readonly market: Market

  constructor({ market }: { readonly market: Market }) {
    super(`${market.name} was read by an adapter without lending.`, {
      facts: { Market: market.key, Chain: market.chainId },
      action: 'Give the adapter of the client its `lending`, and pass what that client reads.',
    })
    this.market = market
  }
}
