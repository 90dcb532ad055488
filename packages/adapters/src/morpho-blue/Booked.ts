import type { Address, Details, MarketState } from '@unimargin/sdk'
import * as Result from '../shared/Result.ts'
import type { InterestInputs } from './Accrual.ts'
import type { MarketTotals } from './MarketTotals.ts'

/** A market as of its last update: from there on interest counts, in one step. Only lending reads it. */
export type Booked = Pick<InterestInputs, 'totals' | 'modelState'>

const NAMES = ['bookedSupply', 'bookedSupplyShares', 'bookedBorrow', 'bookedAt', 'bookedModelState'] as const

/** As a market's state keeps it; the fee's recipient is left out where it could not be read. */
export function toDetails({ totals, modelState }: Booked, feeRecipient: Address | undefined): Details {
  const { supply, borrow, lastUpdate } = totals
  return {
    bookedSupply: supply.assets,
    bookedSupplyShares: supply.shares,
    bookedBorrow: borrow.assets,
    bookedAt: lastUpdate,
    ...(modelState.status === 'ok' && { bookedModelState: modelState.value }),
    ...(feeRecipient && { feeRecipient }),
  }
}

/** What a market's state keeps of it, where its accrued totals are known. */
export function of({ details = {} }: MarketState, { borrow, fee }: MarketTotals): Booked | undefined {
  const numberOf = (name: string) => {
    const value = details[name]
    return typeof value === 'bigint' ? value : undefined
  }
  const [supplied, shares, borrowed, lastUpdate, modelState] = NAMES.map(numberOf)
  if (supplied === undefined || shares === undefined || borrowed === undefined || lastUpdate === undefined) {
    return undefined
  }
  return {
    totals: {
      supply: { assets: supplied, shares },
      // Interest makes no shares of debt.
      borrow: { assets: borrowed, shares: borrow.shares },
      lastUpdate,
      fee,
    },
    modelState: modelState === undefined ? Result.missing : Result.ok(modelState),
  }
}
