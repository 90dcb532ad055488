import { type Address, BaseError, type Market } from '@unimargin/sdk'

/** An asset that a pool does not list. */
export class UnknownReserveError extends BaseError {
  override readonly name = 'UnknownReserveError'
  readonly market: Market
  readonly asset: Address

  constructor({ market, asset }: { readonly market: Market; readonly asset: Address }) {
    super(`${market.name} does not list the asset.`, {
      facts: { Asset: asset, Chain: market.chainId, Pool: market.id },
      action: 'Pass the address of one of the reserves of the market state.',
    })
    this.market = market
    this.asset = asset
  }
}
