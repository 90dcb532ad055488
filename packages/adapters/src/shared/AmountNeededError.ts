import { type Address, BaseError, type LendingAction, type Market } from '@unimargin/sdk'

/** `all` of something that a protocol cannot know the whole of: what a wallet holds, or what may be borrowed. */
export class AmountNeededError extends BaseError {
  override readonly name = 'AmountNeededError'
  /** What was to be done. */
  readonly of: LendingAction
  readonly asset: Address

  constructor({
    market,
    action,
    asset,
  }: {
    readonly market: Market
    readonly action: LendingAction
    readonly asset: Address
  }) {
    super(`${market.name} cannot ${action} "all".`, {
      facts: { Action: action, Asset: asset, Chain: market.chainId },
      action: 'Pass the amount in base units: the balance of the wallet, or the limit.',
    })
    this.of = action
    this.asset = asset
  }
}
