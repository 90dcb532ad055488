import type { MarketState } from '@unimargin/sdk'
import { type Address, issuesOf, type Lending, type PositionChange, type ReserveRates, unknown } from '@unimargin/sdk'
import { after } from './after.ts'
import { lendingCalls } from './calls.ts'
import type { InterestRateModel } from './InterestRateModel.ts'
import { limits } from './limits.ts'
import * as MarketBook from './MarketBook.ts'
import { UnsupportedActionError } from './MarketErrors.ts'
import { ratesOf } from './rates.ts'
import { moved } from './SharesMath.ts'

/** What one can do in a market of this Morpho. */
export function lendingOf(morpho: Address, modelOf: (irm: Address) => InterestRateModel | undefined): Lending {
  return {
    limits,
    after,
    calls: lendingCalls(morpho),
    ratesAfter: (state, change) => ratesAfter(state, change, modelOf),
  }
}

/** The collateral earns and costs nothing. */
function ratesAfter(
  state: MarketState,
  { action, asset, amount }: PositionChange,
  modelOf: (irm: Address) => InterestRateModel | undefined,
): ReserveRates {
  const book = MarketBook.of(state)
  const { loan, totals, irm, modelState } = book
  const kind = MarketBook.sideOf(book, asset)
  if (kind === 'collateral') return { supplyRate: 0n, borrowRate: 0n }
  if (kind !== 'loan' || loan === undefined) throw new UnsupportedActionError({ action, asset })
  const model = irm && modelOf(irm)
  if (MarketBook.isUnknown(totals) || (irm !== undefined && (model === undefined || modelState === undefined))) {
    const reason = unknown(...(MarketBook.isUnknown(totals) ? totals.issues : issuesOf(loan.borrowRate)))
    return { supplyRate: reason, borrowRate: reason }
  }
  const side = action === 'supply' || action === 'withdraw' ? 'supply' : 'borrow'
  const next = moved({ side: totals[side], shares: totals[side].shares }, action, amount)
  return ratesOf({ ...totals, [side]: next.side }, model, modelState ?? 0n)
}
