import { type Lending, type Quantity, type Reserve, type ReserveRates, unknown } from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { numberOf } from './Account.ts'
import type { Flavour } from './Flavour.ts'
import * as RateModel from './RateModel.ts'
import * as Redemption from './Redemption.ts'
import * as Totals from './Totals.ts'

/** A reserve's accrued totals, where its details have them. */
export function totalsOf(reserve: Reserve | undefined): Totals.Totals | undefined {
  const [cash, borrows, reserves, badDebt, supply] = (
    ['cash', 'borrows', 'reserves', 'badDebt', 'supply'] as const
  ).map((name) => numberOf(reserve, name))
  if (
    cash === undefined ||
    borrows === undefined ||
    reserves === undefined ||
    badDebt === undefined ||
    supply === undefined
  ) {
    return undefined
  }
  return { cash, borrows, reserves, badDebt, supply }
}

/** The rates that run from right after an action. */
export function lendingRatesAfter(flavour: Flavour): Lending['ratesAfter'] {
  return (state, { action, asset, amount }): ReserveRates => {
    const reserve = state.reserves.find((one) => isAddressEqual(one.asset.address, asset))
    const totals = totalsOf(reserve)
    const model = reserve?.details?.rateModel
    const perYear = numberOf(reserve, 'slotsPerYear')
    const factor = numberOf(reserve, 'reserveFactor')
    const exchangeRate = numberOf(reserve, 'exchangeRate')
    if (
      totals === undefined ||
      typeof model !== 'string' ||
      perYear === undefined ||
      factor === undefined ||
      exchangeRate === undefined
    ) {
      const reason = 'the interest rate model or the books of the token are not known'
      const path = `reserves.${reserve?.asset.symbol ?? asset}.rate`
      const rate: Quantity = unknown({
        kind: 'unavailable',
        chainId: state.market.chainId,
        market: state.market.key,
        path,
        reason,
      })
      return { supplyRate: rate, borrowRate: rate }
    }
    const paid = action === 'withdraw' ? Redemption.paidFor(amount, exchangeRate, flavour) : amount
    const { cash, borrows } = totals
    const next: Totals.Totals = {
      ...totals,
      cash: action === 'supply' || action === 'repay' ? cash + paid : cash > paid ? cash - paid : 0n,
      borrows:
        action === 'borrow' ? borrows + paid : action === 'repay' ? (borrows > paid ? borrows - paid : 0n) : borrows,
    }
    const rate = RateModel.rateAt(model, next, flavour.isVenus)
    return {
      borrowRate: rate * perYear,
      supplyRate: Totals.supplyRate(next, rate, factor, flavour.isVenus) * perYear,
    }
  }
}
