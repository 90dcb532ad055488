import { MulDiv, type ReadResult, Wad } from '@unimargin/sdk'
import { MAX_TIME } from '../shared/quantityOf.ts'
import * as Result from '../shared/Result.ts'
import type { InterestRateModel } from './InterestRateModel.ts'
import type { MarketTotals } from './MarketTotals.ts'
import { toSharesDown } from './SharesMath.ts'

/** Seconds, as Morpho's models count a year. */
export const YEAR = 31_536_000n

const MAX_UINT128 = 2n ** 128n - 1n
/** What Morpho lets its owner take. */
const MAX_FEE = Wad.WAD / 4n

/** A market with the interest up to the block's time, and what the interest rate model then keeps of it. */
export type AccruedMarket = {
  readonly totals: MarketTotals
  /** Absent where the market has no model: nothing accrues. A failure where its rate cannot be said. */
  readonly modelState: ReadResult<bigint> | undefined
}

/** What of a market's interest was read. */
export type InterestInputs = {
  readonly totals: MarketTotals
  readonly now: ReadResult<bigint>
  /** Absent where the market has none: nothing accrues. */
  readonly model: { readonly address: string; readonly known: InterestRateModel | undefined } | undefined
  readonly modelState: ReadResult<bigint>
}

/**
 * Accrues interest up to the block's time as the protocol does with the next transaction: by the average rate compounded to
 * the third order, the fee in new shares. Where nothing is owed, no rate is needed.
 */
export function accrue({ totals, now, model, modelState }: InterestInputs): ReadResult<AccruedMarket> {
  const { supply, borrow, fee } = totals
  if (borrow.assets > supply.assets || fee > MAX_FEE)
    return Result.unavailable('the totals are none that a market can have')
  if (model === undefined) return { status: 'ok', value: { totals, modelState: undefined } }
  if (now.status !== 'ok') return now
  const elapsed = now.value - totals.lastUpdate
  if (elapsed < 0n) return Result.unavailable('the market was updated after its block')
  if (now.value > MAX_TIME) return Result.unavailable(`${now.value} is too large to be true`)
  const { known } = model
  const state: ReadResult<bigint> =
    known === undefined ? Result.unavailable(`the interest rate model ${model.address} is not known here`) : modelState
  if (elapsed === 0n) return { status: 'ok', value: { totals, modelState: state } }
  if (state.status !== 'ok' || known === undefined) {
    if (borrow.assets > 0n && state.status !== 'ok') return state
    return { status: 'ok', value: { totals: { ...totals, lastUpdate: now.value }, modelState: state } }
  }
  const { average, state: next } = known.borrowRate(totals, state.value, elapsed)
  const accrued = withInterest(totals, MulDiv.down(borrow.assets, compounded(average, elapsed), Wad.WAD))
  if (accrued.supply.assets > MAX_UINT128 || accrued.supply.shares > MAX_UINT128) {
    return Result.unavailable('the interest is more than the market can hold')
  }
  return {
    status: 'ok',
    value: { totals: { ...accrued, lastUpdate: now.value }, modelState: { status: 'ok', value: next } },
  }
}

function withInterest({ supply, borrow, ...rest }: MarketTotals, interest: bigint): MarketTotals {
  const fee = Wad.mulDown(interest, rest.fee)
  const assets = supply.assets + interest
  const feeShares = fee === 0n ? 0n : toSharesDown(fee, { assets: assets - fee, shares: supply.shares })
  return {
    ...rest,
    supply: { assets, shares: supply.shares + feeShares },
    borrow: { assets: borrow.assets + interest, shares: borrow.shares },
  }
}

/** (1 + rate)^seconds − 1 by its first three terms, WAD. */
function compounded(rate: bigint, seconds: bigint): bigint {
  const first = rate * seconds
  const second = (first * first) / (2n * Wad.WAD)
  return first + second + (second * first) / (3n * Wad.WAD)
}
