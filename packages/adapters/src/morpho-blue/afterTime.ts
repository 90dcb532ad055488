import {
  type Address,
  issueOf,
  type Lending,
  type PositionFacts,
  type PositionInMarket,
  type Quantity,
  type ReadResult,
  type Reserve,
  unknown,
} from '@unimargin/sdk'
import { getAddress } from 'viem'
import * as Result from '../shared/Result.ts'
import { type AccruedMarket, accrue } from './Accrual.ts'
import { withDebt, withLeg } from './after.ts'
import * as Booked from './Booked.ts'
import * as Holding from './Holding.ts'
import type { InterestRateModel } from './InterestRateModel.ts'
import * as MarketBook from './MarketBook.ts'
import { ratesOf } from './rates.ts'
import { type Side, toAssetsDown, toAssetsUp } from './SharesMath.ts'
import { debtLeg, loanLeg } from './toPosition.ts'

/**
 * The position and its market some seconds later, as the next transaction would accrue them then: in one step from the market's
 * last update on, the fee included. What cannot be said is unknown, and what was unknown stays so.
 */
export function lendingAfterTime(
  modelOf: (irm: Address) => InterestRateModel | undefined,
): NonNullable<Lending['accrued']> {
  return (where, seconds) => {
    const { state } = where
    const book = MarketBook.of(state)
    const { totals, irm } = book
    if (MarketBook.isUnknown(totals)) return where
    const booked = Booked.of(state, totals)
    if (booked === undefined)
      return { state, position: grown(where, Result.unavailable('its last update was not read')) }
    const model = irm && { address: irm, known: modelOf(irm) }
    const later = accrue({ ...booked, now: Result.ok(totals.lastUpdate + seconds), model })
    const position = grown(where, later)
    if (later.status !== 'ok') return { state, position }
    const details = { ...state.details, ...MarketBook.toDetails({ ...book, accrued: later.value }) }
    return { state: { ...state, details, reserves: withRates(state.reserves, later.value, model?.known) }, position }
  }
}

function withRates(
  reserves: readonly Reserve[],
  { totals, modelState }: AccruedMarket,
  model: InterestRateModel | undefined,
): readonly Reserve[] {
  const [loan, ...others] = reserves
  if (loan === undefined || (modelState !== undefined && modelState.status !== 'ok')) return reserves
  return [{ ...loan, ...ratesOf(totals, modelState && model, modelState?.value ?? 0n) }, ...others]
}

/** What shares are worth then; the fee of the interest since is its recipient's. */
function grown(where: PositionInMarket, later: ReadResult<AccruedMarket>): PositionFacts {
  const { state, position } = where
  const { totals, loan } = MarketBook.of(state)
  if (loan === undefined || MarketBook.isUnknown(totals)) return position
  const { supplyShares, borrowShares, supplied, debt } = Holding.of(where)
  const { market } = state
  const place = { chainId: market.chainId, market: market.key, owner: position.owner }
  const worth = (
    before: Quantity | undefined,
    shares: bigint,
    side: 'supply' | 'borrow',
    toAssets: (shares: bigint, side: Side) => bigint,
  ): Quantity => {
    if (typeof before === 'object') return before
    if (shares === 0n) return 0n
    return later.status === 'ok'
      ? toAssets(shares, later.value.totals[side])
      : unknown(issueOf(later, { ...place, path: `positions.${loan.asset.symbol}.${side}` }))
  }
  const fee = later.status === 'ok' ? later.value.totals.supply.shares - totals.supply.shares : 0n
  const feeRecipient = state.details?.feeRecipient
  const gain = feeRecipient === getAddress(position.owner) ? fee : 0n
  const unread = { status: 'unavailable', reason: 'whose the fee is was not read' } as const
  const supply =
    feeRecipient === undefined && fee > 0n
      ? unknown(issueOf(unread, { ...place, path: 'feeRecipient' }))
      : worth(supplied?.amount, supplyShares + gain, 'supply', toAssetsDown)
  const owed = worth(debt?.amount, borrowShares, 'borrow', toAssetsUp)
  return withDebt(
    withLeg(position, loanLeg(loan.asset, supply), { supplyShares: supplyShares + gain }),
    debtLeg(loan.asset, owed),
    { borrowShares },
  )
}
