import { Decimal, type Limit, MulDiv, type PositionAsset, Wad } from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { baseBalanceOf } from './baseBalanceOf.ts'
import * as CollateralCheck from './CollateralCheck.ts'
import * as Interest from './Interest.ts'
import * as LendingDetails from './LendingDetails.ts'
import { priceValue, WAD_PER_PRICE } from './rule.ts'

/** The largest withdrawal of a collateral, with the *stored* index: Comet accrues nothing for it. */
export function collateralLimit(where: PositionAsset): Limit {
  const { state, position, asset } = where
  const leg = position.collateral.find((one) => isAddressEqual(one.asset.address, asset))
  const { owedPrincipal, price, asset: base } = baseBalanceOf(where)
  if (leg === undefined) return CollateralCheck.limit(0n, 'balance')
  const { amount } = leg
  if (typeof amount !== 'bigint' || typeof owedPrincipal !== 'bigint') {
    return CollateralCheck.limit(CollateralCheck.joined(amount, owedPrincipal))
  }
  if (owedPrincipal === 0n || amount === 0n) return CollateralCheck.limit(amount, 'balance')
  if (price === 'bad') return CollateralCheck.limit(0n, 'price')
  if (typeof price !== 'bigint') return CollateralCheck.limit(price)

  const index = LendingDetails.storedBorrowIndexOf(position, LendingDetails.ofMarket(state))
  const owed = priceValue({ amount: Interest.toAmount(owedPrincipal, index), price, decimals: base.decimals })
  const items = CollateralCheck.itemsOf(position, state)
  // What is taken out whole is looked at no more, bad price or not.
  const others = CollateralCheck.reachOf(items.filter((item) => !isAddressEqual(item.asset.address, asset)))
  if (others.worth >= owed) return CollateralCheck.limit(amount, 'balance')
  const { passed, worth, stop } = CollateralCheck.reachOf(items)
  if (typeof stop === 'object') return CollateralCheck.limit(stop)
  if (typeof others.stop === 'object') return CollateralCheck.limit(others.stop)

  const own = passed.find((item) => isAddressEqual(item.asset.address, asset))?.worth
  const by = stop ?? 'loan-to-value'
  if (typeof own !== 'bigint' || worth < owed || typeof leg.price !== 'bigint') return CollateralCheck.limit(0n, by)
  const value = MulDiv.up(owed - (worth - own), Wad.WAD, leg.loanToValue)
  const kept = MulDiv.up(value, Decimal.unit(leg.asset.decimals) * WAD_PER_PRICE, leg.price)
  return CollateralCheck.limit(amount - kept, by)
}
