import { type Asset, BaseError, type LendingAction } from '@unimargin/sdk'

/** `all` of something that a pool cannot know the whole of: what a wallet holds, or what may be borrowed. */
export class AmountNeededError extends BaseError {
  override readonly name = 'AmountNeededError'
  /** What was to be done. */
  readonly of: LendingAction
  readonly asset: Asset

  constructor({ action, asset }: { readonly action: LendingAction; readonly asset: Asset }) {
    super(`Aave V3 cannot ${action} "all" of ${asset.symbol}.`, {
      facts: { Action: action, Asset: asset.address, Chain: asset.chainId },
      action: 'Pass the amount in base units: the balance of the wallet, or the limit.',
    })
    this.of = action
    this.asset = asset
  }
}
