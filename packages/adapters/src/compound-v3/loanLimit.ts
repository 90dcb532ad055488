import { Decimal, type Limit, type PositionAsset } from '@unimargin/sdk'
import { baseBalanceOf, reserveOf } from './baseBalanceOf.ts'
import * as CollateralCheck from './CollateralCheck.ts'
import * as Interest from './Interest.ts'
import * as LendingDetails from './LendingDetails.ts'
import { WAD_PER_PRICE } from './rule.ts'

/**
 * The largest withdrawal of base asset, loan included, with the accrued index: Comet accrues first. `own` is what can be taken
 * out without a loan.
 */
export function loanLimit(where: PositionAsset, own: Limit): Limit {
  const { state, position } = where
  const { supplied, owed, price, asset } = baseBalanceOf(where)
  const cash = reserveOf(where).availableLiquidity
  if (typeof supplied !== 'bigint' || typeof owed !== 'bigint' || typeof cash !== 'bigint') {
    return CollateralCheck.limit(CollateralCheck.joined(supplied, owed, cash))
  }
  const { worth, stop } = CollateralCheck.reachOf(CollateralCheck.itemsOf(position, state))
  if (typeof price === 'object' || typeof stop === 'object') {
    return CollateralCheck.limit(CollateralCheck.joined(price, stop))
  }

  const { borrowIndex, baseBorrowMin } = LendingDetails.ofMarket(state)
  const mostDebt = price === 'bad' ? 0n : debtWorth(worth, price, asset.decimals, borrowIndex)
  const all = mostDebt - owed + supplied
  const most = all < cash ? all : cash
  const hasLoan = most > supplied && most - supplied + owed >= baseBorrowMin
  const amount = hasLoan ? most : own.amount
  if (typeof amount !== 'bigint' || amount < supplied) return own
  const nextDebt = amount + 1n - supplied + owed
  return {
    amount,
    by: [
      ...(nextDebt < baseBorrowMin ? ['minimum'] : []),
      ...(nextDebt > mostDebt ? [price === 'bad' ? 'price' : (stop ?? 'loan-to-value')] : []),
      ...(amount >= cash ? ['liquidity'] : []),
    ],
  }
}

/**
 * The largest debt that Comet's check takes for a worth (8 decimals). A loan is kept as a principal that is rounded up, and that
 * principal's value, rounded down, is what is compared: the way back through all three roundings.
 */
function debtWorth(worth: bigint, price: bigint, decimals: number, borrowIndex: bigint): bigint {
  if (price === 0n) return 0n
  const amount = ((worth + 1n) * Decimal.unit(decimals) * WAD_PER_PRICE - 1n) / price
  const principal = ((amount + 1n) * Interest.INDEX_SCALE - 1n) / borrowIndex
  return Interest.toAmount(principal, borrowIndex)
}
