import type { Address, CollateralLeg, DebtLeg, Details, Lending, PositionAsset, PositionFacts } from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import * as Holding from './Holding.ts'
import * as MarketBook from './MarketBook.ts'
import { moved, toAssetsDown, toAssetsUp } from './SharesMath.ts'
import { debtLeg, legValue, loanLeg } from './toPosition.ts'

/** The position right after a change, by the protocol's own conversions between assets and shares. */
export const after: Lending['after'] = (where, { action, amount }) => {
  const { state, position, asset } = where
  const book = MarketBook.of(state)
  const { loan, totals } = book
  const kind = MarketBook.sideOf(book, asset)
  const isSupply = action === 'supply' || action === 'withdraw'
  if (kind === 'collateral' && isSupply) return withCollateral(where, action === 'supply' ? amount : -amount)
  // Nothing comes of what the market does not have.
  if (kind !== 'loan' || loan === undefined) return position
  const { supplyShares, borrowShares, supplied } = Holding.of(where)
  if (MarketBook.isUnknown(totals)) {
    return isSupply ? withLeg(position, loanLeg(loan.asset, totals)) : withDebt(position, debtLeg(loan.asset, totals))
  }
  if (isSupply) {
    // What was supplied is unknown, and stays so.
    if (typeof (supplied?.amount ?? 0n) !== 'bigint') return position
    const { shares, side } = moved({ side: totals.supply, shares: supplyShares }, action, amount)
    return withLeg(position, loanLeg(loan.asset, toAssetsDown(shares, side)), { supplyShares: shares })
  }
  const { shares, side } = moved({ side: totals.borrow, shares: borrowShares }, action, amount)
  return withDebt(position, debtLeg(loan.asset, toAssetsUp(shares, side)), { borrowShares: shares })
}

/** Puts a debt in the place of the one that was owed. */
export function withDebt(position: PositionFacts, leg: DebtLeg, details: Details = {}): PositionFacts {
  return {
    ...position,
    debt: leg.amount === 0n ? [] : [leg],
    details: { ...position.details, ...details },
  }
}

function withCollateral({ position, asset: address }: PositionAsset, change: bigint): PositionFacts {
  const legs = [...position.collateral, ...(position.firstSupplies ?? [])]
  const leg = legs.find(({ isCollateral }) => isCollateral) ?? legs.find((one) => isOf(one, address))
  // An owner's position has it, held or not.
  if (leg === undefined) return position
  const { amount: before, price, exactPrice, asset } = leg
  const amount = typeof before === 'bigint' ? positive(before + change) : before
  return withLeg(position, { ...leg, amount, value: legValue(asset, amount, price, exactPrice) })
}

/** Puts a leg in the place of the one of its kind: held, or still to be supplied. */
export function withLeg(position: PositionFacts, leg: CollateralLeg, details: Details = {}): PositionFacts {
  const isOther = (one: CollateralLeg) => one.isCollateral !== leg.isCollateral || !isOf(one, leg.asset.address)
  const held = position.collateral.filter(isOther)
  const others = (position.firstSupplies ?? []).filter(isOther)
  // The collateral comes first, as it was read.
  const ordered = (legs: readonly CollateralLeg[]) => (leg.isCollateral ? [leg, ...legs] : [...legs, leg])
  return {
    ...position,
    collateral: leg.amount === 0n ? held : ordered(held),
    firstSupplies: leg.amount === 0n ? ordered(others) : others,
    details: { ...position.details, ...details },
  }
}

function isOf({ asset }: CollateralLeg, address: Address): boolean {
  return isAddressEqual(asset.address, address)
}

function positive(amount: bigint): bigint {
  return amount > 0n ? amount : 0n
}
