import { BaseError } from '../errors/BaseError.ts'
import type { Asset } from '../model/Asset.ts'

/** No position of the view has this id. */
export class UnknownPositionError extends BaseError {
  override readonly name = 'UnknownPositionError'
  readonly position: string

  constructor(position: string, known: readonly string[]) {
    super(`No position "${position}" is in the view.`, {
      facts: { Positions: known.length === 0 ? 'none' : known.join(', ') },
      action: 'Pass the `id` of one of the positions of the margin view.',
    })
    this.position = position
  }
}

/** No adapter of the client knows the market or the rule of a position. */
export class UnknownMarketError extends BaseError {
  override readonly name = 'UnknownMarketError'
  readonly market: string

  constructor(market: string, rule?: string) {
    super('No adapter knows how this market liquidates.', {
      facts: { Market: market, Rule: rule },
      action: 'Pass the adapters that the margin view was read with.',
    })
    this.market = market
  }
}

/** No market of the view has this key. */
export class UnlistedMarketError extends BaseError {
  override readonly name = 'UnlistedMarketError'
  readonly market: string

  constructor(market: string, known: readonly string[]) {
    super(`No market "${market}" is in the view.`, {
      facts: { Markets: known.length === 0 ? 'none' : known.join(', ') },
      action: 'Pass the `key` of one of the markets of the margin view.',
    })
    this.market = market
  }
}

/** A market has no such asset. */
export class UnlistedAssetError extends BaseError {
  override readonly name = 'UnlistedAssetError'
  readonly asset: string
  readonly market: string

  constructor(asset: string, market: string, known: readonly string[]) {
    super(`No asset "${asset}" is in the market.`, {
      facts: { Market: market, Assets: known.length === 0 ? 'none' : known.join(', ') },
      action: "Pass the address of one of the market's assets.",
    })
    this.asset = asset
    this.market = market
  }
}

/** A number of a change that nothing can change by. */
export class InvalidChangeError extends BaseError {
  override readonly name = 'InvalidChangeError'
  readonly field: string
  readonly value: bigint | number
  readonly least: bigint
  readonly most: bigint

  constructor({ field, value, least, most }: Pick<InvalidChangeError, 'field' | 'value' | 'least' | 'most'>) {
    super(`\`${field}\` of a change is out of range.`, {
      facts: { Value: value, Least: least, Most: most },
      action: `Pass a whole number within these bounds as \`${field}\`.`,
    })
    this.field = field
    this.value = value
    this.least = least
    this.most = most
  }
}

/** A protocol has no weights of debts that a what-if could change. */
export class NoLiabilityWeightError extends BaseError {
  override readonly name = 'NoLiabilityWeightError'
  readonly market: string

  constructor(market: string) {
    super('The protocol of this market does not weigh debts.', {
      facts: { Market: market },
      action: 'Leave out `liabilityWeight`, or lower `liquidationThreshold`; rules that weigh debts say `weighsDebts`.',
    })
    this.market = market
  }
}

/** A price became larger than anything that an oracle says. */
export class PriceOutOfRangeError extends BaseError {
  override readonly name = 'PriceOutOfRangeError'
  readonly asset: Asset

  constructor(asset: Asset) {
    super(`A shock takes the price of ${asset.symbol} beyond all numbers.`, {
      facts: { Asset: asset.address, Chain: asset.chainId },
      action: 'Pass factors nearer to 1, and each asset once; a market that counts in an asset sees the quotient.',
    })
    this.asset = asset
  }
}

/** The adapter of a market cannot say what another e-mode would be. */
export class NoEModeError extends BaseError {
  override readonly name = 'NoEModeError'
  readonly market: string

  constructor(market: string) {
    super('Nobody can say what a position of this market would be in another e-mode.', {
      facts: { Market: market },
      action: 'Ask only where the protocol has e-modes, with an adapter that was given its `lending`.',
    })
    this.market = market
  }
}
