import { type Address, BaseError, type LendingAction } from '@unimargin/sdk'

/** A market id that is none. */
export class InvalidMarketIdError extends BaseError {
  override readonly name = 'InvalidMarketIdError'
  readonly marketId: string

  constructor({ marketId }: { readonly marketId: string }) {
    super('A market id is not 32 bytes.', {
      facts: { Id: marketId },
      action: 'Pass 0x and 64 hexadecimal digits.',
    })
    this.marketId = marketId
  }
}

/** One market twice: what is in it would count twice. */
export class DuplicateMarketIdError extends BaseError {
  override readonly name = 'DuplicateMarketIdError'
  readonly marketId: string

  constructor({ marketId }: { readonly marketId: string }) {
    super('A market id is there twice.', { facts: { Id: marketId }, action: 'Pass each market once.' })
    this.marketId = marketId
  }
}

/** An action that the market does not have for an asset. */
export class UnsupportedActionError extends BaseError {
  override readonly name = 'UnsupportedActionError'
  readonly of: LendingAction
  readonly asset: Address

  constructor({ action, asset }: { readonly action: LendingAction; readonly asset: Address }) {
    super(`This Morpho Blue market has no ${action} of that asset.`, {
      facts: { Asset: asset },
      action: 'Supply or withdraw its collateral or its loan token; borrow or repay its loan token only.',
    })
    this.of = action
    this.asset = asset
  }
}

/** An amount that only the caller can know. */
export class AmountNeededError extends BaseError {
  override readonly name = 'AmountNeededError'
  readonly of: LendingAction

  constructor({ action }: { readonly action: LendingAction }) {
    super(`Morpho Blue cannot ${action} "all".`, {
      facts: { Action: action },
      action: 'Pass the amount in base units: the balance of the wallet, or the limit.',
    })
    this.of = action
  }
}
