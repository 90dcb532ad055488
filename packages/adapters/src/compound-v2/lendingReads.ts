import { type Address, type Details, Read } from '@unimargin/sdk'
import { readerOf } from '../shared/readerOf.ts'
import { comptrollerAbi, tokenAbi } from './abi.ts'
import type { Flavour } from './Flavour.ts'
import type { LendingToken, TokenState } from './PoolState.ts'
import * as RateModel from './RateModel.ts'
import type { TokenMetadata, TokenRateModel } from './TokenMetadata.ts'

/** What lending reads besides the view. An adapter without lending has none of it. */
export type LendingReads = {
  readonly readModel: typeof readModel
  readonly readToken: typeof readToken
  /** Details of the market; only with liquidation. */
  readonly readMarket?: ((comptroller: Address, flavour: Flavour) => Read.Read<Details>) | undefined
}

/** With the metadata: of which kind the model is by which rates after a change are told. Two steps. */
export function readModel(token: Address, flavour: Flavour): Read.Read<TokenRateModel> {
  return Read.andThen(readerOf(token, tokenAbi)('interestRateModel'), (address) =>
    Read.map(RateModel.read(token, address, flavour), (parameters) => ({ address, parameters })),
  )
}

/** With the state: whether the model is still the same, its parameters at this block, and the details of the reserve. */
export function readToken(
  comptroller: Address,
  { token, label, rateModel }: TokenMetadata,
  flavour: Flavour,
): Read.Read<LendingToken> {
  const ask = readerOf(comptroller, comptrollerAbi)
  const action = (number: number) => (flavour.isVenus ? ask('actionPaused', token, number) : Read.succeed(false))
  const read = Read.all([
    readerOf(token, tokenAbi)('interestRateModel'),
    // Venus's numbers of repaying, and of entering a market; the others cannot forbid either.
    Read.settle(Read.all([action(3), action(7)])),
    rateModel?.parameters === undefined
      ? Read.succeed(undefined)
      : Read.settle(RateModel.readAgain(rateModel.parameters, rateModel.address, flavour)),
  ])
  return Read.map(read, ([address, pauses, parameters]) => ({
    change: (books) => {
      const model = `the interest rate model of ${label}`
      if (address !== rateModel?.address) return `${model} became ${address}`
      if (books.status !== 'ok' || parameters?.status !== 'ok') return undefined
      return RateModel.fits(parameters.value, books.value, flavour) ? undefined : `${model} counts in another way`
    },
    isRepayPaused: pauses.status === 'ok' ? pauses.value[0] : undefined,
    details: (state) => ({
      ...detailsOf(state),
      ...(parameters?.status === 'ok' && { rateModel: parameters.value }),
      ...(pauses.status === 'ok' && { isRepayPaused: pauses.value[0], isEnterPaused: pauses.value[1] }),
    }),
  }))
}

/** What limits, predictions and calls need besides; left out where it is not known. */
function detailsOf({ metadata, isListed, paused, rate, accrued, books }: TokenState): Details {
  const { slotsPerYear, isCoin } = metadata
  return {
    isCoin,
    isListed,
    ...(paused.status === 'ok' && paused.value),
    ...(rate.status === 'ok' && { exchangeRate: rate.value }),
    ...(accrued.status === 'ok' && { ...accrued.value.totals, storedExchangeRate: accrued.value.storedRate }),
    ...(books.status === 'ok' && {
      reserveFactor: books.value.reserveFactor,
      // As of the last accrual, and how long ago that was: interest counts on from there.
      storedBorrows: books.value.totals.borrows,
      storedReserves: books.value.totals.reserves,
      borrowRate: books.value.borrowRate,
      slots: books.value.slots,
    }),
    isTimeBased: metadata.isTimeBased,
    ...(slotsPerYear !== undefined && { slotsPerYear }),
  }
}
