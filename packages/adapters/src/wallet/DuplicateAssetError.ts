import { type Address, BaseError } from '@unimargin/sdk'

/** An asset would be counted twice. */
export class DuplicateAssetError extends BaseError {
  override readonly name = 'DuplicateAssetError'
  readonly asset: Address

  constructor(asset: Address) {
    super('An asset of the wallet is listed twice.', {
      facts: { Asset: asset },
      action: 'List each token once in `assets`, and the native coin by `native` alone.',
    })
    this.asset = asset
  }
}
