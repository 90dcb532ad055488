import type { Asset } from './Asset.ts'
import type { Details } from './Details.ts'
import type { Flag } from './Flag.ts'
import type { Address, Hex } from './Hex.ts'
import type { Quantity } from './Quantity.ts'
import type { UnitOfAccount } from './UnitOfAccount.ts'

/** One lending pool that liquidates its users alone: its identity. */
export type Market = {
  /** `protocol:chainId:id`, unique in the world. */
  readonly key: string
  /** E.g. `aave-v3`. */
  readonly protocol: string
  readonly chainId: number
  /** The pool's address, or the market id where one contract holds many. */
  readonly id: Hex
  /** For people, e.g. `Aave V3 Arbitrum`. */
  readonly name: string
  /** Nothing is lent here: what is held (in a wallet, say) backs no debt, and is summed apart. */
  readonly holdsIdle?: true | undefined
}

/** Where a price comes from. */
export type OracleFeed = {
  readonly source: Address
  /** Seconds since 1970 at which the feed was last updated; unknown where it does not say. */
  readonly updatedAt: Quantity
  /** Seconds within which the feed promises an update; absent where nobody has said. */
  readonly heartbeat?: bigint | undefined
}

/** One asset of a market, as it stands at the block that was read. Ratios, rates and prices are WAD. */
export type Reserve = {
  readonly asset: Asset
  /** The token that the protocol gives for a supply (an aToken), where it gives one. */
  readonly collateralToken?: Address | undefined
  /** EIP-712 domain of the collateral token where it has `permit`. */
  readonly collateralTokenPermit?: { readonly name: string; readonly version: string } | undefined
  readonly price: Quantity
  /** The feed behind the price, as far as the adapter can see one. */
  readonly oracle?: OracleFeed | undefined
  /** Outside of any e-mode. Zero: cannot be collateral. */
  readonly liquidationThreshold: bigint
  readonly loanToValue: bigint
  /** What a liquidator gains on top, e.g. 0.05e18 for 5 %. */
  readonly liquidationBonus: bigint
  /** Base units that may still be supplied under the cap; `undefined` where there is no cap. */
  readonly supplyRoom: Quantity | undefined
  /** Base units that may still be borrowed under the cap; `undefined` where there is no cap. */
  readonly borrowRoom: Quantity | undefined
  /** Base units that the market holds now and can pay out. */
  readonly availableLiquidity: Quantity
  /** Per year, WAD, simple (not compounded), rounded down. Unknown where the interest rate model is. */
  readonly supplyRate: Quantity
  /** Likewise, rounded up. */
  readonly borrowRate: Quantity
  /** Why the market takes or gives nothing now, if so: e.g. `frozen`, `paused`, `cap`; `unread` where nobody knows. Empty: open. */
  readonly supplyBlockedBy: readonly string[]
  readonly withdrawBlockedBy: readonly string[]
  readonly borrowBlockedBy: readonly string[]
  /**
   * Likewise for repayments, of markets that stop them apart from the rest; absent: what stops a whole market (`paused`, `inactive`)
   * stops repaying as well.
   */
  readonly repayBlockedBy?: readonly string[] | undefined
  /** What the adapter needs besides to say what is possible, e.g. the parameters of the interest rate model. */
  readonly details?: Details | undefined
}

/** A market as it stands at one block. */
export type MarketState = {
  readonly market: Market
  readonly reserves: readonly Reserve[]
  /** What prices and values are counted in; absent: US dollars. */
  readonly unit?: UnitOfAccount | undefined
  readonly details?: Details | undefined
  /** Doubts that only the adapter can have, e.g. that the protocol's own view of its accounts is behind. */
  readonly flags?: readonly Flag[] | undefined
}
