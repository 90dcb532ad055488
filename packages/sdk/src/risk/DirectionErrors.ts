import { BaseError } from '../errors/BaseError.ts'
import type { Asset } from '../model/Asset.ts'

/** A direction has more than one slope for an asset. */
export class AmbiguousDirectionError extends BaseError {
  override readonly name = 'AmbiguousDirectionError'
  readonly direction: string
  readonly asset: Asset

  constructor(direction: string, asset: Asset) {
    super(`The direction "${direction}" has more than one slope for ${asset.symbol}.`, {
      facts: { Asset: asset.address, Chain: asset.chainId },
      action: 'List every asset in one of the slopes at most.',
    })
    this.direction = direction
    this.asset = asset
  }
}

/** A slope so steep that no step along it is small. */
export class InvalidSlopeError extends BaseError {
  override readonly name = 'InvalidSlopeError'
  readonly slope: bigint

  constructor(direction: string, slope: bigint, most: bigint) {
    super(`A slope of the direction "${direction}" is too steep.`, {
      facts: { Slope: slope, 'Most (WAD, either way)': most },
      action: 'Pass slopes in WAD: −1000000000000000000n loses the whole price at a length of 1.',
    })
    this.slope = slope
  }
}
