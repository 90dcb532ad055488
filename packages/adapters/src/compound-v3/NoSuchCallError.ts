import { BaseError, type LendingAction } from '@unimargin/sdk'

/** Comet has no call for what was asked: only the base asset can be borrowed, and not all amounts can be left open. */
export class NoSuchCallError extends BaseError {
  override readonly name = 'NoSuchCallError'
  readonly lendingAction: LendingAction
  readonly asset: string
  readonly amount: bigint | 'all'

  constructor({ action, asset, amount }: { action: LendingAction; asset: string; amount: bigint | 'all' }) {
    super(`Comet has no call for this ${action}.`, {
      facts: { Asset: asset, Amount: amount },
      action:
        'Borrow and repay the base asset only, call a withdrawal of more than is supplied `borrow`, and name the amount of a supply, of a loan and of unknown collateral.',
    })
    this.lendingAction = action
    this.asset = asset
    this.amount = amount
  }
}
