import { type Asset, BaseError } from '@unimargin/sdk'

/** A reserve names no aToken, so nothing can be pulled from it. */
export class NoCollateralTokenError extends BaseError {
  override readonly name = 'NoCollateralTokenError'
  readonly asset: Asset

  constructor({ asset }: { readonly asset: Asset }) {
    super(`The reserve of ${asset.symbol} names no aToken.`, {
      facts: { Asset: asset.address, Chain: asset.chainId },
      action: 'Pass a reserve that this adapter has read: it carries the address of its aToken.',
    })
    this.asset = asset
  }
}
