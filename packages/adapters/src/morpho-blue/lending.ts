import {
  type Address,
  issuesOf,
  type Lending,
  type MarketState,
  type PositionChange,
  type ReserveRates,
  unknown,
} from '@unimargin/sdk'
import { after } from './after.ts'
import { lendingAfterTime } from './afterTime.ts'
import { lendingCalls } from './calls.ts'
import type { InterestRateModel } from './InterestRateModel.ts'
import { limits } from './limits.ts'
import * as MarketBook from './MarketBook.ts'
import { UnsupportedActionError } from './MarketErrors.ts'
import { ratesOf } from './rates.ts'
import { moved } from './SharesMath.ts'
import { type ToDetails, toDetails } from './toDetails.ts'

export { ReadWithoutLendingError } from '../shared/ReadWithoutLendingError.ts'
export { AmountNeededError, UnsupportedActionError } from './MarketErrors.ts'

/** What one can do in the markets of a Morpho, with the interest rate models that are known. */
export type MorphoBlueLending = {
  readonly of: (morpho: Address, modelOf: (irm: Address) => InterestRateModel | undefined) => Lending
  /** What a market's details have to say for that. */
  readonly toDetails: ToDetails
}

/**
 * What one can do in a Morpho Blue market, as an option of `morphoBlue` and `morphoBlueMarkets`: apart from them, because an app
 * that only shows positions has no use for it.
 *
 * @example
 * import { morphoBlue } from '@unimargin/adapters/morpho-blue'
 * import { base } from '@unimargin/adapters/morpho-blue/addresses'
 * import { morphoBlueLending } from '@unimargin/adapters/morpho-blue/lending'
 *
 * const marketId = '0x8793cf302b8ffd655ab97bd1c695dbd967807e8367a65cb2f4edaf1380ba1bda'
 * const { limits } = morphoBlue({ ...base, marketId, lending: morphoBlueLending }).lending
 */
export const morphoBlueLending: MorphoBlueLending = {
  of: (morpho, modelOf) => ({
    limits,
    after,
    accrued: lendingAfterTime(modelOf),
    calls: lendingCalls(morpho),
    ratesAfter: (state, change) => ratesAfter(state, change, modelOf),
  }),
  toDetails,
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
