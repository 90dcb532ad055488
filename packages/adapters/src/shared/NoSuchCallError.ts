import { type Address, BaseError } from '@unimargin/sdk'

/** A call that the protocol does not have. */
export class NoSuchCallError extends BaseError {
  override readonly name = 'NoSuchCallError'
  readonly wanted: string
  readonly asset: Address

  /** `wanted`: what was asked for; `instead`: what there is. */
  constructor(wanted: string, asset: Address, instead: string) {
    super(`The protocol has no call to ${wanted}.`, { facts: { Asset: asset }, action: instead })
    this.wanted = wanted
    this.asset = asset
  }
}
