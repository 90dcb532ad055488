import { type LendingAction, MulDiv } from '@unimargin/sdk'

/** What a market holds on one side: base units of its loan token, and the shares that they belong to. */
export type Side = { readonly assets: bigint; readonly shares: bigint }

/** Every market counts one unit and a million shares more than it holds, so that an empty one has a price per share. */
const VIRTUAL_ASSETS = 1n
const VIRTUAL_SHARES = 10n ** 6n

/** What shares are worth, rounded down: what was supplied. */
export function toAssetsDown(shares: bigint, side: Side): bigint {
  return MulDiv.down(shares, side.assets + VIRTUAL_ASSETS, side.shares + VIRTUAL_SHARES)
}

/** What shares are worth, rounded up: what is owed. */
export function toAssetsUp(shares: bigint, side: Side): bigint {
  return MulDiv.up(shares, side.assets + VIRTUAL_ASSETS, side.shares + VIRTUAL_SHARES)
}

/** Shares for assets that come in: a supply, a repayment. */
export function toSharesDown(assets: bigint, side: Side): bigint {
  return MulDiv.down(assets, side.shares + VIRTUAL_SHARES, side.assets + VIRTUAL_ASSETS)
}

/** Shares for assets that go out: a withdrawal, a loan. */
export function toSharesUp(assets: bigint, side: Side): bigint {
  return MulDiv.up(assets, side.shares + VIRTUAL_SHARES, side.assets + VIRTUAL_ASSETS)
}

/** The most assets for which {@link toSharesDown} gives no more than these shares. */
export function mostAssetsFor(shares: bigint, side: Side): bigint {
  return ((shares + 1n) * (side.assets + VIRTUAL_ASSETS) - 1n) / (side.shares + VIRTUAL_SHARES)
}

/** One side of a market, and the shares of it that somebody has. */
export type Stake = { readonly side: Side; readonly shares: bigint }

/** What becomes of both with what somebody does: rounded for the market. Of shares, no more go than there are. */
export function moved({ side, shares }: Stake, action: LendingAction, amount: bigint): Stake {
  const isIn = action === 'supply' || action === 'repay'
  const delta = isIn ? toSharesDown(amount, side) : toSharesUp(amount, side)
  if (action === 'supply' || action === 'borrow') {
    return { side: { assets: side.assets + amount, shares: side.shares + delta }, shares: shares + delta }
  }
  const gone = delta < shares ? delta : shares
  // A repayment may round to one unit more than all that is owed.
  const assets = side.assets > amount ? side.assets - amount : 0n
  return { side: { assets, shares: side.shares - gone }, shares: shares - gone }
}
