import type { Address, Hex } from '../model/Hex.ts'
import type { MarketState } from '../model/Market.ts'
import type { PositionFacts } from '../model/Position.ts'
import type {
  AccruedPosition,
  LendingAction,
  PositionAsset,
  PositionChange,
  PositionInMarket,
} from '../model/PositionChange.ts'
import type { Quantity } from '../model/Quantity.ts'

/** A contract call that somebody would sign. */
export type CallRequest = { readonly to: Address; readonly data: Hex; readonly value: bigint }

/**
 * How much of something the protocol allows, at the block that was read.
 *
 * `by` names what refuses the next base unit, in the words of `Reserve.supplyBlockedBy` and its like: `health`,
 * `loan-to-value`, `balance`, `liquidity`, `cap`, `frozen`, `paused`, `inactive`, `borrowing-disabled`, `isolated`,
 * `debt-ceiling`, `siloed`, `e-mode`, `sequencer`, `minimum`, `price`. Empty only where the amount is unknown or nothing limits
 * it.
 */
export type Limit = {
  /**
   * Base units: exactly this much succeeds, and one more is refused. Zero: nothing. `undefined`: as much as one has. Unknown as
   * soon as a number that it depends on is.
   */
  readonly amount: Quantity | undefined
  readonly by: readonly string[]
}

/** Rates per year, WAD, simple; the supply rate rounded down, the borrow rate up. */
export type ReserveRates = { readonly supplyRate: Quantity; readonly borrowRate: Quantity }

/** What must be allowed before a call can succeed. */
export type Authorization = {
  /** `allowance`: of an ERC-20. `operator`: to act in the owner's name within a protocol. */
  readonly kind: 'allowance' | 'operator'
  /** Who has to allow it. */
  readonly owner: Address
  /** The token, or the protocol's contract. */
  readonly contract: Address
  /** Who is to be allowed. */
  readonly spender: Address
  /** Base units of the token. Absent: without limit, until it is taken back. */
  readonly amount?: bigint | undefined
  /** What the owner sends to allow it. */
  readonly grant: CallRequest
  /** What the owner sends to take it back. */
  readonly revoke: CallRequest
  /** Set where the protocol also takes a signature in place of `grant`: `permit` (ERC-2612) or the protocol's own kind. */
  readonly signature?: 'permit' | 'morpho' | 'comet' | undefined
}

/** A call, and what must be allowed before it. */
export type LendingCall = { readonly call: CallRequest; readonly authorizations: readonly Authorization[] }

/** What is to be called, by whom and for whom. */
export type LendingCallParameters = PositionAsset & {
  readonly owner: Address
  /** Who sends the call; the owner otherwise. Another one needs the owner's authorisation, and gets what is paid out. */
  readonly sender?: Address | undefined
  /** Base units, or all that there is: then interest until the transaction is included comes with it. */
  readonly amount: bigint | 'all'
}

/** What one can do in a market, how much of it, and what it would change. All of it is pure: nothing is read or sent. */
export type Lending = {
  /** What the market lets this owner do, whatever the owner's wallet holds. */
  readonly limits: {
    readonly supply: (where: PositionAsset) => Limit
    /** To the owner's wallet. */
    readonly withdraw: (where: PositionAsset) => Limit
    readonly borrow: (where: PositionAsset) => Limit
    /** What is owed; `balance` limits it. */
    readonly repay: (where: PositionAsset) => Limit
  }
  /**
   * The position as the protocol would have it right after a change in the same block, to the last unit. It does not ask
   * whether the change is possible: {@link limits} does.
   */
  readonly after: (where: PositionAsset, change: Omit<PositionChange, 'asset'>) => PositionFacts
  /**
   * The position, and its market, after so many seconds in which nobody does anything: debts and collateral with the interest
   * that the protocol would charge and pay by then, to the last unit unless it says `isBound`. What it gives can be asked again.
   * Absent: rates of the view bound it.
   */
  readonly accrued?: ((where: PositionInMarket, seconds: bigint) => AccruedPosition) | undefined
  /**
   * The position in another e-mode (0: in none), where the protocol has such a thing; unknown amounts where the category was not
   * read. It does not ask whether the owner may enter it.
   */
  readonly inEMode?: ((where: PositionInMarket, category: number) => PositionFacts) | undefined
  /** The asset's rates right after such a change; unknown where the interest rate model is. */
  readonly ratesAfter: (state: MarketState, change: PositionChange) => ReserveRates
  /**
   * The call that does it. Where the protocol has no such thing (a debt asset that cannot be supplied, say) a typed error
   * says so.
   */
  readonly calls: Readonly<Record<LendingAction, (parameters: LendingCallParameters) => LendingCall>>
}
