import type { Lending, Limit, Quantity } from '@unimargin/sdk'
import { baseBalanceOf, reserveOf } from './baseBalanceOf.ts'
import * as CollateralCheck from './CollateralCheck.ts'
import { collateralLimit } from './collateralLimit.ts'
import * as LendingDetails from './LendingDetails.ts'
import { loanLimit } from './loanLimit.ts'

/**
 * What Comet lets an owner do. A loan is a withdrawal of more base asset than the owner has supplied, so that `borrow` counts
 * what is supplied first. Success is not monotone in the amount: between what is supplied and the smallest loan
 * (`baseBorrowMin`) Comet refuses, where that is more than one unit; and a collateral with a bad price can be taken out whole, but not in part. A limit is the
 * largest amount that succeeds.
 */
export const limits: Lending['limits'] = {
  supply: (where) => {
    const { supplyBlockedBy: by, supplyRoom } = reserveOf(where)
    if (by.length > 0) return { amount: 0n, by }
    return supplyRoom === undefined ? { amount: undefined, by: [] } : CollateralCheck.limit(supplyRoom, 'cap')
  },
  withdraw: (where) => {
    const reserve = reserveOf(where)
    const by = refusals(reserve.withdrawBlockedBy)
    const isBase = LendingDetails.ofCollateral(reserve) === undefined
    const supplied = isBase ? baseBalanceOf(where).supplied : undefined
    // Who has supplied nothing is no lender: a pause is not all that refuses.
    if (by.length > 0) return { amount: 0n, by: supplied === 0n ? ['balance', ...by] : by }
    return supplied === undefined ? collateralLimit(where) : least(supplied, reserve.availableLiquidity)
  },
  borrow: (where) => {
    const reserve = reserveOf(where)
    const by = refusals(reserve.borrowBlockedBy)
    if (LendingDetails.ofCollateral(reserve) !== undefined) return { amount: 0n, by }
    const own = limits.withdraw(where)
    if (by.length === 0) return loanLimit(where, own)
    return typeof own.amount === 'bigint' ? { ...own, by } : own
  },
  /** More is not refused: it takes no more than this. */
  repay: (where) => {
    const reserve = reserveOf(where)
    if (LendingDetails.ofCollateral(reserve) !== undefined) return { amount: 0n, by: ['balance'] }
    const { supplyBlockedBy: by } = reserve
    return by.length > 0 ? { amount: 0n, by } : CollateralCheck.limit(baseBalanceOf(where).owed, 'balance')
  },
}

/** An empty market refuses nothing by itself: it is among the amounts. */
function refusals(blockedBy: readonly string[]): readonly string[] {
  return blockedBy.filter((reason) => reason !== 'no-liquidity')
}

/** The smaller of what is supplied and what Comet can pay out. */
function least(supplied: Quantity, cash: Quantity): Limit {
  if (supplied === 0n) return CollateralCheck.limit(0n, 'balance')
  if (cash === 0n) return CollateralCheck.limit(0n, 'liquidity')
  if (typeof supplied !== 'bigint' || typeof cash !== 'bigint') {
    return CollateralCheck.limit(CollateralCheck.joined(supplied, cash))
  }
  const amount = supplied < cash ? supplied : cash
  return { amount, by: [...(amount === supplied ? ['balance'] : []), ...(amount === cash ? ['liquidity'] : [])] }
}
