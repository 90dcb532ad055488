import { type Address, Bps, Wad } from '@unimargin/sdk'
import { borrowedOf, type Ledger, suppliedOf, userOf } from './Ledger.ts'
import { includes, type MockCategory } from './MockCategory.ts'
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

/** Counts a user's account as Aave does, reserve by reserve in the base currency. */
export function of(ledger: Ledger, owner: Address): AccountData {
  const isLate = ledger.version >= '3.5'
  const user = userOf(ledger, owner)
  const category = ledger.categories.find(({ id }) => id === user.eMode)
  let [collateral, debt, loanToValue, threshold] = [0n, 0n, 0n, 0n]
  let hasZeroLoanToValue = false
  for (const reserve of ledger.reserves) {
    const price = priceFor(ledger, reserve, category)
    const unit = 10n ** BigInt(reserve.decimals)
    const inCategory = category !== undefined && includes(category, 'collateral', reserve) ? category : undefined
    const counts = ledger.version >= '3.6' || reserve.liquidationThreshold > 0n
    if (counts && UserBits.isCollateral(user.configuration, reserve.id)) {
      const value = (suppliedOf(ledger, owner, reserve) * price) / unit
      const ratio = loanToValueFor(ledger, user.eMode, reserve)
      collateral += value
      if (ratio === 0n) hasZeroLoanToValue = true
      loanToValue += value * ratio
      threshold += value * (inCategory?.liquidationThreshold ?? reserve.liquidationThreshold)
    }
    if (UserBits.isBorrowing(user.configuration, reserve.id)) {
      const owed = borrowedOf(ledger, owner, reserve) * price
      debt += isLate ? ceilOf(owed, unit) : owed / unit
    }
  }
  const average = collateral === 0n ? 0n : threshold / collateral
  const health = () =>
    isLate ? Wad.divHalfUp(threshold, debt) / Bps.BPS : Wad.divHalfUp(Bps.mulHalfUp(collateral, average), debt)
  return {
    collateral,
    debt,
    loanToValue: collateral === 0n ? 0n : loanToValue / collateral,
    liquidationThreshold: average,
    healthFactor: debt === 0n ? NO_DEBT : health(),
    hasZeroLoanToValue,
  }
}

/** Basis points that may be borrowed against a reserve by who is in an e-mode. */
export function loanToValueFor({ version, categories }: Ledger, eMode: number, reserve: MockReserve): bigint {
  const category = categories.find(({ id }) => id === eMode)
  const inCategory = category !== undefined && includes(category, 'collateral', reserve) ? category : undefined
  if (inCategory === undefined || (version < '3.6' && reserve.loanToValue === 0n)) return reserve.loanToValue
  return version >= '3.6' && includes(inCategory, 'ltvZero', reserve) ? 0n : inCategory.loanToValue
}

/** What may still be borrowed, in the base currency. */
export function availableBorrows({ version }: Ledger, { collateral, debt, loanToValue }: AccountData): bigint {
  const most = (version < '3.5' ? Bps.mulHalfUp : Bps.mulDown)(collateral, loanToValue)
  return most > debt ? most - debt : 0n
}

function ceilOf(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b
}

/** Up to 3.1 a category may bring one price for all its assets. */
function priceFor({ reserves, version }: Ledger, reserve: MockReserve, category: MockCategory | undefined): bigint {
  if (version >= '3.2' || category?.priceSource === undefined || reserve.eMode !== category.id) return reserve.price
  const source = category.priceSource.toLowerCase()
  return reserves.find(({ asset }) => asset.toLowerCase() === source)?.price || reserve.price
}
