import { type CollateralLeg, type DebtLeg, Exact, type PositionAsset, type Quantity } from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import * as MarketBook from './MarketBook.ts'
import { borrowableOf, priceDecimals } from './rule.ts'
import { type Side, toAssetsDown, toAssetsUp, toSharesDown } from './SharesMath.ts'

/** What an owner has in a market, found again in the position: also where a what-if changed an amount or a price of it. */
export type Holding = {
  readonly collateral: CollateralLeg | undefined
  readonly supplied: CollateralLeg | undefined
  readonly debt: DebtLeg | undefined
  readonly supplyShares: bigint
  readonly borrowShares: bigint
}

/** The legs of a position by what they are here, and the shares behind them. */
export function of({ state, position }: Omit<PositionAsset, 'asset'>): Holding {
  const book = MarketBook.of(state)
  const { totals, loan } = book
  // What a what-if took the threshold of backs nothing, and is the collateral all the same.
  const isLent = (leg: CollateralLeg) =>
    !leg.isCollateral && (loan === undefined || isAddressEqual(leg.asset.address, loan.asset.address))
  const supplied = position.collateral.find(isLent)
  const [debt] = position.debt
  const sides = MarketBook.isUnknown(totals) ? undefined : totals
  return {
    collateral: position.collateral.find((leg) => !isLent(leg)),
    supplied,
    debt,
    supplyShares: sharesOf(position.details.supplyShares, supplied, sides?.supply, toAssetsDown),
    borrowShares: sharesOf(position.details.borrowShares, debt, sides?.borrow, toAssetsUp),
  }
}

/** Units of the loan token that the collateral allows to owe. */
export function borrowable({ collateral }: Holding, loanDecimals: number): Quantity {
  if (collateral === undefined || collateral.amount === 0n) return 0n
  const { amount, price } = collateral
  if (typeof amount !== 'bigint') return amount
  return typeof price === 'bigint' ? borrowableOf({ ...collateral, amount, price, value: 0n }, loanDecimals) : price
}

/** The collateral's price in the oracle's unit. */
export function oraclePrice({ collateral }: Holding, loanDecimals: number): Quantity | undefined {
  if (collateral === undefined) return undefined
  const { price } = collateral
  if (typeof price !== 'bigint') return price
  return Exact.priceOf({ ...collateral, price }, priceDecimals(loanDecimals, collateral.asset.decimals))
}

/** The shares that were read, as long as they come to the leg's amount. */
function sharesOf(
  read: unknown,
  leg: CollateralLeg | DebtLeg | undefined,
  side: Side | undefined,
  toAssets: (shares: bigint, side: Side) => bigint,
): bigint {
  const amount = leg?.amount ?? 0n
  const shares = typeof read === 'bigint' ? read : 0n
  if (side === undefined || typeof amount !== 'bigint') return shares
  return toAssets(shares, side) === amount ? shares : toSharesDown(amount, side)
}
