import type { CollateralLeg, Lending, PositionAsset, PositionFacts, Quantity } from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { baseBalanceOf, baseReserveOf, reserveOf } from './baseBalanceOf.ts'
import { behindFlags } from './behindFlags.ts'
import { joined } from './CollateralCheck.ts'
import * as Interest from './Interest.ts'
import * as LendingDetails from './LendingDetails.ts'
import { legValue, toBaseLegs } from './toBaseLegs.ts'
import { collateralLeg } from './toPosition.ts'
import { verdictsOf } from './verdictsOf.ts'

/**
 * The position right after a change in the same block. Whoever moves the base asset accrues interest for everybody. A repayment
 * is of no more than is owed, and a withdrawal of collateral of no more than there is.
 */
export const after: Lending['after'] = (where, { action, amount }) => {
  const { state, position } = where
  const reserve = reserveOf(where)
  const owed = action === 'repay' ? baseBalanceOf(where).owed : amount
  const most = typeof owed === 'bigint' && owed < amount ? owed : amount
  const signed = action === 'supply' || action === 'repay' ? most : -most
  const isBase = LendingDetails.ofCollateral(reserve) === undefined
  const facts = isBase ? withBase(where, signed) : { ...position, collateral: withCollateral(where, signed) }
  const market = LendingDetails.ofMarket(state)
  const verdicts = verdictsOf(facts, LendingDetails.storedBorrowIndexOf(facts, market))
  return { ...facts, flags: behindFlags(state.market, facts.owner, verdicts, market.lastAccrualTime) }
}

function withBase(where: PositionAsset, signed: bigint): PositionFacts {
  const { state, position } = where
  const market = LendingDetails.ofMarket(state)
  const { asset, supplied, owed, price: known } = baseBalanceOf(where)
  const price = known === 'bad' ? baseReserveOf(state).price : known
  const held = position.collateral.filter((leg) => !isAddressEqual(leg.asset.address, asset.address))
  if (typeof supplied !== 'bigint' || typeof owed !== 'bigint') return unknownBase(position, joined(supplied, owed))
  const net = supplied - owed + signed
  const principal = net >= 0n ? Interest.toSupply(net, market.supplyIndex) : -Interest.toDebt(-net, market.borrowIndex)
  const legs = toBaseLegs(principal, asset, price, market)
  const { principal: _, storedBorrowIndex: __, ...others } = position.details
  const details: LendingDetails.PositionDetails =
    principal < 0n ? { principal, storedBorrowIndex: market.borrowIndex } : { principal }
  return {
    ...position,
    collateral: [...legs.supplied, ...held],
    debt: legs.debt,
    details: { ...others, ...details },
  }
}

/** What is supplied or owed was unknown, and stays so. */
function unknownBase(position: PositionFacts, amount: Quantity): PositionFacts {
  const without = <leg extends { readonly amount: Quantity; readonly value: Quantity }>(leg: leg): leg =>
    typeof leg.amount === 'bigint' ? leg : { ...leg, amount, value: amount }
  return { ...position, collateral: position.collateral.map(without), debt: position.debt.map(without) }
}

function withCollateral(where: PositionAsset, signed: bigint): readonly CollateralLeg[] {
  const { position, state } = where
  const reserve = reserveOf(where)
  const index = (leg: CollateralLeg) => state.reserves.findIndex((one) => one.asset.address === leg.asset.address)
  const held = position.collateral.find((leg) => isAddressEqual(leg.asset.address, reserve.asset.address))
  const before = held ?? collateralLeg(reserve, 0n)
  const amount = typeof before.amount === 'bigint' ? atLeastZero(before.amount + signed) : before.amount
  const others = position.collateral.filter((leg) => leg !== held)
  if (amount === 0n) return others
  const leg = { ...before, amount, value: legValue(amount, before.price, reserve.asset.decimals), isCollateral: true }
  return [...others, leg].sort((a, b) => index(a) - index(b))
}

function atLeastZero(value: bigint): bigint {
  return value > 0n ? value : 0n
}
