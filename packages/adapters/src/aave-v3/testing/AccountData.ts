import { type Address, Bps, Wad } from '@unimargin/sdk'
import { borrowedOf, type Ledger, suppliedOf, userOf } from './Ledger.ts'
import type { MockCategory } from './MockCategory.ts'
import type { MockReserve } from './MockReserve.ts'
import * as UserBits from './UserBits.ts'

/** What `getUserAccountData` says of a user: base currency with 8 decimals, basis points, WAD. */
export type AccountData = {
  readonly collateral: bigint
  readonly debt: bigint
  readonly loanToValue: bigint
  readonly liquidationThreshold: bigint
  readonly healthFactor: bigint
  readonly hasZeroLoanToValue: boolean
}

/** The health factor of who owes nothing. */
export const NO_DEBT: bigint = 2n ** 256n - 1n

/** Counts a user's account as Aave 3.0 does, reserve by reserve in the base currency. */
export function of(ledger: Ledger, owner: Address): AccountData {
  const user = userOf(ledger, owner)
  const category = ledger.categories.find(({ id }) => id === user.eMode)
  let [collateral, debt, loanToValue, threshold] = [0n, 0n, 0n, 0n]
  let hasZeroLoanToValue = false
  for (const reserve of ledger.reserves) {
    const price = priceFor(ledger, reserve, category)
    const unit = 10n ** BigInt(reserve.decimals)
    const inCategory = category !== undefined && reserve.eMode === category.id
    if (reserve.liquidationThreshold > 0n && UserBits.isCollateral(user.configuration, reserve.id)) {
      const value = (suppliedOf(ledger, owner, reserve) * price) / unit
      collateral += value
      if (reserve.loanToValue === 0n) hasZeroLoanToValue = true
      else loanToValue += value * (inCategory ? category.loanToValue : reserve.loanToValue)
      threshold += value * (inCategory ? category.liquidationThreshold : reserve.liquidationThreshold)
    }
    if (UserBits.isBorrowing(user.configuration, reserve.id)) {
      debt += (borrowedOf(ledger, owner, reserve) * price) / unit
    }
  }
  const average = collateral === 0n ? 0n : threshold / collateral
  return {
    collateral,
    debt,
    loanToValue: collateral === 0n ? 0n : loanToValue / collateral,
    liquidationThreshold: average,
    healthFactor: debt === 0n ? NO_DEBT : Wad.divHalfUp(Bps.mulHalfUp(collateral, average), debt),
    hasZeroLoanToValue,
  }
}

/** What may still be borrowed, in the base currency. */
export function availableBorrows({ collateral, debt, loanToValue }: AccountData): bigint {
  const most = Bps.mulHalfUp(collateral, loanToValue)
  return most > debt ? most - debt : 0n
}

/** Up to 3.1 a category may bring one price for all its assets. */
function priceFor({ reserves, eModes }: Ledger, reserve: MockReserve, category: MockCategory | undefined): bigint {
  if (eModes === 'bitmap' || category?.priceSource === undefined || reserve.eMode !== category.id) return reserve.price
  const source = category.priceSource.toLowerCase()
  return reserves.find(({ asset }) => asset.toLowerCase() === source)?.price || reserve.price
}
