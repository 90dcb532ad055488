import type { Lending } from '@unimargin/sdk'
import { reserveOf } from './baseBalanceOf.ts'
import * as Interest from './Interest.ts'
import * as LendingDetails from './LendingDetails.ts'

/**
 * The rates that hold from a change of the base asset on: Comet accrues, and takes the utilisation of what is there then. The
 * change is one of the totals, as an owner makes it who has no base asset on the other side; the owner's own rounding may move
 * them by one unit of principal more.
 */
export const ratesAfter: Lending['ratesAfter'] = (state, { asset, action, amount }) => {
  const reserve = reserveOf({ state, asset })
  const { supplyRate, borrowRate } = reserve
  if (LendingDetails.ofCollateral(reserve) !== undefined) return { supplyRate, borrowRate }
  const details = LendingDetails.ofMarket(state)
  const { supplyIndex, borrowIndex, totalSupplyBase, totalBorrowBase } = details
  const supplied = {
    supply: Interest.toSupply(amount, supplyIndex),
    withdraw: -Interest.toDebt(amount, supplyIndex),
    borrow: 0n,
    repay: 0n,
  }[action]
  const borrowed = {
    supply: 0n,
    withdraw: 0n,
    borrow: Interest.toDebt(amount, borrowIndex),
    repay: -Interest.toSupply(amount, borrowIndex),
  }[action]
  return Interest.perYear(LendingDetails.curvesOf(details), {
    supplyIndex,
    borrowIndex,
    totalSupplyBase: atLeastZero(totalSupplyBase + supplied),
    totalBorrowBase: atLeastZero(totalBorrowBase + borrowed),
  })
}

function atLeastZero(value: bigint): bigint {
  return value > 0n ? value : 0n
}
