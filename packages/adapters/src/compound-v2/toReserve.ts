import {
  type Address,
  type Details,
  Exact,
  type Market,
  type Quantity,
  type ReadResult,
  type Reserve,
  Wad,
} from '@unimargin/sdk'
import { join } from '../shared/join.ts'
import { MAX_AMOUNT, quantityOf } from '../shared/quantityOf.ts'
import * as Accrued from './Accrued.ts'
import type { Flavour } from './Flavour.ts'
import type { Caps, TokenState } from './PoolState.ts'
import { toExactPrice } from './rule.ts'
import * as Totals from './Totals.ts'

/** Prices above (US dollars with 36 decimals per base unit) are no prices. */
const MAX_PRICE = 2n ** 176n - 1n
/** Base units per share above, WAD, are no rates. */
const MAX_RATE = 2n ** 160n - 1n

const AGELESS: ReadResult<never> = { status: 'unavailable', reason: 'the oracle does not say when it was updated' }

/** A token of the family in the words of the model. */
export function toReserve(
  state: TokenState,
  { market, oracle }: { readonly market: Market; readonly oracle: Address },
  { isVenus }: Flavour,
  liquidationBonus: bigint,
): Reserve {
  const { metadata, paused, caps, isListed } = state
  const { asset, token, label, slotsPerYear } = metadata
  const accrued = Accrued.of(state, market)
  const at = (what: string) => ({ market, path: `reserves.${label}.${what}` })

  // Venus lends and pays out what is not reserved; the others whatever is there.
  const availableLiquidity = Accrued.number(state, market, ({ cash, reserves }) => {
    if (!isVenus) return cash
    return cash > reserves ? cash - reserves : 0n
  })
  const limit = (which: keyof Caps, used: Quantity): Quantity | undefined => {
    if (caps.status === 'ok' && caps.value[which] === undefined) return undefined
    const cap = quantityOf(
      caps.status === 'ok' ? { status: 'ok', value: caps.value[which] ?? 0n } : caps,
      MAX_CAP,
      at('cap'),
    )
    return join([cap, used], (most, now) => (most > now ? most - now : 0n))
  }
  const supplied = isVenus
    ? join([rateOf(state, market), Accrued.number(state, market, ({ supply }) => supply)], Wad.mulDown)
    : Accrued.number(state, market, ({ cash, borrows, reserves }) => cash + borrows - reserves)
  const lent = Accrued.number(state, market, ({ borrows, badDebt }) => borrows + badDebt)
  const supplyRoom = limit('supply', supplied)
  const borrowRoom = limit('borrow', lent)

  // The rate that runs now is the one of the last accrual: it is the one that the next accrual will count with.
  const perYear = (rate: Quantity): Quantity =>
    slotsPerYear === undefined
      ? Accrued.unknownFor(state, market, 'rate', 'nobody has said how many blocks a year has')
      : join([rate], (value) => value * slotsPerYear)
  const books = state.books
  const borrowRate = quantityOf(
    books.status === 'ok' ? { status: 'ok', value: books.value.borrowRate } : books,
    MAX_AMOUNT,
    at('rate'),
  )
  const supplyRate = join([borrowRate], (rate) =>
    books.status === 'ok' ? Totals.supplyRate(books.value.totals, rate, books.value.reserveFactor, isVenus) : 0n,
  )

  const because = (...reasons: readonly (readonly [string, boolean])[]) =>
    reasons.filter(([, isSo]) => isSo).map(([reason]) => reason)
  const isPaused = (action: 'supply' | 'withdraw' | 'borrow') => paused.status === 'ok' && paused.value[action]
  const empty = availableLiquidity === 0n
  // What may be shut cannot be shown as open.
  const unread = paused.status !== 'ok'
  return {
    asset,
    collateralToken: token,
    price: priceOf(state, market),
    // Its oracle asks several feeds by rules of its own, and tells of none when it was updated.
    oracle: { source: oracle, updatedAt: quantityOf(AGELESS, 0n, at('price.updatedAt')) },
    liquidationThreshold: state.liquidationThreshold,
    loanToValue: state.collateralFactor,
    liquidationBonus,
    supplyRoom,
    borrowRoom,
    availableLiquidity,
    supplyRate: perYear(supplyRate),
    borrowRate: perYear(borrowRate),
    supplyBlockedBy: because(
      ['inactive', !isListed],
      ['paused', isPaused('supply')],
      ['unread', unread],
      ['cap', supplyRoom === 0n],
    ),
    withdrawBlockedBy: because(
      ['inactive', !isListed],
      ['paused', isPaused('withdraw')],
      ['unread', unread],
      ['no-liquidity', empty],
    ),
    borrowBlockedBy: because(
      ['inactive', !isListed],
      ['paused', isPaused('borrow')],
      ['unread', unread],
      ['cap', borrowRoom === 0n],
      ['no-liquidity', empty],
    ),
    details: detailsOf(state, accrued),
  }
}

/** US dollars per whole token, WAD. An oracle that says zero has no price: the protocol reverts over it. */
export function priceOf(state: TokenState, market: Market): Quantity {
  const { price, metadata } = state
  const where = { market, path: `reserves.${metadata.label}.price` }
  if (price.status === 'ok' && price.value === 0n) {
    return quantityOf({ status: 'unavailable', reason: 'the oracle has no price' }, 0n, where)
  }
  return quantityOf(price, MAX_PRICE, where, (value) => Exact.toWad(toExactPrice(value, metadata.asset.decimals)))
}

/** Base units per share, WAD, interest included. */
export function rateOf({ rate, metadata }: TokenState, market: Market): Quantity {
  return quantityOf(rate, MAX_RATE, { market, path: `reserves.${metadata.label}.exchangeRate` })
}

const MAX_CAP = 2n ** 256n - 1n

/** What limits, predictions and calls need besides; left out where it is not known. */
function detailsOf(state: TokenState, accrued: Accrued.Accrued | undefined): Details {
  const { metadata, paused, rate, books } = state
  const { parameters, slotsPerYear, isCoin } = metadata
  return {
    isCoin,
    isListed: state.isListed,
    ...(paused.status === 'ok' && {
      isSupplyPaused: paused.value.supply,
      isWithdrawPaused: paused.value.withdraw,
      isBorrowPaused: paused.value.borrow,
      isRepayPaused: paused.value.repay,
      isEnterPaused: paused.value.enter,
    }),
    ...(rate.status === 'ok' && { exchangeRate: rate.value }),
    ...(accrued && { ...accrued.totals, storedExchangeRate: accrued.storedRate }),
    ...(books.status === 'ok' && { reserveFactor: books.value.reserveFactor }),
    ...(parameters !== undefined && { rateModel: parameters }),
    ...(slotsPerYear !== undefined && { slotsPerYear }),
  }
}
