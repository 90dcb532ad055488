import { BaseError } from '../errors/BaseError.ts'
import type { AssetId } from './Shock.ts'

/** An asset is in more than one group of correlated assets. */
export class OverlappingGroupsError extends BaseError {
  override readonly name = 'OverlappingGroupsError'
  readonly asset: AssetId

  constructor(asset: AssetId) {
    super('An asset is in more than one group of correlated assets.', {
      facts: { Asset: asset.address, Chain: asset.chainId },
      action: 'List every asset in one of the groups at most.',
    })
    this.asset = asset
  }
}
