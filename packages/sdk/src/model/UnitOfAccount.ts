import type { Asset } from './Asset.ts'
import type { Quantity } from './Quantity.ts'

/**
 * What a market counts its prices and values in, where that is not US dollars: a Morpho Blue market counts in its loan token.
 * Health is a ratio, so that the unit drops out of it; only sums over several markets need it.
 */
export type UnitOfAccount = {
  /** For people, e.g. `WETH`. */
  readonly symbol: string
  /** The asset that is the unit, where it is one. */
  readonly asset?: Asset | undefined
  /** US dollars per whole unit, WAD. A reference, of no consequence for any health; unknown where nobody has said. */
  readonly price: Quantity
}
