import { Wad } from '@unimargin/sdk'
import { YEAR } from './Accrual.ts'
import type { InterestRateModel } from './InterestRateModel.ts'
import type { MarketTotals } from './MarketTotals.ts'

/** Rates of a market that was just accrued, as they hold until the next transaction moves it; zero where it has no model. */
export function ratesOf(
  totals: MarketTotals,
  model: InterestRateModel | undefined,
  modelState: bigint,
): { readonly supplyRate: bigint; readonly borrowRate: bigint } {
  if (model === undefined) return { supplyRate: 0n, borrowRate: 0n }
  const borrowRate = model.borrowRate(totals, modelState, 0n).average * YEAR
  const { supply, borrow, fee } = totals
  // All of the interest goes to the suppliers, but for the fee.
  const supplyRate =
    supply.assets === 0n ? 0n : (borrowRate * borrow.assets * (Wad.WAD - fee)) / (supply.assets * Wad.WAD)
  return { supplyRate, borrowRate }
}
