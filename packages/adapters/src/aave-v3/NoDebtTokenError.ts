import { type Asset, BaseError } from '@unimargin/sdk'

/** A reserve names no variable debt token, so nobody can be allowed to borrow for somebody else. */
export class NoDebtTokenError extends BaseError {
  override readonly name = 'NoDebtTokenError'
  readonly asset: Asset

  constructor({ asset }: { readonly asset: Asset }) {
    super(`The reserve of ${asset.symbol} names no variable debt token.`, {
      facts: { Asset: asset.address, Chain: asset.chainId },
      action: 'Pass a market state that this adapter has read: its reserves carry the address of their debt token.',
    })
    this.asset = asset
  }
}
