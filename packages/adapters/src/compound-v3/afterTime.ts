import { issueOf, type Lending, type PositionFacts, type PositionInMarket, unknown } from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { baseBalanceOf, baseReserveOf } from './baseBalanceOf.ts'
import { behindFlags } from './behindFlags.ts'
import * as Interest from './Interest.ts'
import * as LendingDetails from './LendingDetails.ts'
import { toBaseLegs } from './toBaseLegs.ts'
import { verdictsOf } from './verdictsOf.ts'

/**
 * The position and its market some seconds later, as the next transaction would accrue them then: simple interest from the last
 * accrual on, at the rate of the utilisation then. Only the base asset earns or costs; unknown where Comet itself would revert.
 */
export const afterTime: NonNullable<Lending['accrued']> = (where, seconds) => {
  const { state } = where
  const market = LendingDetails.ofMarket(state)
  const time = market.time + seconds
  const { totalSupplyBase, totalBorrowBase } = market
  const stored: Interest.Totals = {
    supplyIndex: market.storedSupplyIndex,
    borrowIndex: market.storedBorrowIndex,
    totalSupplyBase,
    totalBorrowBase,
  }
  const later = Interest.accrued(stored, LendingDetails.curvesOf(market), time - market.lastAccrualTime)
  if (later === undefined) return { state, position: overflown(where) }
  const details: LendingDetails.MarketDetails = {
    ...market,
    ...later,
    time,
    ...(market.reserves !== undefined && { reserves: market.reserves + ownOf(later) - ownOf(market) }),
  }
  return { state: { ...state, details }, position: grown(where, market, later) }
}

/** What of the market is Comet's own, but for the cash, which interest does not move. */
function ownOf({ totalSupplyBase, totalBorrowBase, supplyIndex, borrowIndex }: Interest.Totals): bigint {
  return Interest.toAmount(totalBorrowBase, borrowIndex) - Interest.toAmount(totalSupplyBase, supplyIndex)
}

function grown(where: PositionInMarket, market: LendingDetails.MarketDetails, later: Interest.Totals): PositionFacts {
  const { state, position } = where
  const { asset, suppliedPrincipal, owedPrincipal, price: known } = baseBalanceOf(where)
  // What is unknown of the base asset stays so.
  if (typeof suppliedPrincipal !== 'bigint' || typeof owedPrincipal !== 'bigint') return position
  const price = known === 'bad' ? baseReserveOf(state).price : known
  const legs = toBaseLegs(suppliedPrincipal - owedPrincipal, asset, price, later)
  const held = position.collateral.filter((leg) => !isAddressEqual(leg.asset.address, asset.address))
  const facts = { ...position, collateral: [...legs.supplied, ...held], debt: legs.debt }
  const verdicts = verdictsOf(facts, LendingDetails.storedBorrowIndexOf(facts, market))
  return { ...facts, flags: behindFlags(state.market, facts.owner, verdicts, market.lastAccrualTime) }
}

/** Comet can do nothing any more: nobody can say what is owed or supplied of the base asset. */
function overflown({ state, position }: PositionInMarket): PositionFacts {
  const { market } = state
  const { asset } = baseReserveOf(state)
  const reason = 'the interest is more than Comet can hold'
  const place = {
    chainId: market.chainId,
    market: market.key,
    owner: position.owner,
    path: `positions.${asset.symbol}`,
  }
  const amount = unknown(issueOf({ status: 'unavailable', reason }, place))
  const lost = <leg extends PositionFacts['collateral'][number] | PositionFacts['debt'][number]>(leg: leg): leg =>
    isAddressEqual(leg.asset.address, asset.address) ? { ...leg, amount, value: amount } : leg
  return { ...position, collateral: position.collateral.map(lost), debt: position.debt.map(lost) }
}
