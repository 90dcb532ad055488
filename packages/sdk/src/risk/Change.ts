import type { PositionChange } from '../model/PositionChange.ts'
import type { AssetId, Shock } from './Shock.ts'

/** Something that may become otherwise in a margin view. */
export type Change =
  | ({ readonly kind: 'shock' } & Shock)
  /**
   * A market's own price of one asset, WAD per whole token in the unit that the market counts in; also where it was unknown.
   */
  | { readonly kind: 'price'; readonly market: string; readonly asset: AssetId['address']; readonly price: bigint }
  /** What an owner does: supply, withdraw, borrow or repay, as the protocol would book it. Nobody asks whether it may be done. */
  | ({ readonly kind: 'action'; readonly position: string } & PositionChange)
  /** So many seconds in which nobody does anything. */
  | { readonly kind: 'time'; readonly seconds: bigint }
  /**
   * What governance may set for an asset of a market. WAD; what is left out stays. Collateral whose threshold or loan-to-value is
   * not the reserve's own has it from elsewhere, an e-mode say, and keeps it, unless its position is named.
   */
  | {
      readonly kind: 'parameters'
      readonly market: string
      readonly asset: AssetId['address']
      /** Id of the only position that it is for, whatever its parameters come from; the reserve's own stay. */
      readonly position?: string | undefined
      readonly liquidationThreshold?: bigint | undefined
      readonly loanToValue?: bigint | undefined
      /** Where the protocol's rule weighs debts (`weighsDebts`): none of those of `@unimargin/adapters` does. */
      readonly liabilityWeight?: bigint | undefined
    }
  /** The owner enters another e-mode, or none (0). */
  | { readonly kind: 'e-mode'; readonly position: string; readonly category: number }
