import { type Address, BaseError, type LendingAction } from '@unimargin/sdk'

export { AmountNeededError } from '../shared/AmountNeededError.ts'

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
